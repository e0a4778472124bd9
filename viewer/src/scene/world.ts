/** Where everything stands: blocks in their rows, moving to new places when their sizes change. */
import { Box3, Vector3 } from 'three';
import { type Block, buildBlocks, type Ingredients, type Scenery } from './blocks';
import { type Route, routeEdges } from './routes';
import { type Place, placeRows, type Rows } from './rows';
import { PEDESTAL, type Stood } from './solid';

const MOVE = 320;
const LIFT = 0.06;
/** A shorter way is no movement. */
const STILL = 0.02;
const ease = (t: number) => 1 - (1 - t) ** 3;

export class World {
  scenery: Scenery = { blocks: [], layout: emptyLayout() };
  rows: Rows | null = null;
  stood: readonly Stood[] = [];
  routes: readonly Route[] = [];
  /** Middle, size and depth of all that stands. */
  readonly bounds = new Box3();
  private from: readonly Place[] = [];
  private start = 0;
  private lifted = -1;

  /**
   * Takes in what is shown now.
   *
   * @param aspect width over height of the window to fill.
   * @param smooth whether blocks move to their new places or are there at once.
   */
  build(from: Ingredients, aspect: number, smooth: boolean, now: number): void {
    const before = this.stood.map((s) => s.place);
    this.scenery = buildBlocks(from);
    const { blocks, layout } = this.scenery;
    this.rows = placeRows(
      layout,
      blocks.map((b) => b.size),
      aspect,
    );
    const { places } = this.rows;
    const moved = before.some((a, i) => {
      const b = places[i];
      return b !== undefined && Math.abs(a.x - b.x) + Math.abs(a.y - b.y) > STILL;
    });
    this.from = smooth && moved && before.length === blocks.length ? before : [];
    this.start = now;
    this.measure();
    this.stand(now);
  }

  get moving(): boolean {
    return this.from.length > 0;
  }

  /** Lifts one block a little, or none (-1). */
  lift(index: number): boolean {
    if (index === this.lifted) return false;
    this.lifted = index;
    return true;
  }

  /** Moves the blocks on; to be called before each drawing. */
  stand(now: number): void {
    const t = Math.min(1, (now - this.start) / MOVE);
    const k = ease(t);
    const rows = this.rows;
    if (!rows) return;
    this.stood = this.scenery.blocks.map((block, i) => {
      const to = rows.places[i] as Place;
      const a = this.from[i];
      const place =
        a && t < 1 ? { ...to, x: a.x + (to.x - a.x) * k, y: a.y + (to.y - a.y) * k } : to;
      return { block, place, lift: i === this.lifted ? LIFT : 0 };
    });
    if (t >= 1) this.from = [];
    this.routes = routeEdges(this.scenery.layout, rows, this.stood);
  }

  /** The box of one block, its labels included. */
  boxOf(stood: Stood): Box3 {
    const { place, block } = stood;
    const half = block.size.width / 2;
    return new Box3(
      new Vector3(place.x - half, place.y - block.size.under * 0.8, 0),
      new Vector3(place.x + half, place.y + PEDESTAL.height + block.size.height + 0.1, 0.01),
    );
  }

  /** Positions among the children of the nodes in the order of the flow: by rank, then lane. */
  get order(): readonly number[] {
    const { children } = this.scenery.layout;
    return children
      .map((child, index) => ({ child, index }))
      .filter(({ child }) => child.id >= 0)
      .sort((a, b) => a.child.rank - b.child.rank || a.child.lane - b.child.lane)
      .map(({ index }) => index);
  }

  blockOfNode(node: number): Block | null {
    return this.scenery.blocks.find((b) => b.node?.id === node) ?? null;
  }

  private measure(): void {
    const rows = this.rows;
    if (!rows) return;
    const right = Math.max(...rows.rows.map((r) => r.right), 0.1);
    const left = Math.min(...rows.rows.map((r) => r.left), -0.1);
    const several = rows.rows.length > 1 ? 0.32 : 0;
    this.bounds.min.set(left - several, -rows.height, -0.3);
    this.bounds.max.set(right + several, 0, 0.3);
  }
}

function emptyLayout(): Scenery['layout'] {
  return { group: 0, ranks: 0, lanes: 0, children: [], edges: [], frames: [] };
}
