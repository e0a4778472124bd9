/** What is marked on tensors: the chosen cell, the windows that made it, what it depends on. */
import type { Vector3 } from 'three';
import { rectsOf, type SheetRect } from '../client/arrangement';
import type { FieldBox, SumDoc } from '../client/documents';
import type { Picture } from '../state/pictures';
import { chosen, field, glimpse, sum } from '../state/probe';
import { partOf, wholeOf } from './drawing';
import type { Lines, Point } from './lines';
import type { Rgb } from './palette';
import type { Local } from './places';
import { type Frame, LAYER } from './sheets';
import { mapLocal } from './sight';
import { type Extent, extentOf } from './sizes';

/** A rectangle on which a part of a tensor is drawn. */
export interface Ground {
  readonly value: number;
  readonly picture: Picture;
  readonly frame: Frame;
  /** The map that is drawn alone; null for the whole sheet. */
  readonly map: number | null;
}

const WIDTH = { cell: 2.6, window: 1.8, field: 1.2, way: 1.1 } as const;
/** How far the ways from a window to its cell bend towards the eye, in shares of their length. */
const BEND = 0.16;
const PIECES = 14;
/** Marks lie on the sheet, before its tiles and numbers. */
const AHEAD = 4 * LAYER;

/** The part of a ground that some cells take; null where they lie on another. */
function placeOf(ground: Ground, e: Extent, rect: SheetRect): Frame | null {
  if (ground.map !== null && ground.map !== rect.slot) return null;
  const [x, y] = mapLocal(e, rect.slot);
  const part: Local = [
    x + rect.columns[0] / e.columns,
    y + rect.rows[0] / e.rows,
    x + rect.columns[1] / e.columns,
    y + rect.rows[1] / e.rows,
  ];
  const whole = ground.map === null ? wholeOf(e) : mapLocal(e, ground.map);
  return partOf(ground.frame, whole, part);
}

function cornersOf({ corner, across, up }: Frame): Vector3[] {
  return [
    corner.clone(),
    corner.clone().add(across),
    corner.clone().add(across).add(up),
    corner.clone().add(up),
  ];
}

const point = (v: Vector3): Point => [v.x, v.y, v.z];

/** A way from one place to another that bends towards the eye. */
function bent(from: Vector3, to: Vector3): Point[] {
  const lift = from.distanceTo(to) * BEND;
  return Array.from({ length: PIECES + 1 }, (_, i) => {
    const t = i / PIECES;
    const at = from.clone().lerp(to, t);
    at.z += Math.sin(Math.PI * t) * lift;
    return point(at);
  });
}

export class Marks {
  /** @param ratio device pixels to a CSS pixel. */
  constructor(
    private readonly lines: Lines,
    private readonly grounds: readonly Ground[],
    private readonly colour: Rgb,
    private readonly ratio: number,
  ) {}

  /** Everything that is to be marked now. */
  draw(): void {
    const now = chosen.value;
    const told = now && sum.value?.value === now.value ? sum.value : null;
    const seen = now ? field.value : glimpse.value;
    const windows = new Set(told?.windows.map((window) => window.value));
    for (const box of seen?.fields ?? []) {
      if (!windows.has(box.value)) this.field(box);
    }
    if (!now) return;
    const high = now.index.map((at) => at + 1);
    const cells = this.box(now.value, now.index, high, WIDTH.cell, 1);
    if (told) this.windows(told, cells);
  }

  /** Outlines a part of a whole sheet. */
  range(ground: Ground, part: Local): void {
    const frame = partOf(ground.frame, wholeOf(extentOf(ground.picture.stats.arrangement)), part);
    this.outline(frame, WIDTH.cell, 1);
  }

  private outline(frame: Frame, width: number, alpha: number): void {
    const [a, b, c, d] = cornersOf(frame).map(point) as [Point, Point, Point, Point];
    this.lines.path([a, b, c, d, a], this.colour, alpha, width * this.ratio, 0, AHEAD);
  }

  private field({ value, low, high, whole }: FieldBox): void {
    if (!whole) this.box(value, low, high, WIDTH.field, 0.7);
  }

  /** The windows that were read, and the ways from them to the cell. */
  private windows(told: SumDoc, cells: readonly Frame[]): void {
    for (const { value, low, high } of told.windows) {
      const drawn = this.box(value, low, high, WIDTH.window, 1);
      const [first] = drawn;
      const [cell] = cells;
      if (!first || !cell) continue;
      const to = cornersOf(cell);
      cornersOf(first).forEach((from, i) => {
        const end = to[i];
        if (end)
          this.lines.path(bent(from, end), this.colour, 0.75, WIDTH.way * this.ratio, 0, AHEAD);
      });
    }
  }

  /** Outlines of a box of a tensor wherever that is drawn. */
  private box(
    value: number,
    low: readonly number[],
    high: readonly number[],
    width: number,
    alpha: number,
  ): Frame[] {
    const found: Frame[] = [];
    for (const ground of this.grounds) {
      if (ground.value !== value) continue;
      const { arrangement, shape } = ground.picture.stats;
      const e = extentOf(arrangement);
      for (const rect of rectsOf(arrangement, shape, low, high)) {
        const frame = placeOf(ground, e, rect);
        if (!frame) continue;
        this.outline(frame, width, alpha);
        found.push(frame);
      }
    }
    return found;
  }
}
