import { describe, expect, it } from 'vitest';
import type { Graph } from '../client/graph';
import type { Child, Edge, Layout } from '../client/layouts';
import type { Blocks } from './blocks';
import { type Box, borderOf, type Plot, Plots } from './plots';
import type { Footprint } from './sizes';

/** Numbers from 0 to 1 that are the same every time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Layouts of groups within one another; no two children share rank and lane. */
class Maker {
  readonly made: Layout[] = [];
  private readonly next: () => number;
  private readonly depth = [0];

  constructor(seed: number) {
    this.next = random(seed);
    for (let group = 0; group < this.depth.length; group++) this.made[group] = this.layout(group);
  }

  private layout(group: number): Layout {
    const ranks = 1 + Math.floor(this.next() * 7);
    const lanes = 1 + Math.floor(this.next() * 4);
    const children: Child[] = [];
    if (group > 0) children.push({ what: 'enter', id: 1000 + group, rank: 0, lane: 0 });
    for (let at = 0; at < ranks * lanes; at++) {
      const [rank, lane] = [1 + Math.floor(at / lanes), at % lanes];
      if (lane === 0 || this.next() > 0.6) children.push(this.child(group, at, rank, lane));
    }
    if (group > 0) children.push({ what: 'leave', id: 2000 + group, rank: ranks + 1, lane: 0 });
    const edges: Edge[] = children.slice(1).map((_, to) => {
      return {
        value: to,
        from: Math.floor(this.next() * (to + 1)),
        to: to + 1,
        port: 0,
        points: [],
      };
    });
    return { group, ranks: ranks + 2, lanes, children, edges, frames: [] };
  }

  private child(group: number, at: number, rank: number, lane: number): Child {
    const depth = this.depth[group] ?? 0;
    const folds = depth < 3 && this.depth.length < 30 && this.next() < 0.4;
    if (!folds) return { what: 'node', id: group * 100 + at, rank, lane };
    return { what: 'group', id: this.depth.push(depth + 1) - 1, rank, lane };
  }
}

const layoutsOf = (seed: number): Layout[] => new Maker(seed).made;

const blocks = (seed: number): Blocks =>
  ({
    body: (child: Child) => {
      const next = random(child.id * 31 + seed);
      const size = { width: 0.4 + next() * 2, height: next() * 1.5, above: 0.2, under: 0.4 };
      return { standing: [], size };
    },
  }) as unknown as Blocks;

function boxOf(plot: Plot, i: number): Box {
  const { x, y } = plot.rows.places[i] as { x: number; y: number };
  const inner = plot.inner.get(i);
  if (inner) return borderOf(inner, x, y);
  const size = plot.sizes[i] as Footprint;
  const half = size.width / 2;
  return { left: x - half, right: x + half, top: y + size.height, bottom: y - size.under };
}

const SLACK = 1e-6;
const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right - SLACK &&
  b.left < a.right - SLACK &&
  a.bottom < b.top - SLACK &&
  b.bottom < a.top - SLACK;

/** Every pair of siblings, in every open group. */
function check(plot: Plot): number {
  const boxes = plot.layout.children.map((child, i) =>
    child.what === 'enter' || child.what === 'leave' ? null : boxOf(plot, i),
  );
  let pairs = 0;
  boxes.forEach((a, i) => {
    for (const b of boxes.slice(0, i)) {
      if (!a || !b) continue;
      pairs += 1;
      expect(overlap(a, b), `${JSON.stringify(a)} and ${JSON.stringify(b)}`).toBe(false);
    }
  });
  for (const inner of plot.inner.values()) pairs += check(inner);
  return pairs;
}

describe('plots', () => {
  it('never let siblings overlap, whatever stands open', () => {
    let pairs = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const layouts = layoutsOf(seed);
      const plots = new Plots();
      const next = random(seed + 500);
      for (let state = 0; state < 6; state++) {
        const share = state / 5;
        const unfolded = new Set(layouts.map((_, id) => id).filter((id) => id && next() < share));
        const root = plots.root({
          graph: {} as Graph,
          blocks: blocks(seed),
          unfolded,
          aspect: 1.8,
          layoutOf: (group) => layouts[group] ?? null,
        });
        expect(root).not.toBeNull();
        pairs += check(root as Plot);
      }
    }
    expect(pairs).toBeGreaterThan(10_000);
  });

  it('keep what did not change', () => {
    const layouts = layoutsOf(3);
    const plots = new Plots();
    const ground = (unfolded: Set<number>) => ({
      graph: {} as Graph,
      blocks: blocks(3),
      unfolded,
      aspect: 1.8,
      layoutOf: (group: number) => layouts[group] ?? null,
    });
    const first = plots.root(ground(new Set([1, 2])));
    expect(plots.root(ground(new Set([1, 2])))).toBe(first);
    const second = plots.root(ground(new Set([1])));
    expect(second).not.toBe(first);
    const inner = (plot: Plot | null) =>
      [...(plot?.inner.values() ?? [])].find((p) => p.group === 1);
    expect(inner(second)).toBe(inner(first));
  });
});
