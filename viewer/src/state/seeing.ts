/** A way of seeing a tensor: where its axes lie, in which order its maps stand. Pure. */
import type { ArrangementDoc } from '../client/documents';

export const PLACES = ['sliced', 'grid', 'rows', 'columns'] as const;
/** What an axis is on the sheet. */
export type Place = (typeof PLACES)[number];

export interface Viewing {
  /** Where each axis lies, by its position; null as the server places them. */
  readonly places: readonly Place[] | null;
  /** The index shown of axes that are sliced. */
  readonly at: ReadonlyMap<number, number>;
  /** `index`, `mean`, `max`, `variance` or `similar:MAP`. */
  readonly order: string;
  /** How many maps are kept, the first ones; null for all. */
  readonly top: number | null;
}

export const PLAIN: Viewing = { places: null, at: new Map(), order: 'index', top: null };

/** A way of seeing as the query of a key; empty where nothing was asked for. */
export function queryOf({ places, at, order, top }: Viewing): string {
  const parts: string[] = [];
  if (places) {
    for (const place of ['grid', 'rows', 'columns'] as const) {
      parts.push(`${place}=${places.flatMap((one, axis) => (one === place ? [axis] : []))}`);
    }
  }
  if (at.size > 0) parts.push(`at=${[...at].map(([axis, index]) => `${axis}:${index}`)}`);
  if (order !== 'index') parts.push(`order=${order}`);
  if (top !== null) parts.push(`top=${top}`);
  return parts.join('&');
}

/** Where each axis lies now; the colours of a picture count as maps. */
export function placesOf({ axes }: ArrangementDoc, rank: number): Place[] {
  const found: Place[] = Array.from({ length: rank }, () => 'sliced');
  for (const axis of [...axes.planes, ...axes.grid]) found[axis] = 'grid';
  for (const axis of axes.rows) found[axis] = 'rows';
  for (const axis of axes.columns) found[axis] = 'columns';
  return found;
}

/** Rows for columns. */
export const transposed = (places: readonly Place[]): Place[] =>
  places.map((one) => (one === 'rows' ? 'columns' : one === 'columns' ? 'rows' : one));
