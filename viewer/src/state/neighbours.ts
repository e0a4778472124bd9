/** What lies before and after a node along the flow: pure, iterative, over typed arrays. */
import type { Graph } from '../client/graph';

/** Neighbours of node i: `nodes` from `at[i]` to `at[i + 1]`. */
interface Steps {
  readonly at: Int32Array;
  readonly nodes: Int32Array;
}

interface Wires {
  readonly after: Steps;
  readonly before: Steps;
}

const made = new WeakMap<Graph, Wires>();

/** Which node's output is read by which, gathered once for a network. */
function wiresOf(graph: Graph): Wires {
  const known = made.get(graph);
  if (known) return known;
  const [from, to]: [number[], number[]] = [[], []];
  for (let node = 0; node < graph.nodeCount; node++) {
    for (const value of graph.writesOf(node)) {
      for (const reader of graph.readersOf(value)) {
        from.push(node);
        to.push(reader);
      }
    }
  }
  const wires = {
    after: stepsOf(from, to, graph.nodeCount),
    before: stepsOf(to, from, graph.nodeCount),
  };
  made.set(graph, wires);
  return wires;
}

function stepsOf(from: readonly number[], to: readonly number[], count: number): Steps {
  const at = new Int32Array(count + 1);
  for (const node of from) at[node + 1] = (at[node + 1] ?? 0) + 1;
  for (let i = 0; i < count; i++) at[i + 1] = (at[i + 1] ?? 0) + (at[i] ?? 0);
  const next = at.slice();
  const nodes = new Int32Array(from.length);
  from.forEach((node, i) => {
    const place = next[node] ?? 0;
    nodes[place] = to[i] ?? 0;
    next[node] = place + 1;
  });
  return { at, nodes };
}

/** From which node each was first reached, nearest first; -1 for those that were not, itself for the start. */
function reach({ at, nodes }: Steps, start: number, until = -1): Int32Array {
  const reached = new Int32Array(at.length - 1).fill(-1);
  if (!(start >= 0 && start < reached.length)) return reached;
  const queue = new Int32Array(reached.length);
  queue[0] = start;
  reached[start] = start;
  for (let head = 0, tail = 1; head < tail; head++) {
    const node = queue[head] ?? 0;
    if (node === until) break;
    for (let i = at[node] ?? 0; i < (at[node + 1] ?? 0); i++) {
      const next = nodes[i] ?? 0;
      if (reached[next] !== -1) continue;
      reached[next] = node;
      queue[tail++] = next;
    }
  }
  return reached;
}

function others(reached: Int32Array, start: number): Int32Array {
  const found: number[] = [];
  reached.forEach((from, node) => {
    if (from !== -1 && node !== start) found.push(node);
  });
  return Int32Array.from(found);
}

/** Ids of all nodes whose outputs a node depends on, in the order of the flow, without itself. */
export const ancestors = (graph: Graph, node: number): Int32Array =>
  others(reach(wiresOf(graph).before, node), node);

/** Ids of all nodes that depend on a node's outputs, in the order of the flow, without itself. */
export const descendants = (graph: Graph, node: number): Int32Array =>
  others(reach(wiresOf(graph).after, node), node);

function shortest(steps: Steps, from: number, to: number): number[] | null {
  const reached = reach(steps, from, to);
  if ((reached[to] ?? -1) < 0) return null;
  const path = [to];
  for (let at = to; at !== from; path.push(at)) at = reached[at] ?? from;
  return path.reverse();
}

/**
 * Ids of the nodes of a shortest way between two nodes along the flow, both included, from the
 * first to the second whichever of them comes first; null where the flow leads from neither to the other.
 */
export function path(graph: Graph, from: number, to: number): number[] | null {
  const { after, before } = wiresOf(graph);
  return shortest(after, from, to) ?? shortest(before, from, to);
}

/** The next node (`step` 1) or the one before (-1) with the same operator, going round; itself where it is the only one. */
export function nextOfKind(graph: Graph, node: number, step: 1 | -1): number {
  const count = graph.nodeCount;
  const op = graph.opOf(node);
  for (let i = 1; i < count; i++) {
    const next = (((node + i * step) % count) + count) % count;
    if (graph.opOf(next) === op) return next;
  }
  return node;
}
