/** How deep a network stands open. */
import type { Graph } from '../client/graph';
import { foldable } from './folding';

/** The groups of the outermost level that holds a folded one. */
export function nextLevel(graph: Graph, open: ReadonlySet<number>): number[] {
  let [least, level]: [number, number[]] = [Number.POSITIVE_INFINITY, []];
  for (const group of foldable(graph)) {
    if (open.has(group)) continue;
    const depth = graph.chainOf(group).length;
    if (depth < least) [least, level] = [depth, []];
    if (depth === least) level.push(group);
  }
  return level;
}
