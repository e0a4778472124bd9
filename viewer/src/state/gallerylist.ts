/** Which entries of a gallery are shown, and in which order: pure. */

/** What is known of each entry; all of one length. */
export interface Columns {
  /** Class numbers, -1 for none; `UNKNOWN` where the prediction has not come. */
  readonly predicted: Int32Array;
  /** From 0 to 1; NaN where there is none. */
  readonly score: Float32Array;
  /** 1 where an entry was left out. */
  readonly failed: Uint8Array;
  /** Class numbers of what the entries are, -1 where nobody says. */
  readonly truth: Int32Array;
}

export const NONE = -1;
export const UNKNOWN = -2;

export type Order = 'given' | 'wrong' | 'sure' | 'unsure' | 'class';

export interface Filter {
  readonly show: 'all' | 'wrong' | 'failed';
  /** Class numbers; null for any. */
  readonly truth: number | null;
  readonly predicted: number | null;
}

export const EVERYTHING: Filter = { show: 'all', truth: null, predicted: null };

export type Verdict = 'right' | 'wrong' | 'failed' | 'waiting' | 'unjudged';

/** Whether an entry was answered rightly, as far as anybody can tell. */
export function verdictOf(columns: Columns, entry: number): Verdict {
  if (columns.failed[entry]) return 'failed';
  const predicted = columns.predicted[entry] ?? UNKNOWN;
  if (predicted === UNKNOWN) return 'waiting';
  const truth = columns.truth[entry] ?? NONE;
  if (truth === NONE || predicted === NONE) return 'unjudged';
  return truth === predicted ? 'right' : 'wrong';
}

function passes(columns: Columns, entry: number, filter: Filter): boolean {
  if (filter.truth !== null && columns.truth[entry] !== filter.truth) return false;
  if (filter.predicted !== null && columns.predicted[entry] !== filter.predicted) return false;
  return filter.show === 'all' || verdictOf(columns, entry) === filter.show;
}

const RANK: Readonly<Record<Verdict, number>> = {
  wrong: 0,
  failed: 1,
  right: 2,
  unjudged: 2,
  waiting: 3,
};

/** Entries without a score come last, whichever way is up. */
const sureness = (columns: Columns, entry: number): number => {
  const score = columns.score[entry] ?? Number.NaN;
  return Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score;
};

type Compare = (a: number, b: number) => number;

function comparing(columns: Columns, order: Order): Compare | null {
  const sure = (entry: number) => sureness(columns, entry);
  switch (order) {
    case 'given':
      return null;
    case 'sure':
      return (a, b) => descending(sure(a), sure(b)) || a - b;
    case 'unsure':
      return (a, b) => ascending(sure(a), sure(b)) || a - b;
    case 'class':
      return (a, b) =>
        classRank(columns, a) - classRank(columns, b) || descending(sure(a), sure(b)) || a - b;
    case 'wrong':
      return (a, b) => {
        const [first, second] = [verdictOf(columns, a), verdictOf(columns, b)];
        if (RANK[first] !== RANK[second]) return RANK[first] - RANK[second];
        // Of the mistakes the surest first; of what is right the least sure.
        const way = first === 'wrong' ? descending : ascending;
        return way(sure(a), sure(b)) || a - b;
      };
  }
}

function descending(a: number, b: number): number {
  return a === b ? 0 : a > b ? -1 : 1;
}

function ascending(a: number, b: number): number {
  if (a === b) return 0;
  if (a === Number.NEGATIVE_INFINITY) return 1;
  if (b === Number.NEGATIVE_INFINITY) return -1;
  return a - b;
}

function classRank(columns: Columns, entry: number): number {
  const predicted = columns.predicted[entry] ?? UNKNOWN;
  return predicted < 0 ? Number.MAX_SAFE_INTEGER : predicted;
}

/** The entries that pass a filter, in an order. */
export function listOf(columns: Columns, filter: Filter, order: Order): Int32Array {
  const found: number[] = [];
  for (let entry = 0; entry < columns.predicted.length; entry++) {
    if (passes(columns, entry, filter)) found.push(entry);
  }
  const compare = comparing(columns, order);
  if (compare) found.sort(compare);
  return Int32Array.from(found);
}

/**
 * The entry beside one in a list; the list's first where it is not in it.
 *
 * @returns null at the end of the list.
 */
export function beside(list: Int32Array, entry: number | null, step: 1 | -1): number | null {
  const at = entry === null ? -1 : list.indexOf(entry);
  if (at < 0) return list[0] ?? null;
  return list[at + step] ?? null;
}
