/** How large a tensor stands in the world: pure functions of its shape. World units: a 56-cell map is about 1.3 tall. */
import type { ArrangementDoc } from '../client/documents';
import type { ValueDoc } from '../client/graph';

/** A tensor as it is drawn: slots of maps, and the size of a map in cells. */
export interface Extent {
  readonly gridRows: number;
  readonly gridColumns: number;
  readonly maps: number;
  readonly rows: number;
  readonly columns: number;
  /** The gap in map widths and map heights, the same length on both sides at every level. */
  readonly gap: readonly [number, number];
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The room that a block takes, its labels apart. */
export interface Footprint extends Size {
  /** Free height over its tensors and under its base, for words. */
  readonly above: number;
  readonly under: number;
}

/** Gap between maps, as a share of the larger side of a map. */
export const GAP = 0.07;

/** An extent, its gaps worked out. */
export function extent(
  gridRows: number,
  gridColumns: number,
  maps: number,
  rows: number,
  columns: number,
): Extent {
  const [r, c] = [Math.max(1, rows), Math.max(1, columns)];
  const cells = GAP * Math.max(r, c);
  return { gridRows, gridColumns, maps, rows: r, columns: c, gap: [cells / c, cells / r] };
}

export function extentOf(a: ArrangementDoc): Extent {
  return extent(a.grid[0] ?? 1, a.grid[1] ?? 1, a.maps, a.rows, a.columns);
}

/** Width and height of the whole sheet in map pitches, without the last gap. */
export function localSize(e: Extent): readonly [number, number] {
  const [gx, gy] = e.gap;
  return [e.gridColumns * (1 + gx) - gx, e.gridRows * (1 + gy) - gy];
}

const clamp = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);

/**
 * The size of a tensor's sheet.
 *
 * Height falls with the resolution of a map by the power 0.4, so that early and late layers are
 * both legible; a folded vector is as tall as a small map.
 */
export function sheetSize(e: Extent): Size {
  const [w, h] = localSize(e);
  const aspect = (w * e.columns) / (h * e.rows);
  const cells = e.maps * e.rows * e.columns;
  if (cells <= 4)
    return { width: 0.2 * Math.min(aspect, 4), height: 0.2 / Math.max(aspect / 4, 1) };
  // A thread shows nothing: what is long and thin is drawn wider than it is.
  const thin = Math.min(e.columns, e.rows) <= 16 ? aspect < 0.75 || aspect > 3 : aspect < 0.12;
  if (e.maps === 1 && thin) {
    return { width: clamp(1.2 * aspect, 0.16, 1.7), height: aspect > 3 ? 0.3 : 1.2 };
  }
  const tall = 1.45 * clamp((Math.max(e.rows, e.columns) / 56) ** 0.3, 0.66, 1.05);
  const single = e.maps === 1 ? 0.86 : 1;
  const height = tall * single;
  const width = height * aspect;
  return width > 1.9 ? { width: 1.9, height: Math.max(0.3, 1.9 / aspect) } : { width, height };
}

/** How far back a stack of so many maps reaches: a hint, by their logarithm. */
export function stackDepth(maps: number): number {
  return maps < 2 ? 0 : clamp(0.07 * Math.log2(maps), 0.07, 0.55);
}

/** Planes of a fanned stack that are drawn one by one. */
export const MOST_FANNED = 64;
/** How planes of a fan are set apart as they go: up and back, as shares of the way right. */
export const FAN_RISE = { up: 0.03, back: 0.4 } as const;

export interface FanSize extends Size {
  readonly planes: number;
  /** From plane to plane, in world units. */
  readonly step: number;
  /** Height of a plane; the whole stack is higher, because it rises. */
  readonly tall: number;
}

/**
 * The size of a stack whose planes stand apart, each one map.
 *
 * @param alone whether few stacks are fanned: they may then take the room to show every map.
 */
export function fanSize(e: Extent, alone: boolean): FanSize {
  const planes = Math.min(e.maps, MOST_FANNED);
  const tall = 1.3 * clamp((Math.max(e.rows, e.columns) / 56) ** 0.3, 0.6, 1.05);
  const wide = Math.min(tall * (e.columns / e.rows), tall * 2);
  const height = wide / (e.columns / e.rows);
  const share = alone ? Math.min(0.6, 8 / planes) : Math.min(0.2, 2.6 / planes);
  const step = share * wide;
  const way = step * (planes - 1);
  return { width: wide + way, height: height + FAN_RISE.up * way, planes, step, tall: height };
}

/** What a value will look like before its first run, where its shape is known. */
export function guessExtent(value: ValueDoc): Extent | null {
  const shape = value.shape?.map((d) => (typeof d === 'number' ? d : 1));
  if (!shape) return null;
  if (value.what === 'weight' || value.what === 'constant') return weightExtent(shape, value.axes);
  const lengths = shape.slice(1).filter((d) => d > 0);
  if (lengths.length >= 3) {
    const last = value.axes?.endsWith('C') ?? false;
    const maps = (last ? lengths.at(-1) : lengths[0]) ?? 1;
    const [rows = 1, columns = 1] = last ? lengths : lengths.slice(1);
    if (maps === 3 && value.what === 'input') {
      return extent(1, 1, 1, rows, columns);
    }
    const gridColumns = Math.ceil(Math.sqrt((maps * rows) / columns));
    return extent(Math.ceil(maps / gridColumns), gridColumns, maps, rows, columns);
  }
  const cells = lengths.reduce((a, b) => a * b, 1);
  if (lengths.length === 2) {
    const [rows = 1, columns = 1] = lengths;
    return extent(1, 1, 1, rows, columns);
  }
  const columns = fold(cells);
  return extent(1, 1, 1, Math.ceil(cells / columns), columns);
}

/** A weight as the server arranges it: outputs down and inputs across where its letters tell them. */
function weightExtent(shape: readonly number[], axes: string | null): Extent {
  if (shape.length < 2) {
    const cells = shape[0] ?? 1;
    const columns = fold(cells);
    return extent(1, 1, 1, Math.ceil(cells / columns), columns);
  }
  const of = (letter: string): number => axes?.indexOf(letter) ?? -1;
  const [outputs, inputs] = [of('O'), of('I')];
  if (outputs < 0 || inputs < 0) {
    const maps = shape.slice(0, -2).reduce((a, b) => a * b, 1);
    const [rows = 1, columns = 1] = shape.slice(-2);
    const across = maps === 1 ? 1 : Math.ceil(Math.sqrt((maps * rows) / columns));
    return extent(Math.ceil(maps / across), across, maps, rows, columns);
  }
  const [down, across] = [shape[outputs] ?? 1, shape[inputs] ?? 1];
  const space = shape.filter((_, axis) => axis !== outputs && axis !== inputs);
  const [rows = 1, columns = 1] = space.length === 1 ? [1, ...space] : space.slice(-2);
  if (rows * columns === 1) return extent(1, 1, 1, down, across);
  return extent(down, across, down * across, rows, columns);
}

/** Cells in a row of a folded vector, as the server folds it (pictures/arrangement.py). */
function fold(count: number): number {
  if (count <= 48) return 1;
  const widest = Math.floor(Math.sqrt(Math.floor(count / 2)));
  let best = widest;
  for (let columns = widest; columns >= Math.max(2, Math.ceil(0.7 * widest)); columns--) {
    if ((columns - (count % columns)) % columns < (best - (count % best)) % best) best = columns;
  }
  return best;
}
