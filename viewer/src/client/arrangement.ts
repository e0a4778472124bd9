/** From a cell of a sheet to the element of the tensor that it shows, and back. Pure. */
import type { ArrangementDoc } from './documents';

/** A cell of the sheet `(planes, grid rows * rows, grid columns * columns)` at level 0. */
export interface SheetCell {
  readonly plane: number;
  readonly row: number;
  readonly column: number;
}

type Shape = readonly number[];

/** Row-major position over some axes, taken apart into `index`. */
function spread(flat: number, axes: readonly number[], shape: Shape, index: number[]): void {
  let rest = flat;
  for (let i = axes.length - 1; i >= 0; i--) {
    const axis = axes[i] as number;
    const length = shape[axis] ?? 1;
    index[axis] = rest % length;
    rest = Math.floor(rest / length);
  }
}

const join = (index: readonly number[], axes: readonly number[], shape: Shape): number =>
  axes.reduce((flat, axis) => flat * (shape[axis] ?? 1) + (index[axis] ?? 0), 0);

/** The element that a cell shows, by its index along every axis; null where it shows none. */
export function elementAt(a: ArrangementDoc, shape: Shape, cell: SheetCell): number[] | null {
  const down = Math.floor(cell.row / a.rows);
  const across = Math.floor(cell.column / a.columns);
  const slot = down * a.grid[1] + across;
  if (cell.row < 0 || cell.column < 0 || across >= a.grid[1] || slot >= a.maps) return null;
  const [row, column] = [cell.row - down * a.rows, cell.column - across * a.columns];
  const index = shape.map(() => 0);
  a.axes.sliced.forEach((axis, i) => {
    index[axis] = a.at[i] ?? 0;
  });
  if (a.strip) {
    const flat = row * a.columns + column;
    if (flat >= a.cells) return null;
    spread(flat, a.axes.rows, shape, index);
    return index;
  }
  spread(cell.plane, a.axes.planes, shape, index);
  spread(a.order?.[slot] ?? slot, a.axes.grid, shape, index);
  spread(row, a.axes.rows, shape, index);
  spread(column, a.axes.columns, shape, index);
  return index;
}

/** The cell that shows an element; null where it is sliced away or its map is left out. */
export function cellOf(
  a: ArrangementDoc,
  shape: Shape,
  index: readonly number[],
): SheetCell | null {
  if (a.maps === 0 || a.axes.sliced.some((axis, i) => index[axis] !== (a.at[i] ?? 0))) return null;
  if (a.strip) {
    const flat = join(index, a.axes.rows, shape);
    return { plane: 0, row: Math.floor(flat / a.columns), column: flat % a.columns };
  }
  const map = join(index, a.axes.grid, shape);
  const slot = a.order ? a.order.indexOf(map) : map;
  if (slot < 0) return null;
  return {
    plane: join(index, a.axes.planes, shape),
    row: Math.floor(slot / a.grid[1]) * a.rows + join(index, a.axes.rows, shape),
    column: (slot % a.grid[1]) * a.columns + join(index, a.axes.columns, shape),
  };
}

/** An element's place in C order. */
export const flatOf = (index: readonly number[], shape: Shape): number =>
  join(
    index,
    shape.map((_, axis) => axis),
    shape,
  );

/** The index along every axis of an element by its place in C order. */
export function indexOf(flat: number, shape: Shape): number[] {
  const index = shape.map(() => 0);
  spread(
    flat,
    shape.map((_, axis) => axis),
    shape,
    index,
  );
  return index;
}

/** Cells of a sheet at level 0, half-open. */
export interface SheetRect {
  readonly slot: number;
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

/** Low and high positions over several axes of a box, row-major. */
function ends(low: Shape, high: Shape, axes: readonly number[], shape: Shape): [number, number] {
  const last = high.map((end) => end - 1);
  return [join(low, axes, shape), join(last, axes, shape) + 1];
}

/** Positions over several axes that lie in a box, the first `most` of them. */
function within(low: Shape, high: Shape, axes: readonly number[], shape: Shape, most: number) {
  let found: number[] = [0];
  for (const axis of axes) {
    const length = shape[axis] ?? 1;
    const [from, to] = [low[axis] ?? 0, high[axis] ?? 1];
    found = found.slice(0, most).flatMap((flat) => {
      const next = Array.from({ length: Math.min(to - from, most) }, (_, i) => from + i);
      return next.map((at) => flat * length + at);
    });
  }
  return found.slice(0, most);
}

/**
 * Where the elements of a box lie on a sheet: one rectangle in each map that has some of them.
 *
 * @param low first index along every axis; `high` is half-open.
 * @param most maps that are looked at.
 */
export function rectsOf(
  a: ArrangementDoc,
  shape: Shape,
  low: Shape,
  high: Shape,
  most = 64,
): SheetRect[] {
  if (a.maps === 0 || low.some((at, axis) => at >= (high[axis] ?? 0))) return [];
  const shown = a.axes.sliced.every((axis, i) => {
    const at = a.at[i] ?? 0;
    return at >= (low[axis] ?? 0) && at < (high[axis] ?? 0);
  });
  if (!shown) return [];
  const rows = ends(low, high, a.axes.rows, shape);
  if (a.strip) {
    const lines = [Math.floor(rows[0] / a.columns), Math.floor((rows[1] - 1) / a.columns)] as const;
    // Within one line of a folded vector the cells between, else the lines as a whole.
    const columns: [number, number] =
      lines[0] === lines[1]
        ? [rows[0] % a.columns, ((rows[1] - 1) % a.columns) + 1]
        : [0, a.columns];
    return [{ slot: 0, rows: [lines[0], lines[1] + 1], columns }];
  }
  const columns = ends(low, high, a.axes.columns, shape);
  return within(low, high, a.axes.grid, shape, most).flatMap((map) => {
    const slot = a.order ? a.order.indexOf(map) : map;
    return slot < 0 ? [] : [{ slot, rows, columns }];
  });
}
