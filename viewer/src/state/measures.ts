/** What nodes cost: parameters, bytes, multiply-adds, time; to colour the scene and to sort lists by. */
import { computed, signal } from '@preact/signals';
import { decode, tensor } from '../client/blob';
import { bytes } from '../client/keys';
import { complain } from './actions';
import { share, span } from './amounts';
import { opened } from './store';
import { askAgain, timesAwaited, timesNow } from './times';

/** Known of a network as it is. */
type Fixed = 'parameters' | 'bytes' | 'multiply-adds';
export type Measure = Fixed | 'time';
export const MEASURES: readonly Measure[] = ['parameters', 'bytes', 'multiply-adds', 'time'];

/** What blocks are coloured by. */
export const colourBy = signal<'operator' | Measure>('operator');

interface Costs {
  readonly model: number;
  /** One number for each node, NaN where it is not known. */
  readonly of: Readonly<Record<Fixed, Float64Array>>;
}

const costs = signal<Costs | null>(null);
let asked = -1;

/** The costs of the open model's nodes, asked for when first wanted; null until they have come. */
function costsNow(): Costs | null {
  const model = opened.value?.id ?? -1;
  if (model >= 0 && asked !== model) {
    asked = model;
    fetchCosts(model).catch((problem) => {
      asked = -1;
      colourBy.value = 'operator';
      complain(problem);
    });
  }
  return costs.value?.model === model ? costs.value : null;
}

async function fetchCosts(model: number): Promise<void> {
  const blob = decode(await bytes(`/m/${model}/costs`));
  const column = (name: string) => tensor(blob, name).data as Float64Array;
  const of = {
    parameters: column('parameters'),
    bytes: column('bytes'),
    'multiply-adds': column('multiply_adds'),
  };
  if (opened.peek()?.id === model) costs.value = { model, of };
}

/** Times that cannot be had: of a run whose inputs were not kept. */
function untimed(problem: unknown): void {
  if (colourBy.peek() === 'time') colourBy.value = 'operator';
  complain(problem);
}

/**
 * A number for each node, NaN where it is not known: seconds for time, of the run shown. Asked for
 * when first wanted; null until it has come.
 */
export function columnOf(by: Measure): Float64Array | null {
  return by === 'time' ? timesNow(untimed) : (costsNow()?.of[by] ?? null);
}

/** Asks for what was chosen in a menu. */
export function want(by: Measure): void {
  if (by === 'time') askAgain();
  columnOf(by);
}

/** The name of what is coloured or listed by, and whether it is still being measured. */
export const named = (by: string): string =>
  by === 'time' && timesAwaited.value ? 'time, measuring…' : by;

const column = computed(() => {
  const by = colourBy.value;
  const data = by === 'operator' ? null : columnOf(by);
  return data ? { data, span: span(data) } : null;
});

/**
 * What a node is coloured by, 0..1 on a logarithmic scale; null where it is not known, where it has
 * not come, and where blocks are coloured by operator.
 */
export function measureOf(node: number): number | null {
  const now = column.value;
  return now && share(now.data[node], now.span);
}

/** The smallest number over zero and the largest of what is coloured by; null where nothing is known. */
export const measured = computed<readonly [number, number] | null>(() => {
  const [low, high] = column.value?.span ?? [0, Number.NEGATIVE_INFINITY];
  return high >= low ? [Math.exp(low), Math.exp(high)] : null;
});
