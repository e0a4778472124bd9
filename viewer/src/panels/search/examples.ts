/** What can be asked, with words that this network has an answer to. */
import type { Dim, Graph } from '../../client/graph';

export interface Example {
  readonly typed: string;
  readonly words: string;
}

/** Nodes that are looked at for an example. */
const LOOKED_AT = 400;

/** Lengths as they are typed: any number of axes, then the last ones. */
const typedShape = (shape: readonly Dim[]): string =>
  ['*', ...shape.slice(1).map((axis) => (typeof axis === 'number' ? axis : '*'))].join('x');

/** An attribute with one number for each axis, as it is typed. */
function typedAttribute(attributes: Readonly<Record<string, unknown>>): string | null {
  for (const [name, value] of Object.entries(attributes)) {
    if (Array.isArray(value) && value.length > 1 && value.every((one) => Number.isInteger(one))) {
      return `${name}:${value.join('x')}`;
    }
  }
  return null;
}

/** The operator that most of these nodes have. */
function commonest(graph: Graph, first: number, last: number): string | null {
  const times = new Map<string, number>();
  for (let node = first; node < last; node++) {
    const op = graph.opOf(node);
    times.set(op, (times.get(op) ?? 0) + 1);
  }
  return [...times].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

/**
 * Examples out of the network's middle, where its ordinary layers are.
 *
 * @param shapeOf the shape of a value.
 */
export function examplesOf(
  graph: Graph,
  shapeOf: (value: number) => readonly Dim[] | null = graph.shapeOf,
): Example[] {
  const first = Math.max(0, Math.floor((graph.nodeCount - LOOKED_AT) / 2));
  const last = Math.min(graph.nodeCount, first + LOOKED_AT);
  const op = commonest(graph, first, last);
  let [shape, attribute, dtype]: (string | null)[] = [null, null, null];
  for (let node = first; node < last; node++) {
    const value = graph.writesOf(node)[0] ?? -1;
    const lengths = shapeOf(value);
    dtype ??= graph.dtypeOf(value);
    if (!shape && lengths && lengths.length > 1) shape = typedShape(lengths);
    attribute ??= typedAttribute(JSON.parse(graph.attributesOf(node)) as Record<string, unknown>);
  }
  const word = (op ?? 'conv').toLowerCase();
  const all: (Example | null)[] = [
    { typed: word, words: 'a word of the name or the operator' },
    op ? { typed: `op:${op}`, words: 'this operator; * stands for anything' } : null,
    { typed: shape ? `shape:${shape}` : 'shape:*x512x7x7', words: 'the shape of an output' },
    dtype ? { typed: `dtype:${dtype}`, words: 'its type' } : null,
    attribute ? { typed: attribute, words: 'an attribute' } : null,
    { typed: 'params:>1000', words: 'parameters' },
    { typed: 'is:nan', words: 'also inf, dead, constant, saturated' },
    { typed: `-${word}`, words: 'without' },
  ];
  return all.filter((one) => one !== null);
}
