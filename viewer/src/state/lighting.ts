/** What is lit in the scene: what a question found, and over it for a moment what is pointed at in a list. */
import { effect, signal, untracked } from '@preact/signals';
import type { Graph } from '../client/graph';
import { lit, opened } from './store';

/** Ids of the nodes that a search or a question found. */
const found = signal<ReadonlySet<number>>(new Set());
/** Ids of the nodes of the row under the cursor; null for none. */
const pointed = signal<ReadonlySet<number> | null>(null);

effect(() => {
  lit.value = pointed.value ?? found.value;
});

// Ids mean nothing in another network.
effect(() => {
  void opened.value;
  untracked(clear);
});

/** Lights nodes until something else is asked. */
export function light(nodes: Iterable<number>): void {
  found.value = new Set(nodes);
}

/** Whether a question has lit anything. */
export const anyLit = (): boolean => found.value.size > 0;

export function clear(): void {
  if (found.peek().size > 0) found.value = new Set();
  pointed.value = null;
}

/** Lights nodes for as long as the cursor rests on their row; null when it has left. */
export function point(nodes: Iterable<number> | null): void {
  pointed.value = nodes && new Set(nodes);
}

/** Ids of all nodes in a group and in the groups within it. */
export function nodesWithin(graph: Graph, group: number): number[] {
  // Inner groups may come before or after those around them: each is asked once.
  const inside = new Int8Array(graph.groupCount).fill(-1);
  inside[group] = 1;
  const within: number[] = [];
  for (let node = 0; node < graph.nodeCount; node++) {
    if (isInside(graph, graph.groupOf(node), inside)) within.push(node);
  }
  return within;
}

function isInside(graph: Graph, group: number, inside: Int8Array): boolean {
  const passed: number[] = [];
  let at = group;
  while (at >= 0 && inside[at] === -1) {
    passed.push(at);
    at = graph.parentOf(at);
  }
  const answer = at >= 0 && inside[at] === 1;
  for (const one of passed) inside[one] = Number(answer);
  return answer;
}
