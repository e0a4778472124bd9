/** The small map's arithmetic: from the scene's units to its pixels and back. Pure. */
import type { Bounds } from '../../state/minimap';

/** How the network lies in the map: pixels to a unit, and where its upper left corner is. */
export interface Fit {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
  readonly bounds: Bounds;
}

/** The whole network as large as it goes, in the middle, with a margin in pixels. */
export function fitOf(bounds: Bounds, width: number, height: number, margin: number): Fit {
  const [x0, y0, x1, y1] = bounds;
  const [wide, tall] = [Math.max(x1 - x0, 1e-9), Math.max(y1 - y0, 1e-9)];
  const scale = Math.min((width - 2 * margin) / wide, (height - 2 * margin) / tall);
  return { scale, left: (width - wide * scale) / 2, top: (height - tall * scale) / 2, bounds };
}

/** A rectangle in pixels: left, top, width, height; y grows downward. */
export function toMap(
  { scale, left, top, bounds }: Fit,
  [x0, y0, x1, y1]: Bounds,
): [number, number, number, number] {
  const x = left + (x0 - bounds[0]) * scale;
  const y = top + (bounds[3] - y1) * scale;
  return [x, y, (x1 - x0) * scale, (y1 - y0) * scale];
}

/** The place in the scene under a pixel of the map, within the network. */
export function toScene({ scale, left, top, bounds }: Fit, px: number, py: number) {
  const within = (one: number, low: number, high: number) => Math.min(high, Math.max(low, one));
  const x = within(bounds[0] + (px - left) / scale, bounds[0], bounds[2]);
  const y = within(bounds[3] - (py - top) / scale, bounds[1], bounds[3]);
  return [x, y] as const;
}

/** Whether all of the network is in view, but for a hair. */
export function isWhole(bounds: Bounds, seen: Bounds): boolean {
  const spare = 0.01 * Math.max(bounds[2] - bounds[0], bounds[3] - bounds[1]);
  return (
    seen[0] <= bounds[0] + spare &&
    seen[1] <= bounds[1] + spare &&
    seen[2] >= bounds[2] - spare &&
    seen[3] >= bounds[3] - spare
  );
}
