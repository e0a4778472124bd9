/** Places by prefix sums: ranks are as wide as their widest member, and wrap into rows like lines of text. */
import type { Layout } from '../client/layouts';
import { type Lanes, stackLanes } from './lanes';
import type { Footprint } from './sizes';

/** Where a child of the group stands: the middle of its base. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly row: number;
}

export interface Rows {
  readonly places: readonly Place[];
  /** Middle and right end of a rank, by rank. */
  readonly rankX: readonly number[];
  readonly rankEnd: readonly number[];
  readonly rankRow: readonly number[];
  /** Base of a lane in a row. */
  laneY(row: number, lane: number): number;
  /** Left and right end and the free height beneath, by row. */
  readonly rows: readonly { left: number; right: number; top: number; bottom: number }[];
  readonly width: number;
  readonly height: number;
}

const BETWEEN = 0.26;
const MOST_ROWS = 40;
/** Within a group. */
const MOST_INNER_ROWS = 6;
const MOST_NARROW_ROWS = 14;
/** What return lines take at both ends of the rows. */
const MARGINS = 0.5;
/** Rows may be stretched so much to fill the window. */
const AIRY = 1.45;
/** The weight of a full window against large tensors. */
const FILLED = 0.35;
/** From block to block at least, so that the edge between them shows. */
const APART = 0.16;

/** What only passes the border of a group takes no room. */
const widthOf = (size: Footprint | undefined): number =>
  size && size.width > 0 ? size.width + APART : 0;

function rankWidths(layout: Layout, sizes: readonly Footprint[]): number[] {
  const widths = new Array<number>(layout.ranks).fill(0);
  layout.children.forEach((child, i) => {
    widths[child.rank] = Math.max(widths[child.rank] ?? 0, widthOf(sizes[i]));
  });
  return widths;
}

/** Ranks that stay with the rank before them: the steps of one framed layer. */
function gluedRanks(layout: Layout): Set<number> {
  const glued = new Set<number>();
  for (const frame of layout.frames) {
    const ranks = frame.children.map((c) => layout.children[c]?.rank ?? 0);
    for (let r = Math.min(...ranks) + 1; r <= Math.max(...ranks); r++) glued.add(r);
  }
  return glued;
}

/** First ranks of the rows, when no row is to be wider than `limit`. */
function breakAt(widths: readonly number[], glued: ReadonlySet<number>, limit: number): number[] {
  const starts = [0];
  let used = 0;
  let unit = 0;
  for (let rank = 0; rank < widths.length; rank++) {
    if (!glued.has(rank)) {
      unit = widths[rank] ?? 0;
      for (let r = rank + 1; glued.has(r); r++) unit += widths[r] ?? 0;
      if (used > 0 && used + unit > limit) {
        starts.push(rank);
        used = 0;
      }
    }
    used += widths[rank] ?? 0;
  }
  return starts;
}

/** The narrowest limit that needs no more rows than `count`. */
function balanced(widths: readonly number[], glued: ReadonlySet<number>, count: number): number[] {
  let low = Math.max(...widths, 0);
  let high = widths.reduce((a, b) => a + b, 0);
  for (let step = 0; step < 24; step++) {
    const middle = (low + high) / 2;
    if (breakAt(widths, glued, middle).length <= count) high = middle;
    else low = middle;
  }
  return breakAt(widths, glued, high);
}

interface Draft {
  readonly starts: number[];
  readonly lanes: Lanes[];
  readonly width: number;
  readonly height: number;
}

function draft(
  layout: Layout,
  sizes: readonly Footprint[],
  widths: number[],
  starts: number[],
): Draft {
  const ends = [...starts.slice(1), widths.length];
  const lanes = starts.map((from, i) => stackLanes(layout, sizes, from, ends[i] ?? from));
  const rowWidth = (i: number) => widths.slice(starts[i], ends[i]).reduce((a, b) => a + b, 0);
  const width = Math.max(...starts.map((_, i) => rowWidth(i)), 0.1);
  const height = lanes.reduce((a, l) => a + l.height, 0) + (starts.length - 1) * BETWEEN;
  return { starts, lanes, width, height };
}

/** The number of rows whose outline fills a window of that aspect (width over height) best. */
function choose(
  layout: Layout,
  sizes: readonly Footprint[],
  widths: number[],
  aspect: number,
  most: number,
): Draft {
  const glued = gluedRanks(layout);
  let best: Draft | null = null;
  let bestMerit = 0;
  for (let count = 1; count <= most; count++) {
    const next = draft(layout, sizes, widths, balanced(widths, glued, count));
    const merit = meritOf(next, aspect);
    if (merit > bestMerit) [best, bestMerit] = [next, merit];
    else if (merit < bestMerit * 0.5) break;
  }
  return best ?? draft(layout, sizes, widths, [0]);
}

/** How large everything stands, and how much of the window is left empty, which counts less. */
function meritOf(plan: Draft, aspect: number): number {
  const scale = Math.min(aspect / (plan.width + MARGINS), 1 / plan.height);
  const tall = plan.height * scale;
  const wide = Math.min(1, ((plan.width * AIRY + MARGINS) * scale) / aspect);
  return scale * (tall * wide) ** FILLED;
}

/**
 * Places for every child: ranks from left to right, rows from the top down.
 *
 * @param sizes footprint of each child in world units, labels apart.
 * @param aspect width over height of the window that is to be filled.
 * @param inner whether it is a group within the network: it takes no more room than it needs.
 */
export function placeRows(
  layout: Layout,
  sizes: readonly Footprint[],
  aspect: number,
  inner = false,
): Rows {
  const widths = rankWidths(layout, sizes);
  const most = aspect < 1 ? MOST_NARROW_ROWS : MOST_INNER_ROWS;
  const plan = choose(layout, sizes, widths, aspect, inner ? most : MOST_ROWS);
  const ends = [...plan.starts.slice(1), widths.length];
  // A window wider than the rows is filled by more air between them, up to a half more.
  const roomy = Math.min(plan.height * aspect - MARGINS, plan.width * AIRY);
  const width = inner ? plan.width : Math.max(plan.width, roomy);
  const rankX: number[] = [];
  const rankEnd: number[] = [];
  const rankRow: number[] = [];
  const rows: { left: number; right: number; top: number; bottom: number }[] = [];
  const airs = plan.starts.map((from, row) => {
    const own = widths.slice(from, ends[row]).reduce((a, b) => a + b, 0);
    const count = Math.max(1, (ends[row] ?? from) - from);
    return Math.min((width - own) / count, (own / count) * 0.6);
  });
  // What no edge joins is read like a table: a last row that is not full stays under the others.
  const even = layout.edges.length === 0 ? Math.min(...airs) : null;
  let top = 0;
  plan.starts.forEach((from, row) => {
    const to = ends[row] ?? from;
    const air = even ?? airs[row] ?? 0;
    const height = plan.lanes[row]?.height ?? 0;
    let x = -width / 2;
    for (let rank = from; rank < to; rank++) {
      const wide = (widths[rank] ?? 0) + air;
      rankX[rank] = x + wide / 2;
      rankRow[rank] = row;
      x += wide;
      rankEnd[rank] = x;
    }
    rows.push({ left: -width / 2, right: x, top, bottom: top - height });
    top -= height + BETWEEN;
  });
  const laneY = (row: number, lane: number) =>
    (rows[row]?.top ?? 0) + (plan.lanes[row]?.base.get(lane) ?? 0);
  const places = layout.children.map((child) => {
    const row = rankRow[child.rank] ?? 0;
    return { x: rankX[child.rank] ?? 0, y: laneY(row, child.lane), row };
  });
  return { places, rankX, rankEnd, rankRow, laneY, rows, width, height: -top - BETWEEN };
}
