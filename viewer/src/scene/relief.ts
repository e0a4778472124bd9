/** One map as bars whose heights are its values: a relief, or for a vector a bar chart. */
import { PerspectiveCamera, Vector3 } from 'three';
import type { Table } from '../client/documents';
import { halves } from '../client/half';
import type { Picture } from '../state/pictures';
import { type Scale, shareOf } from '../state/ranges';
import type { Level } from './levels';
import { mixed, type Palette, type Rgb } from './palette';
import { Solids } from './solids';

/** Bars along a side at most: a larger map is shown coarser. */
export const MOST_BARS = 72;
/** Height of the tallest bar, in shares of the map's longer side. */
const TALL = 0.42;
const WIDE = 0.86;
const SIGNALS: readonly Rgb[] = [
  [1, 0, 1],
  [0, 1, 0],
  [0, 1, 1],
];

/** What of a level is drawn: the map's first cell, and its size. */
interface Part {
  readonly level: Level;
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

interface Look {
  readonly scale: Scale;
  readonly table: Table | undefined;
  readonly palette: Palette;
}

export class Relief {
  readonly solids = new Solids();
  readonly camera = new PerspectiveCamera(28, 1, 0.01, 100);

  clear(): void {
    this.solids.clear();
    this.solids.flush();
  }

  /** Writes the bars of one map. */
  draw(picture: Picture, part: Part, look: Look): void {
    this.solids.clear();
    const side = Math.max(part.rows, part.columns);
    const cell = 1 / side;
    const { min, max } = picture.stats;
    const most = Math.max(Math.abs(min ?? 0), Math.abs(max ?? 0)) || 1;
    const values = halves();
    for (let row = 0; row < part.rows; row++) {
      for (let column = 0; column < part.columns; column++) {
        const at = (part.row + row) * part.level.width + part.column + column;
        const bits = part.level.cells[at] ?? 0;
        const value = (values[bits] ?? 0) * picture.stats.scale + picture.stats.center;
        const x = (column + 0.5 - part.columns / 2) * cell;
        const z = (row + 0.5 - part.rows / 2) * cell;
        const size = Number.isFinite(value) ? Math.max(-1, Math.min(1, value / most)) : 0;
        this.bar(x, z, cell * WIDE, size * TALL, colourOf(value, look));
      }
    }
    this.solids.flush();
  }

  private bar(x: number, z: number, wide: number, tall: number, colour: Rgb): void {
    const [bottom, height] = tall < 0 ? [tall, -tall] : [0, tall];
    const dark = mixed(colour, [0, 0, 0], 0.28);
    const h = Math.max(height, 0.002);
    this.solids.slab(x, bottom, z + wide / 2, wide, h, wide, colour, dark);
    const [r, f, b] = [x + wide / 2, z + wide / 2, z - wide / 2];
    const top = bottom + h;
    this.solids.quad(
      [
        [r, bottom, f],
        [r, bottom, b],
        [r, top, b],
        [r, top, f],
      ],
      mixed(colour, [0, 0, 0], 0.45),
    );
  }

  /** Puts the eye where all bars fit. */
  aim(aspect: number, turn: number, near: number): void {
    const c = this.camera;
    c.aspect = aspect;
    const away = 2.9 / Math.min(1, aspect * 0.9) / near;
    c.position.set(Math.sin(turn) * away * 0.75, away * 0.62, Math.cos(turn) * away * 0.75);
    c.lookAt(new Vector3(0, 0, 0));
    c.updateProjectionMatrix();
    c.updateMatrixWorld();
  }
}

function colourOf(value: number, { scale, table, palette }: Look): Rgb {
  if (Number.isNaN(value)) return SIGNALS[0] ?? palette.ink;
  if (!Number.isFinite(value)) return (value > 0 ? SIGNALS[1] : SIGNALS[2]) ?? palette.ink;
  const share = Math.min(1, Math.max(0, shareOf(value, scale)));
  const row = Math.round(share * 255) * 3;
  const [r = 0, g = 0, b = 0] = table?.colours.subarray(row, row + 3) ?? [];
  return [r / 255, g / 255, b / 255];
}
