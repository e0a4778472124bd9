/**
 * What of the network is drawn: the tree of open groups is walked from the outside, what lies out
 * of view is skipped, and what is small is one plain rectangle. So what is drawn stays bounded,
 * however much stands open.
 */
import { Vector3 } from 'three';
import type { Child } from '../client/layouts';
import type { BlockKey, Blocks } from './blocks';
import { type Box, borderOf, type Plot } from './plots';
import type { Place } from './rows';
import type { Eyepiece } from './sight';
import type { Footprint } from './sizes';
import type { Stood } from './solid';

/** Something too small to be told: a rectangle in its colour. */
export interface Speck extends Box {
  readonly key: BlockKey;
  readonly child: Child;
}

/** An open group in view. */
export interface Open {
  readonly key: BlockKey;
  readonly plot: Plot;
  readonly box: Box;
  /** The middle of its base. */
  readonly x: number;
  readonly y: number;
  /** Pixels to a world unit. */
  readonly scale: number;
  readonly depth: number;
}

/** A plan whose edges are in view. */
export interface Wiring {
  readonly plot: Plot;
  /** Where its own origin lies now. */
  readonly x: number;
  readonly y: number;
  /** The middle of the base of each child now. */
  readonly places: readonly Place[];
  readonly scale: number;
}

export interface Seen {
  readonly stood: readonly Stood[];
  readonly specks: readonly Speck[];
  readonly opens: readonly Open[];
  readonly wirings: readonly Wiring[];
}

/** Where something stood before it began to move, and how far it has come. */
export interface Tween {
  readonly from: ReadonlyMap<BlockKey, { readonly x: number; readonly y: number }>;
  /** From 0 to 1. */
  readonly part: number;
}

const MOST_SPECKS = 4500;
const MOST_STOOD = 500;
/** A block is told from so many pixels on; a group's inside from so many a child. */
const TOLD = 13;
const INSIDE = 3;
/** Edges of a group are drawn while a child of it takes so many pixels. */
const WIRED = 9;
/** What stands reaches out of the plane that is looked at. */
const REACH = 0.6;
/** Drawn beyond the window too, so that a movement shows no gap: a share of its size. */
const BEYOND = 0.35;

const everything: Box = {
  left: Number.NEGATIVE_INFINITY,
  right: Number.POSITIVE_INFINITY,
  bottom: Number.NEGATIVE_INFINITY,
  top: Number.POSITIVE_INFINITY,
};

/** The part of the plane of the network that the window shows; all where it looks beside it. */
export function viewOf(eye: Eyepiece, beyond = BEYOND): Box {
  const from = new Vector3();
  const way = new Vector3();
  const xs: number[] = [];
  const ys: number[] = [];
  for (const [a, b] of [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ] as const) {
    from.set(a, b, -1).unproject(eye.camera);
    way.set(a, b, 1).unproject(eye.camera).sub(from);
    const t = -from.z / way.z;
    if (!(t > 0) || !Number.isFinite(t)) return everything;
    xs.push(from.x + way.x * t);
    ys.push(from.y + way.y * t);
  }
  const box = {
    left: Math.min(...xs),
    right: Math.max(...xs),
    bottom: Math.min(...ys),
    top: Math.max(...ys),
  };
  const [dx, dy] = [(box.right - box.left) * beyond, (box.top - box.bottom) * beyond];
  return {
    left: box.left - dx - REACH,
    right: box.right + dx + REACH,
    bottom: box.bottom - dy - REACH,
    top: box.top + dy + REACH,
  };
}

export const holds = (outer: Box, inner: Box): boolean =>
  outer.left <= inner.left &&
  outer.right >= inner.right &&
  outer.bottom <= inner.bottom &&
  outer.top >= inner.top;

const apart = (a: Box, b: Box): boolean =>
  a.left > b.right || a.right < b.left || a.bottom > b.top || a.top < b.bottom;

/** Pixels to a world unit at a place in the plane of the network. */
export function scaleIn(eye: Eyepiece): (x: number, y: number) => number {
  const { projectionMatrix, matrixWorldInverse } = eye.camera;
  const m = matrixWorldInverse.elements;
  const unit = (projectionMatrix.elements[5] ?? 1) * (eye.height / 2);
  return (x, y) => {
    const away = -((m[2] ?? 0) * x + (m[6] ?? 0) * y + (m[14] ?? 0));
    return unit / Math.max(away, 1e-6);
  };
}

const boxOf = (size: Footprint, x: number, y: number): Box => ({
  left: x - size.width / 2,
  right: x + size.width / 2,
  top: y + size.height + 0.08,
  bottom: y,
});

interface Sill {
  readonly told: number;
  readonly inside: number;
}

class Walk {
  readonly stood: Stood[] = [];
  readonly specks: Speck[] = [];
  readonly opens: Open[] = [];
  readonly wirings: Wiring[] = [];

  constructor(
    private readonly blocks: Blocks,
    private readonly view: Box,
    private readonly scaleAt: (x: number, y: number) => number,
    private readonly tween: Tween | null,
    private readonly lifted: BlockKey | null,
    private readonly sill: Sill,
  ) {}

  /** Whether more has come together than can be drawn. */
  get over(): { specks: boolean; stood: boolean } {
    return { specks: this.specks.length > MOST_SPECKS, stood: this.stood.length > MOST_STOOD };
  }

  /** A group's inside: its origin where it will stand (`tx`, `ty`), and where it stands now. */
  visit(plot: Plot, tx: number, ty: number, x: number, y: number, depth: number): void {
    if (this.over.specks || this.over.stood) return;
    const places: Place[] = [];
    const { children } = plot.layout;
    for (let i = 0; i < children.length; i++) {
      const local = plot.rows.places[i] as Place;
      const place = this.placeOf(plot.keys[i] ?? '', local, tx, ty, x, y);
      places.push(place);
      this.child(plot, i, place, tx + local.x, ty + local.y, depth);
    }
    const scale = this.scaleAt(x, y - plot.height / 2);
    if (spacing(plot) * scale >= WIRED) this.wirings.push({ plot, x, y, places, scale });
  }

  private placeOf(
    key: BlockKey,
    local: Place,
    tx: number,
    ty: number,
    x: number,
    y: number,
  ): Place {
    const from = this.tween?.from.get(key);
    if (!from || !this.tween) return { x: x + local.x, y: y + local.y, row: local.row };
    const k = this.tween.part;
    const [goalX, goalY] = [tx + local.x, ty + local.y];
    return { x: from.x + (goalX - from.x) * k, y: from.y + (goalY - from.y) * k, row: local.row };
  }

  private child(plot: Plot, i: number, at: Place, tx: number, ty: number, depth: number): void {
    const child = plot.layout.children[i] as Child;
    if (child.what === 'enter' || child.what === 'leave') return;
    const key = plot.keys[i] ?? '';
    const inner = plot.inner.get(i);
    if (inner) {
      this.open(key, child, inner, at, tx, ty, depth);
      return;
    }
    const size = plot.sizes[i] as Footprint;
    const box = boxOf(size, at.x, at.y);
    if (apart(box, this.view)) return;
    const scale = this.scaleAt(at.x, at.y);
    const pixels = Math.max(size.width, size.height) * scale;
    if (pixels < this.sill.told) {
      this.specks.push({ key, child, ...box });
      return;
    }
    const lift = key === this.lifted && pixels < STILL ? LIFT : 0;
    this.stood.push({ block: this.blocks.block(child), place: at, lift });
  }

  private open(
    key: BlockKey,
    child: Child,
    plot: Plot,
    at: Place,
    tx: number,
    ty: number,
    depth: number,
  ): void {
    const box = borderOf(plot, at.x, at.y);
    if (apart(box, this.view)) return;
    const scale = this.scaleAt(
      Math.min(Math.max(at.x, this.view.left), this.view.right),
      Math.min(Math.max(at.y, this.view.bottom), this.view.top),
    );
    const large = Math.max(box.right - box.left, box.top - box.bottom) * scale;
    if (large < 4 || spacing(plot) * scale < this.sill.inside) {
      this.specks.push({ key, child, ...box });
      return;
    }
    this.opens.push({ key, plot, box, x: at.x, y: at.y, scale, depth });
    this.visit(plot, tx, ty + plot.base, at.x, at.y + plot.base, depth + 1);
  }
}

/** How far a block under the cursor rises. */
const LIFT = 0.06;
/** From so many pixels on a block stays where it is: one looks at its cells, which must not jump. */
const STILL = 900;

/** About how far the children of a group stand from one another. */
const spacing = (plot: Plot): number =>
  Math.sqrt((plot.width * plot.height) / Math.max(1, plot.layout.children.length));

/** Everything that is to be drawn now. */
export function walk(
  root: Plot,
  begin: number,
  blocks: Blocks,
  eye: Eyepiece,
  tween: Tween | null,
  lifted: BlockKey | null,
  view: Box,
): Seen {
  const scaleAt = scaleIn(eye);
  let sill: Sill = { told: TOLD, inside: INSIDE };
  for (;;) {
    const made = new Walk(blocks, view, scaleAt, tween, lifted, sill);
    made.visit(root, begin, 0, begin, 0, 0);
    const { specks, stood } = made.over;
    if (!specks && !stood) return made;
    sill = {
      told: stood ? sill.told * 1.4 : sill.told,
      inside: specks ? sill.inside * 1.5 : sill.inside,
    };
  }
}
