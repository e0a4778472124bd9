/** A drawing as ink on paper, one byte a pixel: strokes with a soft edge, an eraser, filling. Pure. */

export interface Ink {
  readonly width: number;
  readonly height: number;
  /** 0 is paper, 255 full ink; row by row. */
  readonly data: Uint8Array;
}

/** A place in pixels; the middle of the first pixel is (0.5, 0.5). */
export interface Dot {
  readonly x: number;
  readonly y: number;
  /** 0 to 1: how hard the pen is pressed. */
  readonly pressure: number;
}

export interface Brush {
  /** In pixels of the drawing. */
  readonly radius: number;
  /** 0 a hard edge, 1 one that fades from the middle on. */
  readonly softness: number;
  readonly erases: boolean;
}

export const blank = (width: number, height: number): Ink => ({
  width,
  height,
  data: new Uint8Array(width * height),
});

export const copyOf = (ink: Ink): Ink => ({ ...ink, data: ink.data.slice() });

/** Pictures of this side are drawn with the usual brush; it grows with larger ones. */
const SIDE = 28;
const USUAL = 1.3;

/** The radius of strokes in training pictures of that size. */
export const usualRadius = (width: number, height: number): number =>
  (USUAL * Math.max(width, height)) / SIDE;

/** A light touch is thinner, but still there. */
const LEAST = 0.4;
const radiusAt = (brush: Brush, pressure: number): number =>
  brush.radius * (LEAST + (1 - LEAST) * Math.min(1, Math.max(0, pressure)));

/** How much ink a pixel takes so far from the middle of the stroke, 0 to 1. */
function coverage(distance: number, radius: number, softness: number): number {
  // An edge one pixel wide at least: steps would be no training picture's.
  const edge = Math.max(1, 2 * radius * softness);
  return Math.min(1, Math.max(0, (radius + edge / 2 - distance) / edge));
}

/** Draws from one place to the next; where they are the same, a dot. */
export function stroke(ink: Ink, from: Dot, to: Dot, brush: Brush): void {
  const { width, height, data } = ink;
  const [r0, r1] = [radiusAt(brush, from.pressure), radiusAt(brush, to.pressure)];
  const far = Math.max(r0, r1) * (1 + brush.softness) + 1;
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - far));
  const right = Math.min(width - 1, Math.ceil(Math.max(from.x, to.x) + far));
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - far));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(from.y, to.y) + far));
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const [px, py] = [x + 0.5 - from.x, y + 0.5 - from.y];
      const t = length > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / length)) : 0;
      const distance = Math.hypot(px - t * dx, py - t * dy);
      const full = Math.round(255 * coverage(distance, r0 + t * (r1 - r0), brush.softness));
      const at = y * width + x;
      const now = data[at] ?? 0;
      data[at] = brush.erases ? Math.min(now, 255 - full) : Math.max(now, full);
    }
  }
}

/** From here on a pixel counts as ink: it stops what is filled. */
const EDGE = 128;

/** The pixels beside a pixel. */
function around(at: number, width: number, height: number): number[] {
  const [x, y] = [at % width, Math.floor(at / width)];
  const found: number[] = [];
  if (x > 0) found.push(at - 1);
  if (x < width - 1) found.push(at + 1);
  if (y > 0) found.push(at - width);
  if (y < height - 1) found.push(at + width);
  return found;
}

/** Fills what lies around a place up to the next ink, or clears the ink that lies there; whether it did. */
export function fill(ink: Ink, x: number, y: number, erases = false): boolean {
  const { width, height, data } = ink;
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (column < 0 || row < 0 || column >= width || row >= height) return false;
  const start = row * width + column;
  if ((data[start] ?? 0) < EDGE === erases) return false;
  flood(ink, start, erases);
  return true;
}

function flood({ width, height, data }: Ink, start: number, erases: boolean): void {
  const full = erases ? 0 : 255;
  const seen = new Uint8Array(width * height);
  const waiting = [start];
  seen[start] = 1;
  while (waiting.length > 0) {
    const at = waiting.pop() as number;
    data[at] = full;
    for (const next of around(at, width, height)) {
      if (seen[next]) continue;
      seen[next] = 1;
      if ((data[next] ?? 0) < EDGE !== erases) waiting.push(next);
      // The soft edge of the line around it: left as it is, it would show as a seam.
      else data[next] = full;
    }
  }
}

/** The drawing as gray pixels: white ink on black, or black ink on white. */
export function pixelsOf(ink: Ink, onWhite: boolean): Uint8Array {
  return onWhite ? ink.data.map((one) => 255 - one) : ink.data.slice();
}

/** Gray pixels, four bytes each, as ink. */
export function inkOf(
  rgba: Uint8ClampedArray,
  width: number,
  height: number,
  onWhite: boolean,
): Ink {
  const ink = blank(width, height);
  for (let i = 0; i < width * height; i++) {
    const [r = 0, g = 0, b = 0] = rgba.subarray(i * 4, i * 4 + 3);
    const gray = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
    ink.data[i] = onWhite ? 255 - gray : gray;
  }
  return ink;
}
