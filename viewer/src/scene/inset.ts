/** The open tensor, drawn in the panel's window: stack, flat, with numbers, smooth. */
import {
  type Camera,
  OrthographicCamera,
  PerspectiveCamera,
  Scene,
  Vector3,
  type WebGLRenderer,
} from 'three';
import { cellOf } from '../client/arrangement';
import { columnsOf, marked, rowsOf } from '../state/marked';
import type { Picture } from '../state/pictures';
import { type Chosen, chosen } from '../state/probe';
import type { Scale } from '../state/ranges';
import * as s from '../state/store';
import { tables } from '../state/tables';
import { coarserThan, type Sight, TensorDrawing, wholeOf } from './drawing';
import { Lines } from './lines';
import { panelLook } from './looks';
import { Marks } from './marks';
import { PALETTES } from './palette';
import type { Parts } from './parts';
import type { Pointer } from './picking';
import { type Local, localOf, toCell } from './places';
import { MOST_BARS, Relief } from './relief';
import type { Frame, Sheets } from './sheets';
import { mapLocal, meet } from './sight';
import { type Extent, extentOf } from './sizes';

const MOST_PLANES = 64;
/** Half of the field of view, and how much the stack is seen from above. */
const HALF_ANGLE = (14 * Math.PI) / 180;
const TILT = 0.22;
const TURN = 0.72;
/** Cells of the views with numbers, in CSS pixels. */
const READABLE = 52;

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Shown {
  readonly picture: Picture;
  readonly scale: Scale;
  readonly view: s.View;
  readonly map: number | null;
}

/** A cell of the open tensor under the cursor. */
export interface InsetCell {
  readonly row: number;
  readonly column: number;
}

export class Inset {
  readonly scene = new Scene();
  private readonly flat = new OrthographicCamera();
  private readonly deep = new PerspectiveCamera(28, 1, 0.01, 100);
  /** Middle of the view in map pitches, and CSS pixels to a cell. */
  private x = 0;
  private y = 0;
  private zoom = 1;
  private turn = TURN;
  private spread = 1;
  private near = 1;
  private frames: { frame: Frame; part: Local }[] = [];
  private fitted = '';
  private readonly lines = new Lines();
  private readonly bars = new Scene();
  private readonly relief = new Relief();
  private inBars = false;

  constructor(
    private readonly parts: Parts,
    private readonly sheets: Sheets,
  ) {
    this.scene.add(sheets.plain.mesh, sheets.numbered.mesh, this.lines.quads.mesh);
    this.bars.add(this.relief.solids.quads.mesh);
  }

  get camera(): Camera {
    return this.isDeep ? this.deep : this.flat;
  }

  private isDeep = false;

  /** Writes the tensor into the buffers. */
  draw(shown: Shown, rect: Rect, ratio: number): void {
    const { picture, view, map } = shown;
    const extent = extentOf(picture.stats.arrangement);
    const key = `${picture.stats.value} ${view} ${map} ${Math.round(rect.width)}x${Math.round(rect.height)}`;
    if (key !== this.fitted) this.fit(picture, extent, view, map, rect);
    this.fitted = key;
    this.isDeep = view === 'stack' && extent.maps > 1 && map === null;
    this.bring(picture, extent, rect);
    this.sheets.clear();
    this.inBars = view === 'relief';
    if (this.inBars) {
      this.frames = [];
      this.lines.clear();
      this.lines.flush();
      this.sheets.flush();
      this.drawRelief(shown, extent, rect);
      return;
    }
    const look = panelLook(shown.scale, picture.stats.value, view);
    const drawing = new TensorDrawing({ ...this.parts, sheets: this.sheets, ratio }, picture, look);
    if (this.isDeep) this.drawStack(drawing, extent, rect, ratio);
    else this.drawFlat(drawing, extent, map, rect, ratio);
    this.sheets.flush();
    this.mark(picture, rect, ratio);
  }

  /** The chosen element that was brought into the window last. */
  private brought: Chosen | null = null;

  /** Moves the window to the chosen cell, once, where it lies outside: others lead here too. */
  private bring({ stats }: Picture, e: Extent, rect: Rect): void {
    const now = chosen.peek();
    if (now === this.brought) return;
    this.brought = now;
    const cell = now?.value === stats.value && cellOf(stats.arrangement, stats.shape, now.index);
    if (!cell) return;
    const ends = (at: number) => ({ from: at, to: at + 1 });
    const [left, top, right, bottom] = localOf(e, ends(cell.row), ends(cell.column));
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const outside = (way: number, length: number, cells: number) =>
      Math.abs(way) > (length / 2 - this.zoom) / (this.zoom * cells);
    if (outside(x - this.x, rect.width, e.columns)) this.x = x;
    if (outside(y - this.y, rect.height, e.rows)) this.y = y;
  }

  private drawRelief({ picture, scale, map }: Shown, e: Extent, rect: Rect): void {
    const level = coarserThan(picture, MOST_BARS);
    const [rows, columns] = [level.rows, level.columns];
    const slot = map ?? strongest(picture);
    const row = Math.floor(slot / e.gridColumns) * rows;
    const column = (slot % e.gridColumns) * columns;
    const table = tables.value.find((one) => one.name === scale.table);
    const look = { scale, table, palette: PALETTES[s.theme.value] };
    this.relief.aim(rect.width / rect.height, this.turn, this.near);
    this.relief.draw(picture, { level, row, column, rows, columns }, look);
  }

  private mark(picture: Picture, rect: Rect, ratio: number): void {
    const { stats } = picture;
    const extent = extentOf(stats.arrangement);
    const grounds = this.frames.map(({ frame, part }) => {
      return { value: stats.value, picture, frame, map: slotOf(extent, part) };
    });
    this.lines.clear();
    this.lines.setViewport(rect.width * ratio, rect.height * ratio);
    const marks = new Marks(this.lines, grounds, PALETTES[s.theme.value].lit, ratio);
    marks.draw();
    const range = marked.value;
    const [ground] = grounds;
    if (range && ground && !this.isDeep && ground.map === null) {
      marks.range(ground, localOf(extent, rowsOf(range), columnsOf(range)));
    }
    this.lines.flush();
  }

  render(renderer: WebGLRenderer, rect: Rect, height: number): void {
    const bottom = height - rect.top - rect.height;
    renderer.setViewport(rect.left, bottom, rect.width, rect.height);
    renderer.setScissor(rect.left, bottom, rect.width, rect.height);
    renderer.setScissorTest(true);
    renderer.clear(true, true);
    if (this.inBars) renderer.render(this.bars, this.relief.camera);
    else renderer.render(this.scene, this.camera);
    renderer.setScissorTest(false);
  }

  /** Moves the tensor with the cursor: flat views pan, the stack turns. */
  drag(dx: number, dy: number, extent: Extent): void {
    if (this.isDeep || this.inBars) {
      this.turn = Math.min(1.35, Math.max(0.05, this.turn - dx * 0.006));
      this.spread = Math.min(4, Math.max(0.15, this.spread * Math.exp(-dy * 0.006)));
      return;
    }
    this.x -= dx / (this.zoom * extent.columns);
    this.y -= dy / (this.zoom * extent.rows);
  }

  /** Zooms about a place of the window. */
  wheel(factor: number, at: Pointer, rect: Rect, extent: Extent): void {
    if (this.isDeep || this.inBars) {
      this.near = Math.min(6, Math.max(0.4, this.near * factor));
      return;
    }
    const [lx, ly] = this.localAt(at, rect, extent);
    this.zoom = Math.min(400, Math.max(0.02, this.zoom * factor));
    const [mx, my] = this.localAt(at, rect, extent);
    this.x += lx - mx;
    this.y += ly - my;
  }

  /** The cell under a place of the window. */
  cellAt(at: Pointer, rect: Rect, extent: Extent): InsetCell | null {
    if (this.inBars) return null;
    const [x, y] = this.isDeep ? this.deepLocal(at, rect) : this.localAt(at, rect, extent);
    if (Number.isNaN(x)) return null;
    const whole = wholeOf(extent);
    if (x < 0 || y < 0 || x >= whole[2] || y >= whole[3]) return null;
    const column = Math.floor(toCell(x, extent.columns, extent.gap[0]));
    const row = Math.floor(toCell(y, extent.rows, extent.gap[1]));
    const slot = Math.floor(row / extent.rows) * extent.gridColumns;
    if (slot + Math.floor(column / extent.columns) >= extent.maps) return null;
    return { row, column };
  }

  /** The cell at a place of the window, the nearest one beside the tensor; null in views of depth. */
  flatCellAt(at: Pointer, rect: Rect, e: Extent): InsetCell | null {
    if (this.inBars || this.isDeep) return null;
    const [x, y] = this.localAt(at, rect, e);
    const [, , right, bottom] = wholeOf(e);
    const cell = (local: number, end: number, length: number, gap: number, slots: number) =>
      Math.min(slots * length - 1, Math.floor(toCell(clamp(local, end), length, gap)));
    return {
      row: cell(y, bottom, e.rows, e.gap[1], e.gridRows),
      column: cell(x, right, e.columns, e.gap[0], e.gridColumns),
    };
  }

  /** The rectangles that are drawn, in CSS pixels of the window. */
  rects(rect: Rect): { part: Local; corners: Pointer[] }[] {
    return this.frames.map(({ frame, part }) => {
      const at = (a: number, u: number): Pointer => {
        const p = frame.corner
          .clone()
          .addScaledVector(frame.across, a)
          .addScaledVector(frame.up, u)
          .project(this.camera);
        return {
          x: rect.left + ((p.x + 1) / 2) * rect.width,
          y: rect.top + ((1 - p.y) / 2) * rect.height,
        };
      };
      return { part, corners: [at(0, 1), at(1, 1), at(1, 0), at(0, 0)] };
    });
  }

  private localAt(at: Pointer, rect: Rect, e: Extent): [number, number] {
    const px = at.x - rect.left - rect.width / 2;
    const py = at.y - rect.top - rect.height / 2;
    return [this.x + px / (this.zoom * e.columns), this.y + py / (this.zoom * e.rows)];
  }

  private deepLocal(at: Pointer, rect: Rect): [number, number] {
    const x = ((at.x - rect.left) / rect.width) * 2 - 1;
    const y = 1 - ((at.y - rect.top) / rect.height) * 2;
    const from = new Vector3(x, y, -1).unproject(this.deep);
    const way = new Vector3(x, y, 1).unproject(this.deep).sub(from).normalize();
    for (const { frame, part } of this.frames) {
      const met = meet(frame, from, way);
      if (!met || met.a < 0 || met.a > 1 || met.u < 0 || met.u > 1) continue;
      return [part[0] + (part[2] - part[0]) * met.a, part[1] + (part[3] - part[1]) * (1 - met.u)];
    }
    return [Number.NaN, Number.NaN];
  }

  private fit(p: Picture, e: Extent, view: s.View, map: number | null, rect: Rect): void {
    const numbers = view === 'cells' || view === 'numbers';
    const part = map !== null ? mapLocal(e, map) : numbers ? mapLocal(e, strongest(p)) : wholeOf(e);
    this.x = (part[0] + part[2]) / 2;
    this.y = (part[1] + part[3]) / 2;
    const wide = rect.width / ((part[2] - part[0]) * e.columns);
    const tall = rect.height / ((part[3] - part[1]) * e.rows);
    this.zoom = Math.min(wide, tall, numbers ? 110 : 400) * 0.98;
    if (numbers) this.zoom = Math.max(READABLE, Math.floor(this.zoom));
    this.turn = TURN;
    this.spread = 1;
    this.near = 1;
    this.brought = null;
  }

  private drawFlat(
    drawing: TensorDrawing,
    e: Extent,
    map: number | null,
    rect: Rect,
    ratio: number,
  ): void {
    const part = map === null ? wholeOf(e) : mapLocal(e, map);
    // One unit is a cell; the y axis points up.
    const frame: Frame = {
      corner: new Vector3(part[0] * e.columns, -part[3] * e.rows, 0),
      across: new Vector3((part[2] - part[0]) * e.columns, 0, 0),
      up: new Vector3(0, (part[3] - part[1]) * e.rows, 0),
    };
    // Cells begin on whole pixels, so that their borders and digits are sharp.
    const snap = (v: number, size: number) =>
      (Math.round((v * this.zoom - size / 2) * ratio) / ratio + size / 2) / this.zoom;
    const middle = [
      snap(this.x * e.columns, rect.width),
      snap(this.y * e.rows, rect.height),
    ] as const;
    const half = [rect.width / 2 / this.zoom, rect.height / 2 / this.zoom] as const;
    const c = this.flat;
    [c.left, c.right, c.bottom, c.top] = [-half[0], half[0], -half[1], half[1]];
    [c.near, c.far] = [0.1, 100];
    c.position.set(middle[0], -middle[1], 50);
    c.updateProjectionMatrix();
    c.updateMatrixWorld();
    const window: Local = [
      (middle[0] - half[0]) / e.columns,
      (middle[1] - half[1]) / e.rows,
      (middle[0] + half[0]) / e.columns,
      (middle[1] + half[1]) / e.rows,
    ];
    const sight: Sight = { density: this.zoom * ratio, window };
    drawing.draw(frame, part, sight);
    this.frames = [{ frame, part }];
  }

  private drawStack(drawing: TensorDrawing, e: Extent, rect: Rect, ratio: number): void {
    const planes = Math.min(e.maps, MOST_PLANES);
    const aspect = e.columns / e.rows;
    const [w, h] = aspect > 1 ? [1, 1 / aspect] : [aspect, 1];
    const step = (this.spread * Math.max(0.34 * w, h * 2.2)) / Math.max(4, planes - 1);
    const length = step * (planes - 1);
    const away = this.aimDeep(rect, w, h, length);
    const density = (rect.height * ratio) / (2 * Math.tan(HALF_ANGLE) * away) / (e.rows / h);
    this.frames = [];
    for (let map = 0; map < planes; map++) {
      const frame: Frame = {
        corner: new Vector3(-w / 2, -h / 2, length / 2 - step * map),
        across: new Vector3(w, 0, 0),
        up: new Vector3(0, h, 0),
      };
      const part = mapLocal(e, map);
      drawing.draw(frame, part, { density, window: null });
      this.frames.push({ frame, part });
    }
  }

  /** Puts the eye where the whole stack fits into the window; how far away it is. */
  private aimDeep(rect: Rect, w: number, h: number, length: number): number {
    const c = this.deep;
    c.aspect = rect.width / rect.height;
    const [sin, cos] = [Math.sin(this.turn), Math.cos(this.turn)];
    const wide = w * cos + length * sin;
    const tall = h + TILT * (length * cos + w * sin);
    const fit = Math.max(wide / c.aspect, tall) / (2 * Math.tan(HALF_ANGLE));
    const away = (fit * 1.06 + (length * cos) / 2) / this.near;
    c.position.set(sin * away, TILT * away, cos * away);
    c.lookAt(0, 0, 0);
    c.updateProjectionMatrix();
    c.updateMatrixWorld();
    return away;
  }
}

const clamp = (at: number, end: number): number => Math.min(end, Math.max(0, at));

/** The map that a part of the sheet is; null for the whole sheet. */
function slotOf(e: Extent, part: Local): number | null {
  const whole = wholeOf(e);
  if (part.every((at, i) => at === whole[i])) return null;
  const [gx, gy] = e.gap;
  return Math.round(part[1] / (1 + gy)) * e.gridColumns + Math.round(part[0] / (1 + gx));
}

/** The map with the largest mean magnitude: where there is something to read. */
function strongest(picture: Picture): number {
  let best = 0;
  let most = -1;
  const maps = picture.maps.length / 3;
  for (let map = 0; map < maps; map++) {
    const mean = Math.abs(picture.maps[map * 3 + 2] ?? 0);
    if (mean > most) [best, most] = [map, mean];
  }
  return best;
}
