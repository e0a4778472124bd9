/** The shape of what a node gives, as lists write it. */
import type { Graph, NodeDoc } from '../client/graph';
import { arrivals } from '../state/pictures';
import { outputShape } from './names';

/** Nothing where neither the file nor the run tells it: a column of the same word says nothing. */
export function shapeWords(graph: Graph, node: NodeDoc): string {
  // Read, so that lists are drawn again when the run tells more.
  void arrivals.value;
  const value = graph.toldOf(node.id);
  return graph.shapeOf(value) === null ? '' : outputShape(graph, node, graph.ran.get(value));
}
