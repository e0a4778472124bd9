/** The outline's rows, top to bottom: groups and nodes as far as their groups stand open. Pure. */
import type { Layout } from '../../client/layouts';

export const NODE = 0;
export const GROUP = 1;
export const INPUT = 2;

/** The children of a group in the order in which they are listed. */
export interface Children {
  readonly what: Uint8Array;
  readonly ids: Int32Array;
}

/** One row for each index. */
export interface Rows {
  readonly count: number;
  /** `NODE`, `GROUP` or `INPUT`. */
  readonly what: Uint8Array;
  /** Of the node, of the group, or of the value that is an input. */
  readonly ids: Int32Array;
  /** 1 for the outermost. */
  readonly level: Uint16Array;
  /** Its place among its siblings, from 1, and how many they are. */
  readonly place: Int32Array;
  readonly siblings: Int32Array;
}

const KINDS: Readonly<Record<string, number>> = { node: NODE, group: GROUP, input: INPUT };

/** What a child costs, to list the dearest first. */
export type Cost = (what: number, id: number) => number;

/** A layout's children as they are listed: in the order of the flow, or the dearest first. */
export function listed(layout: Layout, cost: Cost | null = null): Children {
  const kept = layout.children
    .filter((child) => child.what in KINDS)
    .map((child) => ({ ...child, kind: KINDS[child.what] ?? NODE }));
  kept.sort((a, b) => a.rank - b.rank || a.lane - b.lane);
  if (cost) {
    const costs = new Map(kept.map((child) => [child, cost(child.kind, child.id) || 0]));
    kept.sort((a, b) => (costs.get(b) ?? 0) - (costs.get(a) ?? 0));
  }
  return {
    what: Uint8Array.from(kept, (child) => child.kind),
    ids: Int32Array.from(kept, (child) => child.id),
  };
}

/** Rows under construction, in columns that grow. */
class Writer {
  count = 0;
  private size = 1024;
  what = new Uint8Array(this.size);
  ids = new Int32Array(this.size);
  level = new Uint16Array(this.size);
  place = new Int32Array(this.size);
  siblings = new Int32Array(this.size);

  add(what: number, id: number, level: number, place: number, siblings: number): void {
    if (this.count === this.size) this.grow();
    const at = this.count++;
    this.what[at] = what;
    this.ids[at] = id;
    this.level[at] = level;
    this.place[at] = place;
    this.siblings[at] = siblings;
  }

  private grow(): void {
    this.size *= 2;
    const wider = <T extends Uint8Array | Uint16Array | Int32Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    this.what = wider(this.what, new Uint8Array(this.size));
    this.ids = wider(this.ids, new Int32Array(this.size));
    this.level = wider(this.level, new Uint16Array(this.size));
    this.place = wider(this.place, new Int32Array(this.size));
    this.siblings = wider(this.siblings, new Int32Array(this.size));
  }
}

/**
 * All rows.
 *
 * @param childrenOf the children of a group; null where they have not come, and then it has no rows.
 */
export function rowsOf(
  childrenOf: (group: number) => Children | null,
  open: ReadonlySet<number>,
): Rows {
  const rows = new Writer();
  const root = childrenOf(0);
  // A stack of its own: groups may lie in one another as deep as they like.
  const under = root ? [{ children: root, next: 0 }] : [];
  while (under.length > 0) {
    const top = under[under.length - 1];
    if (!top || top.next >= top.children.ids.length) {
      under.pop();
      continue;
    }
    const { children } = top;
    const at = top.next++;
    const [what, id] = [children.what[at] ?? NODE, children.ids[at] ?? -1];
    rows.add(what, id, under.length, at + 1, children.ids.length);
    const inner = what === GROUP && open.has(id) ? childrenOf(id) : null;
    if (inner) under.push({ children: inner, next: 0 });
  }
  return rows;
}

/** The row of a node, group or input; -1 where it has none. */
export function rowOf(rows: Rows, what: number, id: number): number {
  for (
    let at = rows.ids.indexOf(id);
    at >= 0 && at < rows.count;
    at = rows.ids.indexOf(id, at + 1)
  ) {
    if (rows.what[at] === what) return at;
  }
  return -1;
}

/** The row of the group around a row; -1 for the outermost. */
export function parentRow(rows: Rows, index: number): number {
  const level = rows.level[index] ?? 1;
  let at = index - 1;
  while (at >= 0 && (rows.level[at] ?? 0) >= level) at -= 1;
  return at;
}
