/** Coarser levels of a picture, made from the one that came: every map on its own. */
import type { ArrangementDoc } from '../client/documents';
import { halves, toHalf } from '../client/half';

export interface Level {
  readonly cells: Uint16Array;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  /** Cells of one map at this level. */
  readonly rows: number;
  readonly columns: number;
}

type Grid = ArrangementDoc['grid'];

/** The two cells beneath each coarser one along an axis, and the share of each in their mean. */
interface Pairs {
  readonly at: Int32Array;
  readonly share: Float64Array;
}

/**
 * The pairs of an axis.
 *
 * @param full cells of a map at level 0, of which each cell of this level holds `step`, the last
 *   one what is left.
 */
function pairs(slots: number, length: number, full: number, step: number): Pairs {
  const half = Math.ceil(length / 2);
  const at = new Int32Array(slots * half * 2);
  const share = new Float64Array(slots * half * 2);
  const held = (cell: number) => Math.max(0, Math.min(step, full - cell * step));
  for (let slot = 0; slot < slots; slot++) {
    for (let i = 0; i < half; i++) {
      const to = (slot * half + i) * 2;
      const first = slot * length + i * 2;
      const [a, b] = [held(i * 2), held(i * 2 + 1)];
      at[to] = first;
      at[to + 1] = b > 0 ? first + 1 : first;
      share[to] = a / (a + b);
      share[to + 1] = b / (a + b);
    }
  }
  return { at, share };
}

const isSignal = (bits: number) => (bits & 0x7c00) === 0x7c00;

/** The stronger of two signals: NaN, then infinity, then none. */
function worse(a: number, b: number): number {
  if (!isSignal(b)) return a;
  return isSignal(a) && (a & 1023) !== 0 ? a : b;
}

/** The strongest signal of four cells, 0 where none is one. */
function signal(a: number, b: number, c: number, d: number): number {
  if (!(isSignal(a) || isSignal(b) || isSignal(c) || isSignal(d))) return 0;
  return worse(worse(worse(a, b), c), d);
}

/**
 * The next coarser level: half the rows and columns of every map, rounded up. Each cell is the mean
 * of all cells of level 0 beneath it; a NaN or infinity among them shows.
 *
 * @param full rows and columns of a map at level 0, of which a cell of `from` holds `step` a side.
 */
export function halve(
  from: Level,
  grid: Grid,
  full: readonly [number, number],
  step: number,
): Level {
  const values = halves();
  const rows = Math.ceil(from.rows / 2);
  const columns = Math.ceil(from.columns / 2);
  const down = pairs(grid[0] ?? 1, from.rows, full[0], step);
  const across = pairs(grid[1] ?? 1, from.columns, full[1], step);
  const height = down.at.length / 2;
  const width = across.at.length / 2;
  const cells = new Uint16Array(from.planes * height * width);
  for (let line = 0; line < from.planes * height; line++) {
    const plane = Math.floor(line / height);
    const y = (line % height) * 2;
    const [top = 0, under = 0] = down.at.subarray(y, y + 2);
    const [t = 0, u = 0] = down.share.subarray(y, y + 2);
    const above = from.cells.subarray((plane * from.height + top) * from.width);
    const below = from.cells.subarray((plane * from.height + under) * from.width);
    for (let x = 0; x < width; x++) {
      const [l, r] = [across.at[x * 2] as number, across.at[x * 2 + 1] as number];
      const [p, q] = [across.share[x * 2] as number, across.share[x * 2 + 1] as number];
      const [a, b] = [above[l] as number, above[r] as number];
      const [c, d] = [below[l] as number, below[r] as number];
      const high = (values[a] as number) * p + (values[b] as number) * q;
      const low = (values[c] as number) * p + (values[d] as number) * q;
      cells[line * width + x] = signal(a, b, c, d) || toHalf(high * t + low * u);
    }
  }
  return { cells, planes: from.planes, height, width, rows, columns };
}
