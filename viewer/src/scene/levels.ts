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

function isSignal(bits: number): boolean {
  return (bits & 0x7c00) === 0x7c00;
}

/** Mean of up to four cells; a NaN or infinity among them shows. */
function mean(values: Float32Array, bits: readonly number[]): number {
  let sum = 0;
  let signal = -1;
  for (const b of bits) {
    if (isSignal(b)) signal = signal < 0 || (b & 1023) !== 0 ? b : signal;
    else sum += values[b] ?? 0;
  }
  return signal >= 0 ? signal : toHalf(sum / bits.length);
}

/** The next coarser level: half the rows and columns of every map, rounded up. */
export function halve(from: Level, grid: Grid): Level {
  const values = halves();
  const rows = Math.ceil(from.rows / 2);
  const columns = Math.ceil(from.columns / 2);
  const height = (grid[0] ?? 1) * rows;
  const width = (grid[1] ?? 1) * columns;
  const cells = new Uint16Array(from.planes * height * width);
  const at = (plane: number, y: number, x: number) =>
    from.cells[(plane * from.height + y) * from.width + x] ?? 0;
  for (let plane = 0; plane < from.planes; plane++) {
    for (let y = 0; y < height; y++) {
      const top = Math.floor(y / rows) * from.rows + (y % rows) * 2;
      const tall = (y % rows) * 2 + 1 < from.rows;
      for (let x = 0; x < width; x++) {
        const left = Math.floor(x / columns) * from.columns + (x % columns) * 2;
        const wide = (x % columns) * 2 + 1 < from.columns;
        const bits = [at(plane, top, left)];
        if (wide) bits.push(at(plane, top, left + 1));
        if (tall) bits.push(at(plane, top + 1, left));
        if (wide && tall) bits.push(at(plane, top + 1, left + 1));
        cells[(plane * height + y) * width + x] = mean(values, bits);
      }
    }
  }
  return { cells, planes: from.planes, height, width, rows, columns };
}
