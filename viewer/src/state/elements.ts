/** Goes to one element of a tensor: opens its tensor and looks at it. */
import { batch } from '@preact/signals';
import { cellOf, indexOf } from '../client/arrangement';
import type { StatsDoc } from '../client/documents';
import { complain, select } from './actions';
import { isBatched } from './batch';
import { toItem } from './items';
import { arrivals, pending, picture, request } from './pictures';
import { choose } from './probe';
import { opened, shownMap, view } from './store';
import { see, viewedSourceOf, viewingOf } from './viewing';

/** Shows an element of the open tensor: its map, its slice where it is sliced away, its cell. */
export function showElement(stats: StatsDoc, index: readonly number[]): void {
  const { value, shape, arrangement: a } = stats;
  const { order, top } = viewingOf(value);
  if (!cellOf(a, shape, index)) {
    const at = new Map(a.axes.sliced.map((axis) => [axis, index[axis] ?? 0]));
    see(value, { at, ...(order === 'index' && top === null ? {} : { order: 'index', top: null }) });
  }
  const cell = cellOf(
    { ...a, order: null, at: a.axes.sliced.map((axis) => index[axis] ?? 0) },
    shape,
    index,
  );
  if (cell && a.maps > 1) {
    const down = Math.floor(cell.row / a.rows);
    shownMap.value = down * a.grid[1] + Math.floor(cell.column / a.columns);
  }
  if (view.value === 'stack') view.value = 'cells';
  choose(value, index);
}

/** What is known of a tensor, once its picture is here; null where it cannot be had. */
async function statsOf(source: string): Promise<StatsDoc | null> {
  // The panel may have asked for the same: there is one question, so that its end is waited for.
  await request([{ source, size: 512 }]);
  await new Promise<void>((done) => {
    const stop = arrivals.subscribe(() => {
      if (!picture(source) && pending(source)) return;
      // Not at once: while subscribing there is nothing to stop yet.
      queueMicrotask(() => stop());
      done();
    });
  });
  return picture(source)?.stats ?? null;
}

/** Counts requests, so that a slow one does not come after a later one. */
let asked = 0;

/** Opens the tensor of an element and looks at it. */
export async function goToElement(value: number, flat: number): Promise<void> {
  const graph = opened.peek()?.graph;
  if (!graph) return;
  const mine = ++asked;
  const node = graph.producerOf(value);
  select({ value, node: node < 0 ? null : node, map: null });
  try {
    const source = viewedSourceOf(value);
    if (!source) return;
    const stats = await statsOf(source);
    if (!stats || mine !== asked) return;
    const index = indexOf(flat, stats.shape);
    batch(() => {
      if (isBatched(value)) toItem(index[0] ?? 0);
      showElement(stats, index);
    });
  } catch (problem) {
    complain(problem);
  }
}
