/** What tensors stand on and are joined by: grounds of open groups, pedestals, ports, edges. */
import { Vector3 } from 'three';
import * as s from '../state/store';
import type { BlockKey } from './blocks';
import { blockColour, speckColour } from './colours';
import { mixed, type Palette, type Rgb } from './palette';
import type { Parts } from './parts';
import type { Box } from './plots';
import type { Route } from './routes';
import { PEDESTAL, PORT, portPlace, type Stood } from './solid';
import { PATTERN } from './solids';
import type { Open, Speck, Wiring } from './walk';
import type { World } from './world';

const STRIP = 0.032;
const ARROW = { long: 0.075, half: 0.04 } as const;
/** Shorter arrowheads are left out, in pixels. */
const LEAST_ARROW = 4;
/** Dashes of fewer pixels would be a haze. */
const LEAST_DASH = 4;
/** Under so many pixels a block has no ports to be told. */
const PORTED = 46;
/** What is not lit while something is. */
const DIMMED = 0.25;

export class Furniture {
  constructor(
    private readonly parts: Parts,
    private readonly palette: Palette,
    /** Device pixels to a CSS pixel. */
    private readonly ratio: number,
  ) {}

  draw(world: World, scaleOf: (stood: Stood) => number): void {
    for (const open of world.opens) this.ground(open);
    const lit = litBlocks(world.stood);
    for (const { wiring, routes } of world.routes) {
      this.plates(wiring);
      for (const route of routes) {
        if (world.view && !crosses(route, world.view)) continue;
        const ends = [wiring.plot.keys[route.from] ?? '', wiring.plot.keys[route.to] ?? ''];
        this.edge(
          route,
          ends.some((key) => lit.has(key)),
          wiring.scale,
        );
      }
    }
    for (const speck of world.specks) this.speck(speck, world);
    for (const stood of world.stood) {
      this.pedestal(stood, scaleOf(stood), world.dimmed(stood.block.key));
    }
  }

  /** What an open group stands on: lighter, the deeper it lies. */
  private ground({ box, depth, plot }: Open): void {
    const corner = new Vector3(box.left, box.bottom, 0);
    const across = new Vector3(box.right - box.left, 0, 0);
    const up = new Vector3(0, box.top - box.bottom, 0);
    const over = s.hover.value?.group === plot.group || s.focusedGroup.value === plot.group;
    const colour = mixed(this.palette.plate, this.palette.pedestal, Math.min(0.75, depth * 0.22));
    this.parts.plates.panel(corner, across, up, colour, 1, PATTERN.rounded);
    const line = over ? this.palette.lit : this.palette.edge;
    this.parts.plates.panel(corner, across, up, line, over ? 0.9 : 0.4, PATTERN.outline);
  }

  /** The shared ground of layers that are shown as two steps. */
  private plates({ plot, places }: Wiring): void {
    for (const frame of plot.layout.frames) {
      const members = frame.children.flatMap((i) => {
        const [place, size] = [places[i], plot.sizes[i]];
        return place && size ? [{ place, size }] : [];
      });
      const first = members[0];
      if (!first || new Set(members.map((m) => m.place.row)).size > 1) continue;
      const left = Math.min(...members.map((m) => m.place.x - m.size.width / 2)) - 0.05;
      const right = Math.max(...members.map((m) => m.place.x + m.size.width / 2)) + 0.05;
      const tall = Math.max(...members.map((m) => m.size.height));
      const corner = new Vector3(left, first.place.y - 0.46, 0);
      const across = new Vector3(right - left, 0, 0);
      const up = new Vector3(0, tall + 0.46 + PEDESTAL.height + 0.2, 0);
      const colour = mixed(this.palette.plate, this.palette.pedestal, plot.group === 0 ? 0 : 0.5);
      this.parts.plates.panel(corner, across, up, colour, 1, PATTERN.rounded);
    }
  }

  private edge(route: Route, lit: boolean, scale: number): void {
    const { lines, solids } = this.parts;
    const colour = lit ? this.palette.lit : this.palette.edge;
    // From afar a line is as thin as what it joins is small.
    const thin = Math.min(1, Math.max(0.45, scale / 60));
    // Less than a pixel would leave gaps: it is fainter instead.
    const width = Math.max(1, (lit ? 2.4 : 1.5 * thin) * this.ratio);
    const alpha = lit ? 1 : 0.85 * thin ** 0.5 * (s.lit.value.size > 0 ? 0.6 : 1);
    lines.path(
      route.points,
      colour,
      alpha,
      width,
      route.wraps && !lit ? Math.max(0.085, LEAST_DASH / scale) : 0,
    );
    const end = route.points.at(-1);
    const { long, half } = ARROW;
    if (!end || long * scale < LEAST_ARROW) return;
    const [x, y, z] = end;
    solids.quad(
      [
        [x - long, y - half, z],
        [x, y - half, z],
        [x, y + half, z],
        [x - long, y + half, z],
      ],
      colour,
      1,
      [PATTERN.chevron, long, half * 2],
    );
  }

  private speck({ left, right, top, bottom, key, child }: Speck, world: World): void {
    const own = speckColour(child.what, child.id, (node) => world.familyOf(node));
    const colour = mixed(this.palette.pedestal, own, 0.62);
    const alpha = world.dimmed(key) ? DIMMED : 1;
    this.parts.solids.quad(
      [
        [left, bottom, 0],
        [right, bottom, 0],
        [right, top, 0],
        [left, top, 0],
      ],
      colour,
      alpha,
    );
  }

  private pedestal(stood: Stood, scale: number, faint: boolean): void {
    const { solids } = this.parts;
    const { block, place } = stood;
    const failed = block.node !== null && s.trace.value?.failure?.node === block.node.id;
    const own = failed ? this.palette.bad : blockColour(block);
    const colour = faint ? mixed(this.palette.ground, own, DIMMED) : own;
    const wide = block.size.width;
    const depth = PEDESTAL.front - PEDESTAL.back;
    const { y } = place;
    const front = mixed(this.palette.pedestal, colour, 0.28);
    const { pedestal } = this.palette;
    solids.slab(place.x, y, PEDESTAL.front, wide, PEDESTAL.height, depth, pedestal, front);
    const strip = new Vector3(
      place.x - wide / 2,
      y + PEDESTAL.height - STRIP,
      PEDESTAL.front + 0.004,
    );
    solids.panel(strip, new Vector3(wide, 0, 0), new Vector3(0, STRIP, 0), colour);
    if (Math.max(wide, block.size.height) * scale < PORTED) return;
    for (const side of ['left', 'right'] as const) {
      this.post(stood, side, front);
      block[side].forEach((port, i) => {
        this.port(stood, side, i, port.value);
      });
    }
  }

  /** What several ports of one side are set into: a part of the pedestal that reaches up. */
  private post(stood: Stood, side: 'left' | 'right', colour: Rgb): void {
    const count = stood.block[side].length;
    if (count < 2) return;
    const top = portPlace(stood, side, count - 1);
    const { y } = stood.place;
    const corner = new Vector3(top.x - PORT * 0.62, y, PEDESTAL.front + 0.002);
    const up = new Vector3(0, top.y - y + PORT * 0.62, 0);
    this.parts.solids.panel(corner, new Vector3(PORT * 1.24, 0, 0), up, colour);
  }

  private port(stood: Stood, side: 'left' | 'right', index: number, value: number): void {
    const at = portPlace(stood, side, index);
    const here = (one: { value: number } | null) => one?.value === value && isOf(stood, one);
    const open = here(s.selected.value);
    const over = s.hover.value;
    const pointed = over?.cell === null && here(over);
    const colour = open || pointed ? this.palette.lit : this.palette.port;
    const corner = new Vector3(at.x - PORT / 2, at.y - PORT / 2, at.z);
    const [across, up] = [new Vector3(PORT, 0, 0), new Vector3(0, PORT, 0)];
    this.parts.solids.panel(corner, across, up, colour, 1, this.palette.dots);
  }
}

/** Whether a way comes into view at all. */
function crosses({ points }: Route, view: Box): boolean {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    bottom = Math.min(bottom, y);
    top = Math.max(top, y);
  }
  return right >= view.left && left <= view.right && top >= view.bottom && bottom <= view.top;
}

/** What points at a block: a node's id, a folded group's, or an input's value. */
interface Pointing {
  readonly value?: number;
  readonly node?: number | null;
  readonly group?: number;
}

/** Whether something that was pointed at lies on that block. */
export function isOf({ block }: Stood, one: Pointing | null): boolean {
  if (!one) return false;
  if (block.node) return one.node === block.node.id;
  if (block.group) return one.group === block.group.id;
  const bare = one.node === null && one.group === undefined;
  return block.what === 'input' && bare && block.right[0]?.value === one.value;
}

/** Blocks under the cursor or holding the open tensor: their edges are lit. */
function litBlocks(stood: readonly Stood[]): ReadonlySet<BlockKey> {
  const pointed = [s.hover.value, s.selected.value];
  const found = new Set<BlockKey>();
  for (const one of stood) {
    if (pointed.some((at) => isOf(one, at))) found.add(one.block.key);
  }
  return found;
}
