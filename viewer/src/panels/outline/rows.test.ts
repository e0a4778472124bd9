import { describe, expect, it } from 'vitest';
import type { Child, Layout } from '../../client/layouts';
import { scrollFor, sliceOf } from '../virtual';
import { type Children, GROUP, INPUT, listed, NODE, parentRow, rowOf, rowsOf } from './rows';

const layout = (group: number, children: readonly Child[]): Layout => ({
  group,
  ranks: 0,
  lanes: 0,
  children,
  edges: [],
  frames: [],
});
const child = (what: Child['what'], id: number, rank: number, lane = 0): Child => ({
  what,
  id,
  rank,
  lane,
});

/** Ids are shared on purpose: node 1, group 1 and value 1 are different things. */
const layouts = new Map([
  [
    0,
    layout(0, [
      child('node', 9, 5),
      child('input', 1, 0),
      child('group', 1, 1),
      child('group', 2, 2),
    ]),
  ],
  [
    1,
    layout(1, [
      child('enter', 4, 0),
      child('node', 1, 1, 1),
      child('node', 0, 1, 0),
      child('leave', 5, 3),
    ]),
  ],
  [2, layout(2, [child('group', 3, 0), child('node', 8, 1)])],
  [3, layout(3, [child('node', 7, 0)])],
]);
const childrenOf = (group: number): Children | null => {
  const one = layouts.get(group);
  return one ? listed(one) : null;
};
const shown = (open: readonly number[]) => {
  const rows = rowsOf(childrenOf, new Set(open));
  return Array.from({ length: rows.count }, (_, i) => [rows.what[i], rows.ids[i], rows.level[i]]);
};

describe('the rows of the outline', () => {
  it('are in the order of the flow, without values on their way in and out', () => {
    expect(shown([])).toEqual([
      [INPUT, 1, 1],
      [GROUP, 1, 1],
      [GROUP, 2, 1],
      [NODE, 9, 1],
    ]);
    expect(shown([1]).slice(2, 4)).toEqual([
      [NODE, 0, 2],
      [NODE, 1, 2],
    ]);
  });
  it('hide what stands open in a folded group', () => {
    expect(shown([3])).toEqual(shown([]));
    expect(shown([2, 3]).slice(3, 5)).toEqual([
      [GROUP, 3, 2],
      [NODE, 7, 3],
    ]);
  });
  it('know their place among their siblings', () => {
    const rows = rowsOf(childrenOf, new Set([1]));
    const node = rowOf(rows, NODE, 1);
    expect([rows.place[node], rows.siblings[node]]).toEqual([2, 2]);
    expect([rows.place[0], rows.siblings[0]]).toEqual([1, 4]);
  });
  it('are found by what they are, not by their number alone', () => {
    const rows = rowsOf(childrenOf, new Set([1]));
    expect([INPUT, GROUP, NODE].map((what) => rowOf(rows, what, 1))).toEqual([0, 1, 3]);
    expect(rowOf(rows, NODE, 7)).toBe(-1);
    // Unused places of the columns hold zeros.
    expect(rowOf(rows, NODE, 0)).toBe(2);
    expect(rowOf(rowsOf(childrenOf, new Set()), NODE, 0)).toBe(-1);
  });
  it('lead to the group around them', () => {
    const rows = rowsOf(childrenOf, new Set([2, 3]));
    expect(parentRow(rows, rowOf(rows, NODE, 7))).toBe(rowOf(rows, GROUP, 3));
    expect(parentRow(rows, rowOf(rows, NODE, 8))).toBe(rowOf(rows, GROUP, 2));
    expect(parentRow(rows, 0)).toBe(-1);
  });
  it('are empty while nothing has come, and lack a group that has not', () => {
    expect(rowsOf(() => null, new Set()).count).toBe(0);
    expect(rowsOf((group) => (group ? null : childrenOf(0)), new Set([1, 2])).count).toBe(4);
  });
  it('put the dearest first where they are asked to', () => {
    const cost = (what: number, id: number) => (what === GROUP ? id * 10 : Number.NaN);
    const root = layouts.get(0);
    expect(root && [...listed(root, cost).ids]).toEqual([2, 1, 1, 9]);
  });
  it('number a hundred thousand, in groups in groups', () => {
    const many = (group: number): Children =>
      group < 3000
        ? {
            what: Uint8Array.from({ length: 34 }, (_, i) => (i ? NODE : GROUP)),
            ids: Int32Array.from({ length: 34 }, (_, i) => (i ? group * 33 + i : group + 1)),
          }
        : { what: new Uint8Array(), ids: new Int32Array() };
    const open = new Set(Array.from({ length: 3000 }, (_, i) => i + 1));
    const start = performance.now();
    const rows = rowsOf(many, open);
    expect(performance.now() - start).toBeLessThan(200);
    expect(rows.count).toBe(34 * 3000);
    expect(rows.level[rowOf(rows, NODE, 2999 * 33 + 1)]).toBe(3000);
  });
});

describe('rows in view', () => {
  it('are few, whatever the list', () => {
    const { first, last } = sliceOf(28_000, 560, 28, 100_000);
    expect([first, last]).toEqual([994, 1026]);
    expect(sliceOf(0, 560, 28, 3)).toEqual({ first: 0, last: 3 });
    expect(sliceOf(9999, 560, 28, 3)).toEqual({ first: 3, last: 3 });
  });
  it('are scrolled to only where they are not in view', () => {
    expect(scrollFor(5, 0, 280, 28)).toBe(0);
    expect(scrollFor(20, 0, 280, 28)).toBe(22 * 28 - 280);
    expect(scrollFor(0, 280, 280, 28)).toBe(0);
    expect(scrollFor(9, 280, 280, 28)).toBe(8 * 28);
  });
});
