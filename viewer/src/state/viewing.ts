/** The ways in which the user has asked to see single tensors: axes, order of maps.  */
import { signal } from '@preact/signals';
import { itemQuery } from './batch';
import { sourceOf } from './pictures';
import { PLAIN, queryOf, type Viewing } from './seeing';
import { differenceOf, shownMap } from './store';

/** What was asked for, by value id. */
export const viewings = signal<ReadonlyMap<number, Viewing>>(new Map());

export const viewingOf = (value: number): Viewing => viewings.value.get(value) ?? PLAIN;

/** Sees one tensor otherwise. */
export function see(value: number, change: Partial<Viewing>): void {
  const next = new Map(viewings.value);
  next.set(value, { ...viewingOf(value), ...change });
  viewings.value = next;
  shownMap.value = null;
}

/** The key of a value, seen as the user has asked; null where no run has made it. */
export function viewedSourceOf(value: number): string | null {
  const apart = differenceOf(value);
  const source = apart ? `/t/${apart.trace}/${value}/against/${apart.comparison}` : sourceOf(value);
  if (source === null) return null;
  const [path] = source.split('?');
  const batched = source.startsWith('/t/') ? itemQuery(value) : '';
  const query = [batched, queryOf(viewingOf(value))].filter(Boolean).join('&');
  return query ? `${path}?${query}` : source;
}
