/** The range and colour table that a tensor is drawn with now: one answer for scene and panels. */
import { batch, signal } from '@preact/signals';
import type { StatsDoc } from '../client/documents';
import type { Graph } from '../client/graph';
import { here, picture, sourceOf } from './pictures';
import { isPicture, lessZeroPoint, rangeOwner, type Scale, scaleOf, united } from './ranges';
import { differenceOf, holdRange, opened, styleOf, theme } from './store';
import { viewedSourceOf } from './viewing';

/** Statistics of the run whose ranges are held, by value id. */
const held = signal<ReadonlyMap<number, StatsDoc>>(new Map());

/** Keeps the ranges of the run shown now for the runs to come, or lets each run have its own. */
export function hold(on: boolean): void {
  const now = new Map<number, StatsDoc>();
  if (on) {
    for (const { stats } of here()) now.set(stats.value, stats);
  }
  batch(() => {
    held.value = now;
    holdRange.value = on;
  });
}

/** Holds ranges that take in those held by now and those of the run shown: they never shrink. */
export function widen(): void {
  const next = new Map(held.peek());
  for (const { stats } of here()) {
    const known = next.get(stats.value);
    next.set(stats.value, known ? united(known, stats) : stats);
  }
  const wider = [...next].some(([value, stats]) => held.peek().get(value) !== stats);
  batch(() => {
    if (wider) held.value = next;
    holdRange.value = true;
  });
}

/** Owners of ranges, found once for each value of a graph. */
const owners = new WeakMap<Graph, Map<number, number>>();

function ownerOf(graph: Graph, value: number): number {
  const known = owners.get(graph) ?? new Map<number, number>();
  owners.set(graph, known);
  const owner = known.get(value) ?? rangeOwner(graph, value);
  known.set(value, owner);
  return owner;
}

/**
 * Range and table of a tensor.
 *
 * @param own its statistics.
 * @param known statistics of other values of the same run, as far as they are here.
 */
export function scaleWith(own: StatsDoc, known: (value: number) => StatsDoc | null): Scale {
  const graph = opened.value?.graph;
  const { range, table } = styleOf(own.value);
  if (!graph) return scaleOf(own, own, theme.value, range, table);
  const quantized = graph.quantizationOf(own.value);
  if (quantized && (range.kind === 'robust' || range.kind === 'full')) {
    // Colours turn where the real number is zero; ranges are of this tensor's own scale.
    const about = lessZeroPoint(own, quantized.zero);
    const { low, high, ...rest } = scaleOf(about, about, theme.value, range, table);
    return { ...rest, low: low + quantized.zero, high: high + quantized.zero };
  }
  const owner = ownerOf(graph, own.value);
  const ranged = holdRange.value ? held.value : null;
  const shared = ranged?.get(owner) ?? known(owner) ?? own;
  const image = isPicture(graph, own.value) && own.arrangement.rows > 1;
  return scaleOf(own, shared, theme.value, range, table, image);
}

/** Range and table of the open tensor as the user sees it: a difference has a range of its own. */
export function scaleShown(own: StatsDoc, known: (value: number) => StatsDoc | null): Scale {
  if (!differenceOf(own.value)) return scaleWith(own, known);
  const { range, table } = styleOf(own.value);
  return scaleOf({ ...own, signed: true }, own, theme.value, range, table);
}

const statsOf = (value: number): StatsDoc | null => picture(sourceOf(value))?.stats ?? null;

/** Range and table of the open tensor; null where its picture is not here. */
export function scaleFor(value: number): Scale | null {
  const own = picture(viewedSourceOf(value))?.stats ?? null;
  return own && scaleShown(own, statsOf);
}
