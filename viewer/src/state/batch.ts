/** Which item of a batch is shown: one for all tensors that hold a batch. */
import { computed, signal } from '@preact/signals';
import { opened, trace } from './store';

const wanted = signal(0);

/** How many items the run was fed with at once; 1 where it was one, or is not known to be a batch. */
export const batchSize = computed((): number => {
  const graph = opened.value?.graph;
  for (const { value, shape, free } of trace.value?.inputs ?? []) {
    const letters = graph?.value(value)?.axes;
    // Without letters, an axis that the file leaves open comes first where it is a batch.
    const counts = letters ? letters[0] === 'N' : free[0] === true;
    if (shape.length > 1 && counts) return shape[0] ?? 1;
  }
  return 1;
});

/** The item shown, counted from 0. */
export const item = computed(() => Math.min(wanted.value, batchSize.value - 1));

/** Shows another item; past either end it stays. */
export function showItem(index: number): void {
  wanted.value = Math.max(0, Math.min(batchSize.peek() - 1, index));
}

/** Whether the first axis of a value counts the items of the batch. */
export function isBatched(value: number): boolean {
  const size = batchSize.value;
  const graph = opened.value?.graph;
  if (size < 2 || !graph) return false;
  const [shape, axes] = [graph.shapeOf(value), graph.value(value)?.axes];
  return shape !== null && shape.length > 1 && shape[0] === size && (!axes || axes[0] === 'N');
}

/** The words of a key that ask for the item of a value; empty where it holds no batch. */
export const itemQuery = (value: number): string => (isBatched(value) ? `batch=${item.value}` : '');
