/** The ways of the edges: along lanes, over skips, and from the end of a row to the next. Pure. */
import type { LayoutDoc } from '../client/documents';
import type { Point } from './lines';
import type { Rows } from './rows';
import { PEDESTAL, PORT, portPlace, type Stood } from './solid';

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
const MARGIN = 0.2;
/** How much edges that share a channel are set apart. */
const APART = 0.035;

type Flat = [x: number, y: number];

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
function along(rows: Rows, a: Stop, b: Stop, shift: number): Flat[] {
  if (Math.abs(a.y - b.y) < 1e-3) return [];
  const channel = (rows.rankEnd[b.rank - 1] ?? (a.x + b.x) / 2) + shift;
  const x = Math.min(Math.max(channel, a.x + 0.02), Math.max(b.x - 0.02, a.x + 0.02));
  return [
    [x, a.y],
    [x, b.y],
  ];
}

/** From the end of one row to the start of another: out to the right, down, left, and in. */
function around(rows: Rows, a: Stop, b: Stop, shift: number): Flat[] {
  const from = rows.rows[a.row];
  const to = rows.rows[b.row];
  if (!from || !to) return [];
  const right = Math.max(from.right, a.x) + MARGIN + shift;
  const left = to.left - MARGIN + shift;
  const gap = from.bottom - 0.1 + shift * 0.8;
  return [
    [right, a.y],
    [right, gap],
    [left, gap],
    [left, b.y],
  ];
}

function stops(layout: LayoutDoc, rows: Rows, stood: readonly Stood[], e: number): Stop[] {
  const edge = layout.edges[e];
  const source = edge && stood[edge.from];
  const target = edge && stood[edge.to];
  if (!edge || !source || !target) return [];
  const out = source.block.right.findIndex((port) => port.value === edge.value);
  const start = portPlace(source, 'right', Math.max(0, out));
  const end = portPlace(target, 'left', edge.port);
  const rankOf = (child: number) => layout.children[child]?.rank ?? 0;
  const between = edge.points.map(([rank = 0, lane = 0]) => {
    const row = rows.rankRow[rank] ?? 0;
    return { rank, row, x: rows.rankX[rank] ?? 0, y: rows.laneY(row, lane) + 0.02 };
  });
  return [
    { rank: rankOf(edge.from), row: source.place.row, x: start.x + PORT / 2, y: start.y },
    ...between,
    { rank: rankOf(edge.to), row: target.place.row, x: end.x - PORT / 2, y: end.y },
  ];
}

/** The way of every edge of the layout, in world units. */
export function routeEdges(layout: LayoutDoc, rows: Rows, stood: readonly Stood[]): Route[] {
  const routes: Route[] = [];
  layout.edges.forEach((edge, e) => {
    const all = stops(layout, rows, stood, e);
    const first = all[0];
    const last = all.at(-1);
    if (!first || !last) return;
    // A layout may send an edge back: it then goes around like one to another row.
    const shift = ((edge.value % 5) - 2) * APART;
    const path: Flat[] = [[first.x, first.y]];
    let wraps = false;
    for (let i = 1; i < all.length; i++) {
      const a = all[i - 1] as Stop;
      const b = all[i] as Stop;
      const turn = a.row !== b.row || b.rank <= a.rank;
      wraps ||= turn;
      path.push(...(turn ? around(rows, a, b, shift) : along(rows, a, b, shift)));
      if (i < all.length - 1) path.push([b.x, b.y]);
    }
    path.push([last.x, last.y]);
    const points = rounded(path).map(([x, y]): Point => [x, y, Z]);
    routes.push({ value: edge.value, from: edge.from, to: edge.to, points, wraps });
  });
  return routes;
}
