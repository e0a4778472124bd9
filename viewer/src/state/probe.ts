/** The number that is looked at: where it lies, the sum that made it, and what of the input it sees. */
import { batch, computed, effect, signal } from '@preact/signals';
import { cellOf, elementAt, flatOf } from '../client/arrangement';
import type { FieldDoc, SumDoc } from '../client/documents';
import { json } from '../client/keys';
import { keyOf } from '../client/tails';
import { arrivals, picture, sourceOf } from './pictures';
import { following, hover, selected, shownMap } from './store';
import { viewedSourceOf } from './viewing';

/** One element of a tensor. */
export interface Chosen {
  readonly value: number;
  readonly index: readonly number[];
}

export const chosen = signal<Chosen | null>(null);

/** What the server said of the element that is chosen; null until it has come. */
export const sum = signal<SumDoc | null>(null);
export const field = signal<FieldDoc | null>(null);
/** What of the input the number under the cursor sees. */
export const glimpse = signal<FieldDoc | null>(null);
/** Why there is no sum, in the server's words. */
export const unexplained = signal('');

/** Shape of a value as it was run; null where its picture is not here. */
export const shapeOf = (value: number): readonly number[] | null =>
  picture(sourceOf(value))?.stats.shape ?? null;

export function choose(value: number, index: readonly number[]): void {
  chosen.value = { value, index };
}

export function forget(): void {
  chosen.value = null;
}

/** How the chosen element is moved, seen as the tensor lies: down, right, on to the next map. */
export interface Step {
  readonly down?: number;
  readonly right?: number;
  readonly maps?: number;
}

const within = (at: number, length: number): number => Math.min(length - 1, Math.max(0, at));

/** Moves the chosen element within its map, or to the same place of another map; whether there is one. */
export function slide({ down = 0, right = 0, maps = 0 }: Step): boolean {
  const now = chosen.peek();
  const stats = now && picture(viewedSourceOf(now.value))?.stats;
  const cell = stats && cellOf(stats.arrangement, stats.shape, now.index);
  if (!now || !stats || !cell) return false;
  const a = stats.arrangement;
  const slot = Math.floor(cell.row / a.rows) * a.grid[1] + Math.floor(cell.column / a.columns);
  const next = within(slot + maps, a.maps);
  const row = within((cell.row % a.rows) + down, a.rows) + Math.floor(next / a.grid[1]) * a.rows;
  const column =
    within((cell.column % a.columns) + right, a.columns) + (next % a.grid[1]) * a.columns;
  const index = elementAt(a, stats.shape, { plane: cell.plane, row, column });
  if (!index) return true;
  if (next !== slot && shownMap.peek() !== null) shownMap.value = next;
  choose(now.value, index);
  return true;
}

/** The key of the chosen element's run and place; null where it is no element of a run. */
const place = computed(() => {
  const now = chosen.value;
  const source = now && sourceOf(now.value);
  // Read, so that it is asked again once the shape is known.
  void arrivals.value;
  const shape = now && shapeOf(now.value);
  if (!source?.startsWith('/t/') || !now || !shape) return null;
  return `${source} ${flatOf(now.index, shape)}`;
});

let asked = '';

async function ask(mine: string): Promise<void> {
  asked = mine;
  askedAt = performance.now();
  const [source = '', flat] = mine.split(' ');
  const questions = [
    json<SumDoc>(keyOf(source, `/sum/${flat}`)),
    json<FieldDoc>(keyOf(source, `/field/${flat}`)),
  ];
  const [told, seen] = await Promise.allSettled(questions);
  if (asked !== mine) return;
  batch(() => {
    sum.value = told?.status === 'fulfilled' ? (told.value as SumDoc) : null;
    field.value = seen?.status === 'fulfilled' ? (seen.value as FieldDoc) : null;
    unexplained.value = told?.status === 'rejected' ? String(told.reason?.message ?? '') : '';
  });
}

/** While runs follow one another, the sum follows only now and then, in milliseconds. */
const BETWEEN_SUMS = 250;
let next = 0;
let askedAt = 0;

effect(() => {
  const at = place.value;
  clearTimeout(next);
  if (at && following.peek()) {
    next = window.setTimeout(() => void ask(at), askedAt + BETWEEN_SUMS - performance.now());
  } else if (at) void ask(at);
  else {
    asked = '';
    sum.value = null;
    field.value = null;
    unexplained.value = '';
  }
});

/** A cursor that passes over asks for nothing, in milliseconds. */
const BEFORE_ASKING = 60;
let later = 0;
let glimpsed = '';

/** The element under the cursor, as its run and place; empty where none is. */
const hovered = computed(() => {
  const at = hover.value;
  const source = at && sourceOf(at.value);
  if (!at?.cell || !source?.startsWith('/t/')) return '';
  const stats = picture(at.viewed ? viewedSourceOf(at.value) : source)?.stats;
  const index = stats && elementAt(stats.arrangement, stats.shape, at.cell);
  return index ? `${source} ${flatOf(index, stats.shape)}` : '';
});

effect(() => {
  const at = hovered.value;
  glimpsed = at;
  clearTimeout(later);
  if (glimpse.peek()) glimpse.value = null;
  if (!at) return;
  later = window.setTimeout(() => {
    const [source = '', flat] = at.split(' ');
    json<FieldDoc>(keyOf(source, `/field/${flat}`)).then(
      (seen) => {
        if (glimpsed === at) glimpse.value = seen;
      },
      () => undefined, // The value alone is shown.
    );
  }, BEFORE_ASKING);
});

effect(() => {
  // Another tensor, or another network: what was chosen lies there no more.
  const open = selected.value;
  const now = chosen.peek();
  if (now && open?.value !== now.value) chosen.value = null;
});
