/** Coarser levels of a picture, made from the one that came: every map on its own. */
import type { ArrangementDoc } from '../client/documents';
import { halves, toHalf } from './half';

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

/** Where the two cells beneath each coarser one lie along an axis; both the same at an odd end. */
function pairs(slots: number, length: number): Int32Array {
  const half = Math.ceil(length / 2);
  const found = new Int32Array(slots * half * 2);
  for (let slot = 0; slot < slots; slot++) {
    for (let i = 0; i < half; i++) {
      const first = slot * length + i * 2;
      found[(slot * half + i) * 2] = first;
      found[(slot * half + i) * 2 + 1] = i * 2 + 1 < length ? first + 1 : first;
    }
  }
  return found;
}

const isSignal = (bits: number) => (bits & 0x7c00) === 0x7c00;

/** The stronger of two signals: NaN, then infinity, then none. */
function worse(a: number, b: number): number {
  if (!isSignal(b)) return a;
  return isSignal(a) && (a & 1023) !== 0 ? a : b;
}

/** Mean of four cells; a NaN or infinity among them shows. */
function mean(values: Float32Array, a: number, b: number, c: number, d: number): number {
  if (isSignal(a) || isSignal(b) || isSignal(c) || isSignal(d)) {
    return worse(worse(worse(a, b), c), d);
  }
  const sum = (values[a] ?? 0) + (values[b] ?? 0) + (values[c] ?? 0) + (values[d] ?? 0);
  return toHalf(sum / 4);
}

/** The next coarser level: half the rows and columns of every map, rounded up. */
export function halve(from: Level, grid: Grid): Level {
  const values = halves();
  const rows = Math.ceil(from.rows / 2);
  const columns = Math.ceil(from.columns / 2);
  const down = pairs(grid[0] ?? 1, from.rows);
  const across = pairs(grid[1] ?? 1, from.columns);
  const height = down.length / 2;
  const width = across.length / 2;
  const cells = new Uint16Array(from.planes * height * width);
  let to = 0;
  for (let plane = 0; plane < from.planes; plane++) {
    const base = plane * from.height;
    for (let y = 0; y < height; y++) {
      const top = (base + (down[y * 2] ?? 0)) * from.width;
      const under = (base + (down[y * 2 + 1] ?? 0)) * from.width;
      for (let x = 0; x < width; x++) {
        const l = across[x * 2] ?? 0;
        const r = across[x * 2 + 1] ?? 0;
        const c = from.cells;
        cells[to++] = mean(
          values,
          c[top + l] ?? 0,
          c[top + r] ?? 0,
          c[under + l] ?? 0,
          c[under + r] ?? 0,
        );
      }
    }
  }
  return { cells, planes: from.planes, height, width, rows, columns };
}
