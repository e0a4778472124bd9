/** The ways of the edges: along lanes, over skips, and from the end of a row to the next. Pure. */
import type { Edge, Layout } from '../client/layouts';
import type { Point } from './lines';
import { WIRE } from './plots';
import type { Rows } from './rows';
import { PEDESTAL } from './solid';

export interface Route {
  readonly value: number;
  readonly from: number;
  readonly to: number;
  readonly points: readonly Point[];
  /** From here on it leads back to the next row, drawn dashed; null where it stays in its row. */
  readonly wraps: boolean;
}

const Z = PEDESTAL.front - 0.02;
const ROUND = 0.09;
const LEAST_ROUND = 3;
const MARGIN = 0.2;
/** How much edges that share a channel are set apart. */
const APART = 0.035;

export type Flat = readonly [x: number, y: number];

/** Corners cut by a quarter circle of three pieces. */
function rounded(path: readonly Flat[]): Flat[] {
  const out: Flat[] = [];
  path.forEach((p, i) => {
    const before = path[i - 1];
    const next = path[i + 1];
    if (!before || !next) {
      out.push(p);
      return;
    }
    const a = Math.hypot(p[0] - before[0], p[1] - before[1]);
    const b = Math.hypot(next[0] - p[0], next[1] - p[1]);
    const r = Math.min(ROUND, a / 2, b / 2);
    if (r < 1e-4) return;
    const start: Flat = [p[0] + ((before[0] - p[0]) * r) / a, p[1] + ((before[1] - p[1]) * r) / a];
    const end: Flat = [p[0] + ((next[0] - p[0]) * r) / b, p[1] + ((next[1] - p[1]) * r) / b];
    for (const t of [0, 0.33, 0.67, 1]) {
      const u = 1 - t;
      out.push([
        u * u * start[0] + 2 * u * t * p[0] + t * t * end[0],
        u * u * start[1] + 2 * u * t * p[1] + t * t * end[1],
      ]);
    }
  });
  return out;
}

interface Stop {
  readonly rank: number;
  readonly row: number;
  readonly x: number;
  readonly y: number;
}

/** From one stop to the next within a row: across in the channel behind the first's rank. */
function along(rows: Rows, [ox]: Flat, a: Stop, b: Stop, shift: number): Flat[] {
  if (Math.abs(a.y - b.y) < 1e-3) return [];
  const end = rows.rankEnd[b.rank - 1];
  const channel = (end === undefined ? (a.x + b.x) / 2 : ox + end) + shift;
  const x = Math.min(Math.max(channel, a.x + 0.02), Math.max(b.x - 0.02, a.x + 0.02));
  return [
    [x, a.y],
    [x, b.y],
  ];
}

/** From the end of one row to the start of another: out to the right, down, left, and in. */
function around(rows: Rows, [ox, oy]: Flat, a: Stop, b: Stop, shift: number): Flat[] {
  const from = rows.rows[a.row];
  const to = rows.rows[b.row];
  if (!from || !to) return [];
  const right = Math.max(ox + from.right, a.x) + MARGIN + shift;
  const left = ox + to.left - MARGIN + shift;
  const gap = oy + from.bottom - 0.1 + shift * 0.8;
  return [
    [right, a.y],
    [right, gap],
    [left, gap],
    [left, b.y],
  ];
}

/** Where the ends of edges lie. */
export interface Ends {
  /** Where a value leaves a child, and where an edge meets its reader. */
  out(child: number, value: number): Flat;
  in(child: number, edge: Edge): Flat;
  /** Where the plan's own origin lies in the world. */
  readonly origin: Flat;
}

function stops(layout: Layout, rows: Rows, edge: Edge, ends: Ends): Stop[] {
  const [ox, oy] = ends.origin;
  const [x0, y0] = ends.out(edge.from, edge.value);
  const [x1, y1] = ends.in(edge.to, edge);
  const rankOf = (child: number) => layout.children[child]?.rank ?? 0;
  const between = edge.points.map(([rank, lane]) => {
    const row = rows.rankRow[rank] ?? 0;
    return { rank, row, x: ox + (rows.rankX[rank] ?? 0), y: oy + rows.laneY(row, lane) + WIRE };
  });
  const [first, last] = [rankOf(edge.from), rankOf(edge.to)];
  return [
    { rank: first, row: rows.rankRow[first] ?? 0, x: x0, y: y0 },
    ...between,
    { rank: last, row: rows.rankRow[last] ?? 0, x: x1, y: y1 },
  ];
}

/**
 * The way of every edge of a group, in world units; of several that lie over one another, one.
 *
 * @param scale pixels to a world unit.
 */
export function routeEdges(layout: Layout, rows: Rows, ends: Ends, scale: number): Route[] {
  const routes = new Map<string, Route>();
  for (const edge of layout.edges) {
    const all = stops(layout, rows, edge, ends);
    const first = all[0] as Stop;
    const last = all.at(-1) as Stop;
    const key = `${edge.from} ${edge.to} ${first.y.toFixed(3)} ${last.y.toFixed(3)}`;
    if (routes.has(key)) continue;
    // A layout may send an edge back: it then goes around like one to another row.
    const shift = ((edge.value % 5) - 2) * APART;
    const path: Flat[] = [[first.x, first.y]];
    let wraps = false;
    for (let i = 1; i < all.length; i++) {
      const a = all[i - 1] as Stop;
      const b = all[i] as Stop;
      const turn = a.row !== b.row || b.rank <= a.rank;
      wraps ||= turn;
      path.push(
        ...(turn ? around(rows, ends.origin, a, b, shift) : along(rows, ends.origin, a, b, shift)),
      );
      if (i < all.length - 1) path.push([b.x, b.y]);
    }
    path.push([last.x, last.y]);
    // A corner of a pixel or two need not be round.
    const bent = ROUND * scale < LEAST_ROUND ? path : rounded(path);
    const points = bent.map(([x, y]): Point => [x, y, Z]);
    routes.set(key, { value: edge.value, from: edge.from, to: edge.to, points, wraps });
  }
  return [...routes.values()];
}
