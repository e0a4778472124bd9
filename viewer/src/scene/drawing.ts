/** Draws one tensor: its overview, finer tiles where the eye is near, numbers where it is nearer. */
import { TEXT_PAGE } from '../client/documents';
import type { Picture } from '../state/pictures';
import type { Scale } from '../state/ranges';
import { tableRow } from '../state/tables';
import { textPage, tile } from '../state/tiles';
import type { Atlas, Slot } from './atlas';
import { LONGEST, type TextPages } from './digits';
import { halve, type Level } from './levels';
import { cellsIn, type Local, levelExtent, localOf, tilesIn } from './places';
import { type Frame, MODE, type SheetRecord, type Sheets } from './sheets';
import { type Extent, extentOf, localSize } from './sizes';

/** From so many device pixels a cell on, its number is written in it. */
export const NUMBER_PIXELS = 48;
const CHARACTER = 7.3;
const MOST_TILES = 32;
const MOST_PAGES = 40;

/** How a tensor is to be drawn. */
export interface Look {
  readonly scale: Scale;
  readonly perMap: boolean;
  readonly smooth: boolean;
  readonly gaps: boolean;
  /** Whether numbers are written where there is room. */
  readonly numbers: boolean;
  /** Numbers without colours. */
  readonly alone: boolean;
  readonly strength: number;
}

/** What is in view of a sheet. */
export interface Sight {
  /** Device pixels to a cell of level 0, where it is nearest. */
  readonly density: number;
  /** The part in view, null for all. */
  readonly window: Local | null;
}

interface Context {
  readonly sheets: Sheets;
  readonly atlas: Atlas;
  readonly texts: TextPages;
  readonly ratio: number;
}

const levels = new WeakMap<Picture, Level[]>();

/** The picture at a level, made from its overview where it is coarser. */
function coarser(picture: Picture, level: number): Level {
  const { stats } = picture;
  let made = levels.get(picture);
  if (!made) {
    const first = stats.levels[picture.level];
    made = [{ ...picture, rows: first?.rows ?? 1, columns: first?.columns ?? 1 }];
    levels.set(picture, made);
  }
  for (let i = made.length; i <= level - picture.level; i++) {
    const { grid, rows, columns } = stats.arrangement;
    const step = 2 ** (picture.level + i - 1);
    made.push(halve(made[i - 1] as Level, grid, [rows, columns], step));
  }
  return made[level - picture.level] as Level;
}

/** The finest level whose maps have at most so many cells a side. */
export function coarserThan(picture: Picture, side: number): Level {
  const { levels: all } = picture.stats;
  const found = all.findIndex(({ rows, columns }) => Math.max(rows, columns) <= side);
  return coarser(picture, Math.max(picture.level, found < 0 ? all.length - 1 : found));
}

/** The level whose cells are about a pixel wide. */
export function levelFor(picture: Picture, density: number): number {
  const wanted = Math.floor(Math.log2(1.25 / Math.max(density, 1e-6)));
  return Math.min(Math.max(wanted, 0), picture.stats.levels.length - 1);
}

/** The corner and edges of a part of a sheet. */
export function partOf(frame: Frame, whole: Local, part: Local): Frame {
  const [left, top, right, bottom] = whole;
  const x0 = (part[0] - left) / (right - left);
  const x1 = (part[2] - left) / (right - left);
  const y0 = (bottom - part[3]) / (bottom - top);
  const y1 = (bottom - part[1]) / (bottom - top);
  const corner = frame.corner
    .clone()
    .addScaledVector(frame.across, x0)
    .addScaledVector(frame.up, y0);
  return {
    corner,
    across: frame.across.clone().multiplyScalar(x1 - x0),
    up: frame.up.clone().multiplyScalar(y1 - y0),
  };
}

function clip(a: Local, b: Local): Local | null {
  const [l, t] = [Math.max(a[0], b[0]), Math.max(a[1], b[1])];
  const [r, m] = [Math.min(a[2], b[2]), Math.min(a[3], b[3])];
  return l < r && t < m ? [l, t, r, m] : null;
}

/** The whole sheet in map pitches. */
export function wholeOf(e: Extent): Local {
  const [w, h] = localSize(e);
  return [0, 0, w, h];
}

export class TensorDrawing {
  private readonly extent: Extent;
  private readonly maps: number;
  /**
   * What numbers are told in: their own scale where they are told from zero, so that no range of
   * tiny numbers is too small for a graphics card.
   */
  private readonly unit: number;

  /** Registers the ranges of the tensor's maps; `local` of every quad lies within its sheet. */
  constructor(
    private readonly to: Context,
    private readonly picture: Picture,
    private readonly look: Look,
  ) {
    this.extent = extentOf(picture.stats.arrangement);
    const { signed, dead, scale, center } = picture.stats;
    this.unit = center === 0 ? scale : 1;
    // Most tensors need nothing of their single maps.
    const wanted = look.perMap || dead > 0 ? this.extent.maps : 0;
    this.maps = to.sheets.addMaps(wanted, (map) => {
      const low = picture.maps[map * 3] ?? 0;
      const high = picture.maps[map * 3 + 1] ?? 0;
      const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
      const empty = dead > 0 && low === 0 && high === 0;
      const ends = signed ? [-most, most] : [Math.min(low, 0), high || 1];
      return [(ends[0] ?? 0) / this.unit, (ends[1] ?? 1) / this.unit, empty];
    });
  }

  /**
   * A rectangle that shows a part of the sheet.
   *
   * @param frame where that part stands.
   * @param part what of the sheet it is, in map pitches.
   */
  draw(frame: Frame, part: Local, sight: Sight): void {
    const { picture } = this;
    const wanted = levelFor(picture, sight.density);
    const base = Math.max(wanted, picture.level);
    const level = coarser(picture, base);
    const slots = this.overviewSlots(level, base);
    if (!slots) return;
    const seen = (sight.window && clip(part, sight.window)) || part;
    const record = this.record(slots, base, 0, 0, {});
    this.to.sheets.addQuad(frame, part, record);
    // A sampled picture is drawn otherwise scaled than what is exact.
    if (picture.stats.sample) return;
    if (wanted < picture.level) this.drawTiles(frame, part, seen, wanted);
    if (this.numbersFit(sight)) this.drawNumbers(frame, part, seen, sight.density);
  }

  private numbersFit(sight: Sight): boolean {
    const { numbers, alone } = this.look;
    return (numbers || alone) && sight.density >= NUMBER_PIXELS && this.picture.planes === 1;
  }

  private overviewSlots(level: Level, number: number): Slot[] | null {
    const size = level.height * level.width;
    const slots: Slot[] = [];
    for (let plane = 0; plane < level.planes; plane++) {
      const cells = level.cells.subarray(plane * size, (plane + 1) * size);
      const key = `${this.picture.source}@${number}.${plane}`;
      const slot = this.to.atlas.add(key, cells, level.width, level.height);
      if (!slot) return null;
      slots.push(slot);
    }
    return slots;
  }

  private drawTiles(frame: Frame, part: Local, seen: Local, number: number): void {
    const { stats, source } = this.picture;
    const size = stats.levels[number];
    if (!size) return;
    const extent = levelExtent(this.extent, stats, number);
    const { rows, columns } = cellsIn(extent, seen);
    const perPlane = Math.ceil(size.height / stats.tile) * Math.ceil(size.width / stats.tile);
    for (const at of tilesIn(size, stats.tile, rows, columns).slice(0, MOST_TILES)) {
      const slots = this.tileSlots(source, number, at.page, perPlane);
      const local = clip(localOf(extent, at.rows, at.columns), part);
      if (!slots || !local) continue;
      const record = this.record(slots, number, at.columns.from, at.rows.from, { layer: 1 });
      this.to.sheets.addQuad(partOf(frame, part, local), local, record);
    }
  }

  private tileSlots(source: string, level: number, page: number, perPlane: number): Slot[] | null {
    const slots: Slot[] = [];
    for (let plane = 0; plane < this.picture.planes; plane++) {
      const found = tile(source, level, page + plane * perPlane);
      if (!found) return null;
      const key = `${source}@${level}/${page + plane * perPlane}`;
      const slot = this.to.atlas.add(key, found.cells, found.width, found.height);
      if (!slot) return null;
      slots.push(slot);
    }
    return slots;
  }

  private drawNumbers(frame: Frame, part: Local, seen: Local, density: number): void {
    const { stats, source } = this.picture;
    const level = stats.levels[0];
    if (!level) return;
    const { rows, columns } = cellsIn(this.extent, seen);
    const across = Math.ceil(level.width / TEXT_PAGE);
    const room = Math.min(
      LONGEST,
      Math.max(6, Math.floor((density * 0.92) / (CHARACTER * this.to.ratio))),
    );
    for (const at of tilesIn(level, TEXT_PAGE, rows, columns).slice(0, MOST_PAGES)) {
      const texts = textPage(source, at.page);
      const local = clip(localOf(this.extent, at.rows, at.columns), part);
      const base = this.cellSlot(at.page, across);
      if (!texts || !local || !base) continue;
      const wide = at.columns.to - at.columns.from;
      const place = this.to.texts.slot(`${source}/${at.page}`, room, wide, texts);
      const text = { ...place, cellX: at.columns.from, cellY: at.rows.from };
      const record = this.record([base.slot], 0, base.x, base.y, { text, layer: 2 });
      this.to.sheets.addQuad(partOf(frame, part, local), local, record, true);
    }
  }

  /** Where the cells under a page of numbers lie: in the overview, or in a tile of level 0. */
  private cellSlot(page: number, across: number): { slot: Slot; x: number; y: number } | null {
    const { stats, source } = this.picture;
    if (this.picture.level === 0) {
      const [slot] = this.overviewSlots(coarser(this.picture, 0), 0) ?? [];
      return slot ? { slot, x: 0, y: 0 } : null;
    }
    const perTile = stats.tile / TEXT_PAGE;
    const x = Math.floor((page % across) / perTile);
    const y = Math.floor(Math.floor(page / across) / perTile);
    const tilesAcross = Math.ceil((stats.levels[0]?.width ?? 1) / stats.tile);
    const [slot] = this.tileSlots(source, 0, y * tilesAcross + x, 0) ?? [];
    return slot ? { slot, x: x * stats.tile, y: y * stats.tile } : null;
  }

  private record(
    slots: readonly Slot[],
    level: number,
    tileX: number,
    tileY: number,
    more: Partial<SheetRecord>,
  ): number {
    const { look, extent, picture } = this;
    const at = levelExtent(extent, picture.stats, level);
    const [gapX, gapY] = extent.gap;
    let mode = 0;
    if (look.smooth) mode |= MODE.smooth;
    if (look.perMap) mode |= MODE.perMap;
    if (picture.planes === 3) mode |= MODE.rgb;
    if (look.gaps) mode |= MODE.gaps;
    if (look.alone) mode |= MODE.numbers;
    if (look.scale.log) mode |= MODE.log;
    if (picture.stats.dead > 0) mode |= MODE.dead;
    return this.to.sheets.addRecord({
      slots,
      columns: at.columns,
      rows: at.rows,
      gapX,
      gapY,
      mode,
      low: look.scale.low / this.unit,
      high: look.scale.high / this.unit,
      scale: picture.stats.scale / this.unit,
      center: picture.stats.center,
      tileX,
      tileY,
      gridColumns: extent.gridColumns,
      maps: extent.maps,
      table: tableRow(look.scale.table),
      mapsAt: this.maps,
      strength: look.strength,
      cells: picture.stats.arrangement.strip ? picture.stats.arrangement.cells : -1,
      step: 2 ** level,
      full: extent.columns,
      layer: 0,
      ...more,
    });
  }
}
