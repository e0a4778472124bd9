/** What is written on a block. Pure. */
import type { NodeDoc, ValueDoc } from '../client/graph';

const TIMES = '×';

/** A shape without its batch axis, channels last: `56×56×16`; as it ran where that is known. */
export function shapeWords(value: ValueDoc | undefined, ran?: readonly number[]): string {
  const shape = ran ?? value?.shape;
  if (!shape) return '';
  const axes = value?.axes ?? '';
  let dims = shape.map((d) => (d === null ? '?' : String(d)));
  if (axes.startsWith('N') && dims.length === axes.length) {
    dims = dims.slice(1);
    if (axes[1] === 'C' && axes.length > 2) dims = [...dims.slice(1), dims[0] ?? '?'];
  } else if (dims.length > 1 && dims[0] === '1') {
    dims = dims.slice(1);
  }
  return dims.length ? dims.join(TIMES) : 'scalar';
}

/** The last part of a name, with what a mere number counts: `conv1`, `layers.3`. */
export function lastPart(name: string): string {
  const parts = name.split(/[./]/);
  const last = parts.at(-1) ?? name;
  return /^\d+$/.test(last) && parts.length > 1 ? `${parts.at(-2)}.${last}` : last;
}

const list = (x: unknown) => (Array.isArray(x) ? x.map(String).join(TIMES) : String(x));

/** Attributes worth a place, in the order in which they are written. */
const TOLD: readonly [names: readonly string[], word: string, plain: string][] = [
  [['kernel_size', 'kernel_shape', 'pool_size'], '', ''],
  [['strides'], 'stride', '1'],
  [['padding', 'auto_pad'], '', 'valid'],
  [['dilation_rate', 'dilations'], 'dilation', '1'],
  [['groups', 'group'], 'groups', '1'],
  [['rate', 'ratio'], 'rate', ''],
  [['axis', 'axes'], 'axis', ''],
  [['perm'], 'order', ''],
  [['epsilon'], 'ε', ''],
  [['alpha', 'negative_slope'], 'α', ''],
  [['mode', 'interpolation'], '', ''],
];

const SQUARE = new Set(['stride', 'dilation']);

/** The attributes in a few words: `5×5 · stride 2 · same`. */
export function attributeWords(node: NodeDoc): string {
  const words: string[] = [];
  for (const [names, word, plain] of TOLD) {
    const name = names.find((n) => node.attributes[n] != null);
    if (!name) continue;
    const value = node.attributes[name];
    const same = Array.isArray(value) && value.length > 0 && value.every((v) => v === value[0]);
    const text = SQUARE.has(word) && same ? String((value as unknown[])[0]) : list(value);
    if (text === plain || text === '' || text === 'NOTSET' || text.length > 24) continue;
    words.push(word ? `${word} ${text}` : text);
  }
  return words.join(' · ');
}

/** A text no wider than `width`, measured by `measure`, its end cut; empty where nothing fits. */
export function cut(text: string, width: number, measure: (t: string) => number): string {
  if (measure(text) <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(`${text.slice(0, middle)}…`) <= width) low = middle;
    else high = middle - 1;
  }
  return low < 3 ? '' : `${text.slice(0, low)}…`;
}
