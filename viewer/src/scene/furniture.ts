/** What tensors stand on and are joined by: plates, pedestals, ports, edges. */
import { Vector3 } from 'three';
import * as s from '../state/store';
import { familyColour, mixed, type Palette, type Rgb } from './palette';
import type { Parts } from './parts';
import type { Route } from './routes';
import { PEDESTAL, PORT, portPlace, type Stood } from './solid';
import { PATTERN } from './solids';
import type { World } from './world';

const STRIP = 0.032;
const ARROW = { long: 0.075, half: 0.04 } as const;

export class Furniture {
  constructor(
    private readonly parts: Parts,
    private readonly palette: Palette,
    /** Device pixels to a CSS pixel. */
    private readonly ratio: number,
  ) {}

  draw(world: World): void {
    this.plates(world);
    const lit = litBlocks(world.stood);
    for (const route of world.routes) {
      this.edge(route, lit.has(route.from) || lit.has(route.to));
    }
    for (const stood of world.stood) this.pedestal(stood);
  }

  /** The shared ground of layers that are shown as two steps. */
  private plates(world: World): void {
    for (const frame of world.scenery.layout.frames) {
      const members = frame.children.map((i) => world.stood[i]).filter((m) => m !== undefined);
      const first = members[0];
      if (!first || new Set(members.map((m) => m.place.row)).size > 1) continue;
      const left = Math.min(...members.map((m) => m.place.x - m.block.size.width / 2)) - 0.05;
      const right = Math.max(...members.map((m) => m.place.x + m.block.size.width / 2)) + 0.05;
      const tall = Math.max(...members.map((m) => m.block.size.height));
      const corner = new Vector3(left, first.place.y - 0.46, 0);
      const across = new Vector3(right - left, 0, 0);
      const up = new Vector3(0, tall + 0.46 + PEDESTAL.height + 0.2, 0);
      this.parts.plates.panel(corner, across, up, this.palette.plate, 1, PATTERN.rounded);
    }
  }

  private edge(route: Route, lit: boolean): void {
    const { lines, solids } = this.parts;
    const colour = lit ? this.palette.lit : this.palette.edge;
    const width = (lit ? 2.4 : 1.5) * this.ratio;
    lines.path(route.points, colour, lit ? 1 : 0.85, width, route.wraps && !lit ? 0.085 : 0);
    const end = route.points.at(-1);
    if (!end) return;
    const [x, y, z] = end;
    const { long, half } = ARROW;
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

  private pedestal(stood: Stood): void {
    const { solids } = this.parts;
    const { block, place } = stood;
    const failed = block.node !== null && s.trace.value?.failure?.node === block.node.id;
    const colour = failed ? this.palette.bad : familyColour(block.family);
    const wide = block.size.width;
    const depth = PEDESTAL.front - PEDESTAL.back;
    const { y } = place;
    const front = mixed(this.palette.pedestal, colour, 0.28);
    solids.slab(
      place.x,
      y,
      PEDESTAL.front,
      wide,
      PEDESTAL.height,
      depth,
      this.palette.pedestal,
      front,
    );
    const strip = new Vector3(
      place.x - wide / 2,
      y + PEDESTAL.height - STRIP,
      PEDESTAL.front + 0.004,
    );
    solids.panel(strip, new Vector3(wide, 0, 0), new Vector3(0, STRIP, 0), colour);
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
    const node = stood.block.node?.id ?? null;
    const over = s.hover.value;
    const chosen = s.selected.value;
    const open = chosen?.value === value && chosen.node === node;
    const pointed = over?.value === value && over.cell === null && over.node === node;
    const colour = open || pointed ? this.palette.lit : this.palette.port;
    const corner = new Vector3(at.x - PORT / 2, at.y - PORT / 2, at.z);
    const [across, up] = [new Vector3(PORT, 0, 0), new Vector3(0, PORT, 0)];
    this.parts.solids.panel(corner, across, up, colour, 1, this.palette.dots);
  }
}

/** Positions of the blocks under the cursor or holding the open tensor: their edges are lit. */
function litBlocks(stood: readonly Stood[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (const { block } of stood) {
    const input = block.what === 'input' ? block.right[0]?.value : undefined;
    for (const one of [s.hover.value, s.selected.value]) {
      if (!one) continue;
      const here = one.node === null ? one.value === input : one.node === block.node?.id;
      if (here) found.add(block.index);
    }
  }
  return found;
}
