/** The ground plan of every open group: its children sized and placed, one group within the other. */
import type { Graph } from '../client/graph';
import type { Child, Layout } from '../client/layouts';
import { type BlockKey, type Blocks, keyOf } from './blocks';
import { placeRows, type Rows } from './rows';
import type { Footprint } from './sizes';

/** Between an open group's border and what stands in it. */
export const BORDER = { side: 0.34, top: 0.5, bottom: 0.18 } as const;
/** Free room around an open group. */
const AROUND = 0.12;
/** Width over height that an open group would like, and at least takes in a narrow window. */
const ASPECT = 2;
const NARROWEST = 0.5;
/** Steps in which it follows the window, so that little is placed anew while a panel is drawn. */
const STEP = 0.25;
/** A value's way through a border, over the base of its lane: where a first port is. */
export const WIRE = 0.04;
const SLIM: Footprint = { width: 0, height: 0, above: 0.1, under: 0.1 };

/** One group as it stands open. Places are its own: its upper edge is at 0, its middle at 0. */
export interface Plot {
  readonly group: number;
  readonly layout: Layout;
  /** Of the window or the group that it was placed for. */
  readonly aspect: number;
  readonly keys: readonly BlockKey[];
  readonly sizes: readonly Footprint[];
  /** What stands open in it, by position among its children. */
  readonly inner: ReadonlyMap<number, Plot>;
  readonly rows: Rows;
  /** Of all that stands in it, and how far its main lane lies under its upper edge. */
  readonly width: number;
  readonly height: number;
  readonly base: number;
  /** Positions of values on their way in and out. */
  readonly enters: ReadonlyMap<number, number>;
  readonly leaves: ReadonlyMap<number, number>;
}

/** A rectangle in the world. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where an open group's border lies when its place (middle of the base) is there. */
export function borderOf(plot: Plot, x: number, y: number): Box {
  const half = plot.width / 2 + BORDER.side;
  const top = y + plot.base + BORDER.top;
  const bottom = y + plot.base - plot.height - BORDER.bottom;
  return { left: x - half, right: x + half, top, bottom };
}

function sizeOfOpen(plot: Plot): Footprint {
  return {
    width: plot.width + BORDER.side * 2,
    height: plot.base + BORDER.top,
    above: AROUND,
    under: plot.height - plot.base + BORDER.bottom + AROUND,
  };
}

/** What the plots depend on. */
export interface Ground {
  readonly graph: Graph;
  readonly blocks: Blocks;
  readonly unfolded: ReadonlySet<number>;
  /** Of the window that the whole network fills. */
  readonly aspect: number;
  /** The layout of a group; of the whole network with the answer. Null while it is on its way. */
  layoutOf(group: number): Layout | null;
}

const same = (a: Footprint, b: Footprint): boolean =>
  a.width === b.width && a.height === b.height && a.above === b.above && a.under === b.under;

export class Plots {
  private made = new Map<number, Plot>();
  private stale = new Set<number>();
  aspect = 0;

  /** Forgets everything. */
  clear(): void {
    this.made.clear();
    this.stale.clear();
  }

  /** Something in these groups has changed: they and those around them are made again. */
  touch(groups: Iterable<number>): void {
    for (const group of groups) this.stale.add(group);
  }

  /** The whole network; null while its layout is on its way. */
  root(ground: Ground): Plot | null {
    if (ground.aspect !== this.aspect) this.stale.add(0);
    // A group may be most of the network: beside an open panel it stands as narrow as the window.
    if (innerAspect(ground) !== innerAspect(this)) {
      for (const group of this.made.keys()) this.stale.add(group);
    }
    this.aspect = ground.aspect;
    const plot = this.plot(0, ground);
    this.stale.clear();
    return plot;
  }

  private plot(group: number, ground: Ground): Plot | null {
    const before = this.made.get(group);
    const layout = ground.layoutOf(group);
    if (!layout) return null;
    const inner = new Map<number, Plot>();
    let changed = before === undefined || before.layout !== layout || this.stale.has(group);
    layout.children.forEach((child, i) => {
      if (child.what !== 'group' || !ground.unfolded.has(child.id)) return;
      const found = this.plot(child.id, ground);
      if (!found) return;
      inner.set(i, found);
      changed ||= before?.inner.get(i) !== found;
    });
    changed ||= before?.inner.size !== inner.size;
    if (!changed && before) return before;
    const made = make(group, layout, inner, ground, before);
    this.made.set(group, made);
    return made;
  }
}

/** Width over height of open groups in a window of that aspect. */
function innerAspect({ aspect }: { readonly aspect: number }): number {
  const liked = Math.round((aspect * 1.3) / STEP) * STEP;
  return Math.min(ASPECT, Math.max(NARROWEST, liked));
}

function make(
  group: number,
  layout: Layout,
  inner: Map<number, Plot>,
  ground: Ground,
  before: Plot | undefined,
): Plot {
  const sizes = layout.children.map((child, i) => sizeOf(child, inner.get(i), ground));
  const still =
    before?.layout === layout &&
    group !== 0 &&
    sizes.every((size, i) => same(size, before.sizes[i] as Footprint));
  const aspect = group === 0 ? ground.aspect : innerAspect(ground);
  const rows =
    still && aspect === before.aspect ? before.rows : placeRows(layout, sizes, aspect, group !== 0);
  const keys = before?.layout === layout ? before.keys : layout.children.map(keyOf);
  const enters = crossings(layout, 'enter');
  const leaves = crossings(layout, 'leave');
  const main = enters.values().next().value ?? 0;
  const base = -(rows.places[main]?.y ?? 0);
  const { width, height } = rows;
  return { group, layout, aspect, keys, sizes, inner, rows, width, height, base, enters, leaves };
}

function sizeOf(child: Child, open: Plot | undefined, ground: Ground): Footprint {
  if (open) return sizeOfOpen(open);
  if (child.what === 'enter' || child.what === 'leave') return SLIM;
  return ground.blocks.body(child).size;
}

function crossings(layout: Layout, what: 'enter' | 'leave'): Map<number, number> {
  const found = new Map<number, number>();
  layout.children.forEach((child, i) => {
    if (child.what === what) found.set(child.id, i);
  });
  return found;
}
