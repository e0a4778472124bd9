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
function layoutsOf(seed: number): Layout[] {
  const next = random(seed);
  const made: Layout[] = [];
  const waiting = [{ group: 0, depth: 0 }];
  let groups = 1;
  while (waiting.length > 0) {
    const { group, depth } = waiting.shift() as { group: number; depth: number };
    const children: Child[] = [];
    const ranks = 1 + Math.floor(next() * 7);
    const lanes = 1 + Math.floor(next() * 4);
    if (group > 0) children.push({ what: 'enter', id: 1000 + group, rank: 0, lane: 0 });
    for (let rank = 1; rank <= ranks; rank++) {
      for (let lane = 0; lane < lanes; lane++) {
        if (lane > 0 && next() < 0.6) continue;
        const folds = depth < 3 && groups < 30 && next() < 0.4;
        if (folds) waiting.push({ group: groups, depth: depth + 1 });
        const id = folds ? groups++ : children.length + group * 100;
        children.push({ what: folds ? 'group' : 'node', id, rank, lane });
      }
    }
    if (group > 0) children.push({ what: 'leave', id: 2000 + group, rank: ranks + 1, lane: 0 });
    const edges: Edge[] = children.slice(1).map((_, to) => {
      return { value: to, from: Math.floor(next() * (to + 1)), to: to + 1, port: 0, points: [] };
    });
    made[group] = { group, ranks: ranks + 2, lanes, children, edges, frames: [] };
  }
  return made;
}

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
    const inner = (plot: Plot | null) => [...(plot?.inner.values() ?? [])].find((p) => p.group === 1);
    expect(inner(second)).toBe(inner(first));
  });
});
