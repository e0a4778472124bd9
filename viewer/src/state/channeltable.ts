/** The table of what each map holds, and its rows in order. Pure. */
import type { Numbers } from '../client/blob';

export const COLUMNS = ['min', 'max', 'mean', 'std', 'zeros', 'nan', 'inf'] as const;
export type Column = (typeof COLUMNS)[number];

export interface ChannelTable {
  readonly source: string;
  readonly maps: number;
  readonly column: Readonly<Record<Column | 'size' | 'flags', Numbers>>;
  /** A histogram of each map over the tensor's range, `bins` counts a map; empty for very many. */
  readonly counts: Numbers;
  readonly bins: number;
}

/** Slots in the order of a column, the largest first or last; NaN always last. */
export function sorted(table: ChannelTable, by: Column | 'map', descending: boolean): Int32Array {
  const slots = Int32Array.from({ length: table.maps }, (_, slot) => slot);
  if (by === 'map') return descending ? slots.reverse() : slots;
  const of = table.column[by];
  const sign = descending ? -1 : 1;
  return slots.sort((a, b) => {
    const [x, y] = [of[a] as number, of[b] as number];
    if (Number.isNaN(x) || Number.isNaN(y))
      return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return sign * (x - y) || a - b;
  });
}
