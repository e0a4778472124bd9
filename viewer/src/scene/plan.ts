/** The whole network in outline, for the small map beside the scene. */
import type { Bounds, Plan } from '../state/minimap';
import { borderOf, type Plot } from './plots';
import type { Footprint } from './sizes';

/** More would be finer than the map. */
const MOST = 3000;

/** Blocks and frames of all that stands open, outer groups first; what is too much is one block. */
export function outlineOf(
  root: Plot,
  begin: number,
  bounds: Bounds,
  familyOf: (node: number) => string,
): Plan {
  const boxes: number[] = [];
  const frames: number[] = [];
  const colours: string[] = [];
  const waiting = [{ plot: root, x: begin, y: 0 }];
  for (let next = 0; next < waiting.length; next++) {
    const { plot, x, y } = waiting[next] as { plot: Plot; x: number; y: number };
    plot.layout.children.forEach((child, i) => {
      if (child.what === 'enter' || child.what === 'leave') return;
      const place = plot.rows.places[i];
      const inner = plot.inner.get(i);
      if (!place) return;
      const [cx, cy] = [x + place.x, y + place.y];
      if (inner) {
        const { left, right, top, bottom } = borderOf(inner, cx, cy);
        if (waiting.length * 8 < MOST) {
          frames.push(left, bottom, right, top);
          waiting.push({ plot: inner, x: cx, y: cy + inner.base });
          return;
        }
        boxes.push(left, bottom, right, top);
      } else {
        const size = plot.sizes[i] as Footprint;
        boxes.push(cx - size.width / 2, cy, cx + size.width / 2, cy + size.height + 0.08);
      }
      colours.push(child.what === 'node' ? familyOf(child.id) : child.what);
    });
  }
  return { bounds, boxes: Float32Array.from(boxes), colours, frames: Float32Array.from(frames) };
}
