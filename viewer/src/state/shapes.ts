/** Shapes as they were run: told to the graph where its file leaves some open. */
import { decode, type Numbers, tensor } from '../client/blob';
import type { Graph } from '../client/graph';
import { bytes } from '../client/keys';

/** Shapes laid end to end: those of value i from `at[i]` to `at[i + 1]`. */
function shapesOf(values: Numbers, lengths: Numbers, at: Numbers): Map<number, number[]> {
  const shapes = new Map<number, number[]>();
  values.forEach((value, i) => {
    shapes.set(value, Array.from(lengths.subarray(at[i], at[i + 1])));
  });
  return shapes;
}

/** Lets a graph know the shapes of a run, where the file does not tell them all. */
export async function learnShapes(graph: Graph, trace: number): Promise<void> {
  if (!graph.vague) return;
  const blob = decode(await bytes(`/t/${trace}/shapes`));
  const column = (name: string) => tensor(blob, name).data;
  graph.learn(shapesOf(column('values'), column('lengths'), column('lengths_at')));
}
