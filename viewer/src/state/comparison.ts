/** A run held against tensors from elsewhere: which of them differ, and the difference as a tensor. */
import { batch, effect, signal } from '@preact/signals';
import type { CompareDoc } from '../client/documents';
import { send } from '../client/keys';
import { complain, say, select, uploadFile } from './actions';
import { comparison, opened, selected, showsDifference, trace } from './store';

/** Whether a comparison is under way. */
export const comparing = signal(false);

effect(() => {
  // Another run, or another network: what was compared is no more.
  const now = trace.value?.id;
  if (comparison.peek() && comparison.peek()?.trace !== now) forgetComparison();
});

export function forgetComparison(): void {
  batch(() => {
    comparison.value = null;
    showsDifference.value = false;
  });
}

/** The row of a value; null where it was not compared. */
export const comparedRow = (value: number) =>
  comparison.value?.doc.rows.find((row) => row.value === value) ?? null;

/** Opens a compared tensor, as its difference where there is one. */
export function showRow(row: CompareDoc['rows'][number]): void {
  const graph = opened.peek()?.graph;
  const node = graph?.producerOf(row.value) ?? -1;
  batch(() => {
    select({ value: row.value, node: node < 0 ? null : node, map: null });
    showsDifference.value = row.at !== null;
  });
}

function told(doc: CompareDoc): string {
  const many = doc.rows.length;
  const bad = doc.rows.filter((row) => !row.passes).length;
  if (bad === 0) return `All ${many} compared tensors lie within the tolerance.`;
  const first = doc.rows.find((row) => row.value === doc.first)?.name ?? '';
  return `${bad} of ${many} compared tensors differ; in the order of the flow ${first} is the first.`;
}

/** Holds the run against a file: one tensor of the panel's, or tensors by name. */
export async function compareWith(file: File): Promise<void> {
  const run = trace.peek();
  if (!run) {
    say('error', 'Nothing has been run yet: feed the network first, then compare.');
    return;
  }
  comparing.value = true;
  try {
    const upload = await uploadFile(file);
    const value = selected.peek()?.value ?? null;
    const doc = await send<CompareDoc>(`/t/${run.id}/compare`, { upload, value });
    comparison.value = { trace: run.id, file: file.name, doc };
    say('note', told(doc));
    const row = doc.rows.find((one) => one.value === (doc.first ?? value));
    if (row) showRow(row);
  } catch (problem) {
    complain(problem);
  } finally {
    comparing.value = false;
  }
}
