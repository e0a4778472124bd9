/** The range and colour table that a tensor is drawn with now: one answer for scene and panels. */
import { batch, signal } from '@preact/signals';
import type { GraphDoc, StatsDoc } from '../client/documents';
import { picture, sourceOf } from './pictures';
import { isPicture, rangeOwner, type Scale, scaleOf } from './ranges';
import { holdRange, opened, styleOf, theme, values } from './store';

/** Statistics of the run whose ranges are held, by value id. */
const held = signal<ReadonlyMap<number, StatsDoc>>(new Map());

const statsOf = (value: number): StatsDoc | null => picture(sourceOf(value))?.stats ?? null;

/** Keeps the ranges of the run shown now for the runs to come, or lets each run have its own. */
export function hold(on: boolean): void {
  const now = new Map<number, StatsDoc>();
  if (on) {
    for (const { id } of values.value) {
      const stats = statsOf(id);
      if (stats) now.set(id, stats);
    }
  }
  batch(() => {
    held.value = now;
    holdRange.value = on;
  });
}

/** Owners of ranges, found once for each value of a graph. */
const owners = new WeakMap<GraphDoc, Map<number, number>>();

function ownerOf(graph: GraphDoc, value: number): number {
  const known = owners.get(graph) ?? new Map<number, number>();
  owners.set(graph, known);
  const owner = known.get(value) ?? rangeOwner(graph, value);
  known.set(value, owner);
  return owner;
}

/** Range and table of a value; null where its picture is not here. */
export function scaleFor(value: number): Scale | null {
  const graph = opened.value?.graph;
  const own = statsOf(value);
  if (!graph || !own) return null;
  const owner = ownerOf(graph, value);
  const ranged = holdRange.value ? held.value : null;
  const shared = ranged?.get(owner) ?? statsOf(owner) ?? own;
  const image = isPicture(graph, value) && own.arrangement.rows > 1;
  const { range, table } = styleOf(value);
  return scaleOf(own, shared, theme.value, range, table, image);
}
