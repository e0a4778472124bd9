/** Cells of the open tensor that are marked, to be copied. */
import { effect, signal } from '@preact/signals';
import { cellOf } from '../client/arrangement';
import { picture } from './pictures';
import { chosen, type Step } from './probe';
import { selected, shownMap } from './store';
import { viewedSourceOf } from './viewing';

/** A place of the sheet at level 0. */
interface Place {
  readonly row: number;
  readonly column: number;
}

/** A rectangle of the sheet, between two of its corners, both within. */
export interface Marked {
  /** The key of the tensor as it is seen. */
  readonly source: string;
  readonly from: Place;
  readonly to: Place;
}

export const marked = signal<Marked | null>(null);

/** First and half-open last cell along an axis. */
export interface Ends {
  readonly from: number;
  readonly to: number;
}

const between = (a: number, b: number): Ends => ({ from: Math.min(a, b), to: Math.max(a, b) + 1 });

export const rowsOf = ({ from, to }: Marked): Ends => between(from.row, to.row);
export const columnsOf = ({ from, to }: Marked): Ends => between(from.column, to.column);

/** How many cells are marked, `rows × columns`. */
export function marksOf(now: Marked): readonly [number, number] {
  const [rows, columns] = [rowsOf(now), columnsOf(now)];
  return [rows.to - rows.from, columns.to - columns.from];
}

const openSource = (): string | null => {
  const open = selected.value;
  return open && viewedSourceOf(open.value);
};

/** Marks the cells between two of the open tensor. */
export function mark(from: Place, to: Place): void {
  const source = openSource();
  if (source) marked.value = { source, from, to };
}

/** Marks on from the chosen cell, a step further; whether a cell is chosen. */
export function stretch({ down = 0, right = 0 }: Step): boolean {
  const now = chosen.peek();
  const source = openSource();
  const stats = source && picture(source)?.stats;
  const cell = now && stats && cellOf(stats.arrangement, stats.shape, now.index);
  if (!source || !stats || !cell) return false;
  const { to } = marked.peek() ?? { to: cell };
  const a = stats.arrangement;
  const within = (at: number, length: number) => Math.min(length - 1, Math.max(0, at));
  const row = within(to.row + down, a.grid[0] * a.rows);
  const column = within(to.column + right, a.grid[1] * a.columns);
  marked.value = { source, from: cell, to: { row, column } };
  return true;
}

effect(() => {
  // Another tensor, or the same seen otherwise: those cells lie there no more.
  const source = openSource();
  void shownMap.value;
  const now = marked.peek();
  if (now && (now.source !== source || shownMap.value !== null)) marked.value = null;
});

effect(() => {
  void chosen.value;
  marked.value = null;
});
