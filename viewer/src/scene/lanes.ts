/** Heights of the lanes of a row: lanes that never lie over one another share one band. Pure. */
import type { Layout } from '../client/layouts';
import type { Footprint } from './sizes';

export interface Lanes {
  /** Base of a lane, from the row's top down. */
  readonly base: ReadonlyMap<number, number>;
  readonly height: number;
}

/** Height of a lane that holds nothing but an edge that passes by; all of many together. */
const SLIM = 0.2;
const MANY = 3;

interface Lane {
  readonly ranks: Set<number>;
  up: number;
  under: number;
}

function lanesIn(
  layout: Layout,
  sizes: readonly Footprint[],
  from: number,
  to: number,
): Map<number, Lane> {
  const lanes = new Map<number, Lane>();
  const at = (lane: number): Lane => {
    const found = lanes.get(lane) ?? { ranks: new Set(), up: SLIM / 2, under: SLIM / 2 };
    lanes.set(lane, found);
    return found;
  };
  layout.children.forEach((child, i) => {
    const size = sizes[i];
    if (!size || child.rank < from || child.rank >= to) return;
    const lane = at(child.lane);
    lane.ranks.add(child.rank);
    // What only passes the border of a group is a wire.
    if (size.width === 0) return;
    lane.up = Math.max(lane.up, size.height + size.above);
    lane.under = Math.max(lane.under, size.under);
  });
  for (const edge of layout.edges) {
    for (const [rank = 0, lane = 0] of edge.points) {
      if (rank >= from && rank < to) at(lane).ranks.add(rank);
    }
  }
  bundle([...lanes.values()].filter((lane) => lane.up + lane.under <= SLIM));
  return lanes;
}

/** Lets many wires run close together, so that they do not tower over what they join. */
function bundle(wires: readonly Lane[]): void {
  if (wires.length * SLIM <= MANY) return;
  for (const wire of wires) {
    wire.up = MANY / wires.length / 2;
    wire.under = wire.up;
  }
}

const meets = (a: ReadonlySet<number>, b: ReadonlySet<number>): boolean => {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  for (const rank of few) if (many.has(rank)) return true;
  return false;
};

/** Ranks widened by one on both sides: an edge may lead on from each. */
function widened(ranks: ReadonlySet<number>): Set<number> {
  const wide = new Set<number>();
  for (const rank of ranks) for (const r of [rank - 1, rank, rank + 1]) wide.add(r);
  return wide;
}

/** The lanes of the ranks `from` to `to`, from the top down. */
export function stackLanes(
  layout: Layout,
  sizes: readonly Footprint[],
  from: number,
  to: number,
): Lanes {
  const lanes = lanesIn(layout, sizes, from, to);
  const keys = [...lanes.keys()].sort((a, b) => a - b);
  const band = new Map<number, number>();
  const bands: { up: number; under: number }[] = [];
  keys.forEach((key, i) => {
    const lane = lanes.get(key) as Lane;
    const wide = widened(lane.ranks);
    let own = 0;
    // A lane lies beneath every earlier one that it would otherwise meet.
    for (const other of keys.slice(0, i)) {
      const above = (band.get(other) ?? 0) + 1;
      if (above > own && meets(wide, (lanes.get(other) as Lane).ranks)) own = above;
    }
    band.set(key, own);
    const held = bands[own] ?? { up: 0, under: 0 };
    bands[own] = { up: Math.max(held.up, lane.up), under: Math.max(held.under, lane.under) };
  });
  const bases: number[] = [];
  let y = 0;
  for (const { up, under } of bands) {
    bases.push(y - up);
    y -= up + under;
  }
  return { base: new Map(keys.map((key) => [key, bases[band.get(key) ?? 0] ?? 0])), height: -y };
}
