/** Where everything stands: open groups within one another, moving to new places when something opens. */
import { Box3, Vector3 } from 'three';
import type { Child, Layout } from '../client/layouts';
import type { Plan } from '../state/minimap';
import * as s from '../state/store';
import { BEFORE_KEY, withBefore } from './before';
import { answered, type BlockKey, Blocks, type Ingredients, withAnswer } from './blocks';
import { routesOf } from './ends';
import { outlineOf } from './plan';
import { type Box, borderOf, type Plot, Plots } from './plots';
import type { Flat, Route } from './routes';
import type { Place } from './rows';
import type { Eyepiece } from './sight';
import type { Footprint } from './sizes';
import { PEDESTAL, type Stood } from './solid';
import {
  holds,
  type Open,
  type Seen,
  type Speck,
  type Tween,
  viewOf,
  type Wiring,
  walk,
} from './walk';

const MOVE = 320;
/** A shorter way is no movement. */
const STILL = 0.02;
/** More than so many blocks do not move: they are there at once. */
const MOST_MOVING = 600;
const MOST_OPEN = 300;
const ease = (t: number) => 1 - (1 - t) ** 3;

/** A child of an open group. */
export interface Spot {
  readonly plot: Plot;
  readonly index: number;
  /** The middle of its base, where it will stand. */
  readonly x: number;
  readonly y: number;
}

/** What is lit, as masks over nodes and groups. */
interface Lit {
  readonly of: ReadonlySet<number> | null;
  readonly nodes: Uint8Array;
  readonly groups: Uint8Array;
}

interface Motion {
  readonly from: Map<BlockKey, { x: number; y: number }>;
  readonly start: number;
}

export class World {
  root: Plot | null = null;
  /** Where the network begins along x: how far out it stands must not be seen. */
  begin = 0;
  stood: readonly Stood[] = [];
  specks: readonly Speck[] = [];
  opens: readonly Open[] = [];
  private wirings: readonly Wiring[] = [];
  /** Middle, size and depth of all that stands. */
  readonly bounds = new Box3();
  private readonly plots = new Plots();
  private blocks: Blocks | null = null;
  /** Whether the last building moved anything. */
  changed = false;
  private from: Ingredients | null = null;
  private unfolded: ReadonlySet<number> = new Set();
  private answer: number | null = null;
  private before: string | null = null;
  private outer: Layout | null = null;
  private motion: Motion | null = null;
  private lifted: BlockKey | null = null;
  private seen: { view: Box; scale: number } | null = null;
  /** The part of the world that is drawn. */
  view: Box | null = null;
  private ordered: Spot[] | null = null;

  /** Forgets a network. */
  clear(): void {
    this.plots.clear();
    this.root = null;
    this.blocks = null;
    this.from = null;
    this.outer = null;
    this.stood = this.specks = this.opens = this.wirings = [];
    this.motion = null;
  }

  /**
   * Takes in what is shown now.
   *
   * @param touched values whose pictures have come, null where anything may have changed.
   * @param aspect width over height of the window to fill.
   */
  build(
    from: Ingredients,
    unfolded: ReadonlySet<number>,
    touched: ReadonlySet<number> | null,
    aspect: number,
  ): void {
    this.from = from;
    this.unfolded = unfolded;
    this.adopt(from, touched);
    const blocks = this.blocks as Blocks;
    const root = this.plots.root({
      graph: from.graph,
      blocks,
      unfolded,
      aspect,
      layoutOf: (group) => (group === 0 ? this.outer : from.layoutOf(group)),
    });
    if (!root) return;
    this.changed = root !== this.root;
    this.root = root;
    this.ordered = null;
    this.seen = null;
    const { left, right } = outline(root);
    this.bounds.min.set(this.begin + left, -root.height, -0.3);
    this.bounds.max.set(this.begin + right, 0, 0.3);
  }

  /** Whether the cards of the steps are of an earlier run than the rest. */
  cardsStale = false;

  /** Renews the blocks of what has changed. */
  private adopt(from: Ingredients, touched: ReadonlySet<number> | null): void {
    const answer = answered(from);
    const outer = from.layoutOf(0);
    const before = `${from.before?.sign} ${from.after?.sign}`;
    const same = answer === this.answer && before === this.before;
    if (!this.blocks || !same || touched === null || !this.outer) {
      this.answer = answer;
      this.before = before;
      this.outer = outer && around(outer, from, answer);
      this.blocks = new Blocks(from, answer);
      this.plots.clear();
      return;
    }
    const keys = new Set<BlockKey>();
    const groups = new Set<number>([0]);
    for (const value of touched) {
      const node = from.graph.producerOf(value);
      if (node < 0) keys.add(`v${value}`);
      else keys.add(`n${node}`);
      for (const group of node < 0 ? [] : from.graph.pathOf(node)) {
        keys.add(`g${group}`);
        groups.add(group);
      }
    }
    keys.add('answer');
    if (this.cardsStale) keys.add(BEFORE_KEY);
    this.cardsStale = false;
    this.blocks.renew(from, keys);
    this.plots.touch(groups);
  }

  /** All that stands, for the small map. */
  outline(): Plan | null {
    const { min, max } = this.bounds;
    const bounds = [min.x, min.y, max.x, max.y] as const;
    return this.root && outlineOf(this.root, this.begin, bounds, (node) => this.familyOf(node));
  }

  /** Lets everything that is seen move from where it stands now to its new place; false where it is too much. */
  animate(now: number, shift: Flat): boolean {
    const from = new Map<BlockKey, { x: number; y: number }>();
    for (const { block, place } of this.stood) {
      from.set(block.key, { x: place.x + shift[0], y: place.y + shift[1] });
    }
    for (const open of this.opens)
      from.set(open.key, { x: open.x + shift[0], y: open.y + shift[1] });
    const many = this.unfolded.size > MOST_OPEN || from.size > MOST_MOVING;
    const still = many || ![...from].some(([key, at]) => this.moves(key, at));
    this.motion = still ? null : { from, start: now };
    return !many;
  }

  private moves(key: BlockKey, at: { x: number; y: number }): boolean {
    const spot = this.spotOf(key);
    return spot !== null && Math.abs(spot.x - at.x) + Math.abs(spot.y - at.y) > STILL;
  }

  get moving(): boolean {
    return this.motion !== null;
  }

  /** Lifts one block a little, or none. */
  lift(key: BlockKey | null): void {
    if (key !== this.lifted) this.seen = null;
    this.lifted = key;
  }

  /** What is drawn from where the eye is now; whether that has changed. */
  look(eye: Eyepiece, now: number): boolean {
    const { root, blocks } = this;
    if (!root || !blocks) return false;
    const part = this.motion ? Math.min(1, (now - this.motion.start) / MOVE) : 1;
    const tween: Tween | null = this.motion && { from: this.motion.from, part: ease(part) };
    const inner = viewOf(eye, 0);
    const scale = eye.height / Math.max(1e-9, inner.top - inner.bottom);
    const kept = this.seen;
    const fresh =
      tween ||
      !kept ||
      !holds(kept.view, inner) ||
      scale > kept.scale * 1.25 ||
      scale < kept.scale / 1.25;
    if (!fresh) return false;
    const view = viewOf(eye);
    this.view = view;
    const found: Seen = walk(root, this.begin, blocks, eye, tween, this.lifted, view);
    this.stood = found.stood;
    this.specks = found.specks;
    this.opens = found.opens;
    this.wirings = found.wirings;
    this.made = null;
    this.seen = tween && part < 1 ? null : { view, scale };
    if (part >= 1) this.motion = null;
    return true;
  }

  private made: { wiring: Wiring; routes: Route[] }[] | null = null;

  /** The edges of the groups in view. */
  get routes(): readonly { wiring: Wiring; routes: readonly Route[] }[] {
    this.made ??= this.wirings.map((wiring) => ({
      wiring,
      routes: this.from ? routesOf(wiring, this.from) : [],
    }));
    return this.made;
  }

  /** Where a block or an open group stands, or will stand; null where it is not in the scene. */
  spotOf(key: BlockKey): Spot | null {
    const graph = this.from?.graph;
    if (!this.root || !graph) return null;
    const id = Number(key.slice(1));
    const chain = key[0] === 'n' ? graph.pathOf(id) : key[0] === 'g' ? graph.chainOf(id) : [];
    if (key[0] === 'g') chain.pop();
    let spot: Spot = { plot: this.root, index: -1, x: this.begin, y: 0 };
    for (const group of chain) {
      const next = this.inside(spot, `g${group}`);
      const inner = next && spot.plot.inner.get(next.index);
      if (!next || !inner) return null;
      spot = { plot: inner, index: -1, x: next.x, y: next.y + inner.base };
    }
    return this.inside(spot, key);
  }

  private inside({ plot, x, y }: Spot, key: BlockKey): Spot | null {
    const index = plot.keys.indexOf(key);
    const place = plot.rows.places[index];
    return place ? { plot, index, x: x + place.x, y: y + place.y } : null;
  }

  /** The block that stands for a key: itself, or the folded group around it. */
  standsFor(key: BlockKey): BlockKey {
    const graph = this.from?.graph;
    const id = Number(key.slice(1));
    if (!graph || (key[0] !== 'n' && key[0] !== 'g')) return key;
    const chain = key[0] === 'n' ? graph.pathOf(id) : graph.chainOf(id).slice(0, -1);
    const folded = chain.find((group) => !this.unfolded.has(group));
    return folded === undefined ? key : `g${folded}`;
  }

  /** The box of what stands under a key, its labels included; null where there is none. */
  boxOf(key: BlockKey): Box3 | null {
    const spot = this.spotOf(key);
    if (!spot) return null;
    const inner = spot.plot.inner.get(spot.index);
    if (inner) {
      const { left, right, top, bottom } = borderOf(inner, spot.x, spot.y);
      return new Box3(new Vector3(left, bottom, 0), new Vector3(right, top, 0.01));
    }
    const size = spot.plot.sizes[spot.index] as Footprint;
    const half = size.width / 2;
    return new Box3(
      new Vector3(spot.x - half, spot.y - size.under * 0.8, 0),
      new Vector3(spot.x + half, spot.y + PEDESTAL.height + size.height + 0.1, 0.01),
    );
  }

  /** The groups that stood open when this was built. */
  get unfoldedNow(): ReadonlySet<number> {
    return this.unfolded;
  }

  /** The values that stand on a child's block. */
  valuesOf(child: Child): readonly number[] {
    return this.blocks?.body(child).standing.map((one) => one.value) ?? [];
  }

  /** The block in view that is nearest to a point. */
  nearest(at: { x: number; y: number }): BlockKey | null {
    let best: BlockKey | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const { block, place } of this.stood) {
      const far = Math.hypot(place.x - at.x, place.y - at.y);
      if (far < least) [best, least] = [block.key, far];
    }
    return best;
  }

  familyOf(node: number): string {
    return this.from?.graph.familyOf(node) ?? 'other';
  }

  /** Whether something is lit, and this is not. */
  dimmed(key: BlockKey): boolean {
    const lit = s.lit.value;
    if (lit.size === 0) return false;
    if (this.litKeys.of !== lit) this.litKeys = this.findLit(lit);
    const { nodes, groups } = this.litKeys;
    const id = Number(key.slice(1));
    if (key[0] === 'n') return nodes[id] !== 1;
    return key[0] === 'g' ? groups[id] !== 1 : true;
  }

  private litKeys: Lit = { of: null, nodes: new Uint8Array(), groups: new Uint8Array() };

  /** Lit nodes and the groups around them. */
  private findLit(lit: ReadonlySet<number>): Lit {
    const graph = this.from?.graph;
    const nodes = new Uint8Array(graph?.nodeCount ?? 0);
    const groups = new Uint8Array(graph?.groupCount ?? 0);
    for (const node of lit) {
      nodes[node] = 1;
      for (let at = graph?.groupOf(node) ?? -1; at >= 0 && !groups[at]; ) {
        groups[at] = 1;
        at = graph?.parentOf(at) ?? -1;
      }
    }
    return { of: lit, nodes, groups };
  }

  /** Everything that stands, in the order of the flow: group by group, by rank, then lane. */
  get order(): readonly Spot[] {
    if (!this.ordered) {
      this.ordered = [];
      if (this.root) this.list(this.root, this.begin, 0, this.ordered);
    }
    return this.ordered;
  }

  private list(plot: Plot, x: number, y: number, into: Spot[]): void {
    const { children } = plot.layout;
    const sorted = children
      .map((child, index) => ({ child, index }))
      .sort((a, b) => a.child.rank - b.child.rank || a.child.lane - b.child.lane);
    for (const { child, index } of sorted) {
      if (child.what === 'enter' || child.what === 'leave') continue;
      const place = plot.rows.places[index] as Place;
      const inner = plot.inner.get(index);
      if (inner) this.list(inner, x + place.x, y + place.y + inner.base, into);
      else into.push({ plot, index, x: x + place.x, y: y + place.y });
    }
  }
}

/** The layout of the whole network with what stands before and behind it. */
function around(layout: Layout, from: Ingredients, answer: number | null): Layout {
  return withBefore(withAnswer(layout, from.graph, answer), from.before);
}

/** Left and right end of all rows, return lines included. */
function outline(root: Plot): { left: number; right: number } {
  const { rows } = root.rows;
  const several = rows.length > 1 ? 0.32 : 0;
  return {
    left: Math.min(...rows.map((r) => r.left), -0.1) - several,
    right: Math.max(...rows.map((r) => r.right), 0.1) + several,
  };
}
