/** What tensors and nodes are called in the panels. */
import type { Graph, NodeDoc, ValueDoc } from '../client/graph';
import { times } from '../state/numbers';
import type { Selection } from '../state/store';

/** The node that writes a value; null for inputs and weights. */
export const producerOf = (graph: Graph, value: number): NodeDoc | null =>
  graph.node(graph.producerOf(value)) ?? null;

const readerOf = (graph: Graph, value: number): NodeDoc | null =>
  graph.node(graph.readersOf(value)[0] ?? -1) ?? null;

const isWeight = (value: ValueDoc): boolean => value.what === 'weight' || value.what === 'constant';

/** A tensor's name: its node's for a first output, else its own. */
export function titleOf(graph: Graph, value: ValueDoc): string {
  if (value.what !== 'activation') return value.name;
  const node = producerOf(graph, value.id);
  return node && node.writes[0] === value.id ? node.name : value.name;
}

/** The role in which a node reads a value. */
function roleIn(node: NodeDoc | null, value: number): string | null {
  const read = node?.reads.find((one) => one.value === value);
  return node && read ? `${read.role} of ${node.name}` : null;
}

/** What a tensor is: `kernel of conv2d`, `output of ReLU`, `input of the network`. */
export function roleOf(graph: Graph, selection: Selection): string {
  const value = graph.value(selection.value);
  if (!value) return '';
  const node = selection.node === null ? null : (graph.node(selection.node) ?? null);
  const here = roleIn(node, value.id);
  if (isWeight(value)) {
    return here ?? roleIn(readerOf(graph, value.id), value.id) ?? value.what;
  }
  if (value.what === 'input') return ['input of the network', here].filter(Boolean).join(', ');
  const parts = [`output of ${producerOf(graph, value.id)?.op ?? 'the network'}`, here];
  if (graph.outputs.includes(value.id)) parts.push('output of the network');
  return parts.filter(Boolean).join(', ');
}

/** One tensor that a node reads or writes. */
export interface Port {
  readonly value: number;
  readonly role: string;
}

/** All tensors of a node: what it reads in its order, then what it writes. */
export function portsOf(node: NodeDoc): Port[] {
  const many = node.writes.length > 1;
  return [
    ...node.reads.map((read) => ({ value: read.value, role: read.role })),
    ...node.writes.map((value, i) => ({ value, role: many ? `output ${i}` : 'output' })),
  ];
}

/** The node whose tensors are offered beside the open one. */
export function nodeOf(graph: Graph, selection: Selection): NodeDoc | null {
  if (selection.node !== null) return graph.node(selection.node) ?? null;
  return producerOf(graph, selection.value) ?? readerOf(graph, selection.value);
}

/** An axis with its letter, where the file's layout is known. */
export interface Axis {
  readonly letter: string | null;
  readonly size: number;
}

export function axesOf(shape: readonly number[], letters: string | null): Axis[] {
  const known = letters !== null && letters.length === shape.length;
  return shape.map((size, i) => ({ letter: known ? (letters[i] ?? null) : null, size }));
}

/**
 * What a node gives, for lists: `28 × 28 × 16`, without a batch axis of its own.
 *
 * @param run its shape as it was run, where that is known.
 */
export function outputShape(
  graph: Graph,
  node: NodeDoc,
  run: readonly number[] | null = null,
): string {
  const value = graph.value(graph.toldOf(node.id));
  const shape = run ?? value?.shape ?? null;
  if (shape === null) return 'unknown shape';
  const batch = value?.axes?.startsWith('N') || shape[0] === null;
  return times(batch && shape.length > 1 ? shape.slice(1) : shape);
}

const plain = (name: string): string => name.replace(/^\/+/, '');
/** Names part their groups by slashes or by dots; those of groups have slashes alone. */
const slashed = (name: string): string => plain(name).replaceAll('.', '/');

/** A node's name without that of the group around it. */
export function nodeTitle(graph: Graph, node: number): string {
  const name = graph.nodeName(node);
  const around = slashed(graph.group(graph.pathOf(node).at(-1) ?? 0)?.name ?? '');
  const inner = around !== '' && slashed(name).startsWith(`${around}/`);
  return plain(name).slice(inner ? around.length + 1 : 0) || name;
}

/** A name fit for a file: what a file system would not take becomes `_`. */
export const fileName = (name: string): string => {
  const plain = name.replace(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^[._]+/, '');
  return plain.slice(0, 120) || 'tensor';
};
