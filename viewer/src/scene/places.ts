/** From cells of a sheet to places on it and back, gaps and borders of maps counted. Pure. */
import type { StatsDoc } from '../client/documents';
import type { Extent } from './sizes';

/** A half-open range of cells. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Left, top, right, bottom in map pitches. */
export type Local = readonly [number, number, number, number];

/** Where a cell's near border lies along an axis, in map pitches. */
export function toLocal(cell: number, length: number, gap: number): number {
  const slot = Math.floor(cell / length);
  return slot * (1 + gap) + (cell - slot * length) / length;
}

/** Where a cell's far border lies: at the end of its own map, not at the start of the next. */
export function toLocalEnd(cell: number, length: number, gap: number): number {
  return cell <= 0 ? 0 : toLocal(cell - 1, length, gap) + 1 / length;
}

/** The cell at a place along an axis, as a fraction; within a gap the end of the map before it. */
export function toCell(local: number, length: number, gap: number): number {
  const slot = Math.floor(local / (1 + gap));
  return slot * length + Math.min(1, local - slot * (1 + gap)) * length;
}

/** The part of a sheet that cells cover, clipped to a window of it. */
export function localOf(e: Extent, rows: Span, columns: Span): Local {
  const [gx, gy] = e.gap;
  return [
    toLocal(columns.from, e.columns, gx),
    toLocal(rows.from, e.rows, gy),
    toLocalEnd(columns.to, e.columns, gx),
    toLocalEnd(rows.to, e.rows, gy),
  ];
}

/** The cells at level 0 that a part of the sheet shows. */
export function cellsIn(e: Extent, local: Local): { rows: Span; columns: Span } {
  const [gx, gy] = e.gap;
  const span = (from: number, to: number, length: number, gap: number, slots: number) => ({
    from: Math.max(0, Math.floor(toCell(Math.max(0, from), length, gap))),
    to: Math.min(slots * length, Math.ceil(toCell(Math.max(0, to), length, gap))),
  });
  return {
    rows: span(local[1], local[3], e.rows, gy, e.gridRows),
    columns: span(local[0], local[2], e.columns, gx, e.gridColumns),
  };
}

/** One tile of a level: its page number and the cells of the level that it covers. */
export interface TileAt {
  readonly page: number;
  readonly rows: Span;
  readonly columns: Span;
}

/** The tiles of a sheet of that size that touch a window of cells. */
export function tilesIn(
  size: { readonly height: number; readonly width: number },
  side: number,
  rows: Span,
  columns: Span,
): TileAt[] {
  const across = Math.ceil(size.width / side);
  const found: TileAt[] = [];
  for (let y = Math.floor(rows.from / side); y * side < Math.min(rows.to, size.height); y++) {
    for (
      let x = Math.floor(columns.from / side);
      x * side < Math.min(columns.to, size.width);
      x++
    ) {
      found.push({
        page: y * across + x,
        rows: { from: y * side, to: Math.min((y + 1) * side, size.height) },
        columns: { from: x * side, to: Math.min((x + 1) * side, size.width) },
      });
    }
  }
  return found;
}

/** The extent of a level of detail: the same slots, coarser maps. */
export function levelExtent(e: Extent, stats: StatsDoc, level: number): Extent {
  const found = stats.levels[level];
  return found ? { ...e, rows: found.rows, columns: found.columns } : e;
}
