/** The kernel that makes a map: which weight, and which part of it. Pure. */
import type { Graph, ValueDoc } from '../client/graph';
import { upstream } from './ranges';

/** The part of a weight that one map is made with, as the query of its picture has it. */
export interface Kernel {
  readonly value: number;
  /** The convolution. */
  readonly node: number;
  readonly name: string;
  /** Lengths of the axes that are drawn: rows and columns, 1 where there is one only. */
  readonly size: readonly [number, number];
  /** Input channels, each of which has a picture. */
  readonly inputs: number;
  readonly query: string;
}

/** Kinds that make each map of the map of the same number. */
const KEEPS_MAPS = new Set(
  'Relu LeakyRelu PRelu Clip Sigmoid HardSigmoid Tanh HardSwish Mish Elu Selu Celu Gelu Softplus Swish BatchNormalization Dropout Identity'.split(
    ' ',
  ),
);

/** The kernel of the convolution that a value comes from, at most through activations. */
function weightOf(graph: Graph, value: number): { node: number; weight: ValueDoc } | null {
  const made = upstream(graph, value, KEEPS_MAPS).at(-1) ?? value;
  const node = graph.node(graph.producerOf(made));
  const read = node?.reads.find(({ role }) => role === 'kernel');
  const weight = read && graph.value(read.value);
  return node && weight ? { node: node.id, weight } : null;
}

/**
 * The part of a kernel that makes a map; null where no convolution made it.
 *
 * @param value the maps.
 * @param maps how many of them there are.
 * @param map which of them, as the tensor counts.
 */
export function kernelOf(graph: Graph, value: number, maps: number, map: number): Kernel | null {
  const found = weightOf(graph, value);
  const { axes: letters = null, shape: stated = null } = found?.weight ?? {};
  const shape = stated?.map(Number);
  if (!found || !letters || !shape || letters.length !== shape.length) return null;
  const [out, into] = [letters.indexOf('O'), letters.indexOf('I')];
  const rest = shape.flatMap((_, axis) => (axis === out || axis === into ? [] : [axis]));
  if (out < 0 || into < 0 || rest.length < 1 || rest.length > 2) return null;
  const [outputs, inputs] = [shape[out] ?? 1, shape[into] ?? 1];
  const [rows, columns] = rest.length === 2 ? rest : [undefined, rest[0]];
  const lies = `rows=${rows ?? ''}&columns=${columns}`;
  const size = [rows === undefined ? 1 : (shape[rows] ?? 1), shape[columns ?? 0] ?? 1] as const;
  const { node, weight } = found;
  const told = { value: weight.id, node, name: weight.name, size };
  if (outputs === maps) {
    return { ...told, inputs, query: `grid=${into}&${lies}&at=${out}:${map}` };
  }
  // A filter for every channel, as Keras lays them out.
  if (outputs * inputs !== maps) return null;
  const at = `${into}:${Math.floor(map / outputs)},${out}:${map % outputs}`;
  return { ...told, inputs: 1, query: `grid=&${lies}&at=${at}` };
}
