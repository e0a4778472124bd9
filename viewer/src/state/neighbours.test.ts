import { expect, test } from 'vitest';
import { chain, packed } from '../client/packed';
import { groupSums, measureColour, share, span } from './amounts';
import { nodesWithin } from './lighting';
import { ancestors, descendants, nextOfKind, path } from './neighbours';
import { firstBad } from './search';

/** 0 → 1 → 2 → 5 and 0 → 3 → 4 → 6 → 5; 7 stands alone; node i writes value i + 1. */
const reads = [[0], [1], [2], [1], [4], [3, 7], [5], [9]];
const graph = packed({
  nodes: reads.map((values, i) => ({
    name: `n${i}`,
    op: i % 3 ? 'Conv' : 'Add',
    reads: values,
    writes: [i + 1],
    group: [0, 2, 3, 1, 2, 0, 0, 0][i] ?? 0,
  })),
  values: Array.from({ length: 10 }, (_, i) => ({ name: `v${i}` })),
  // The inner group 2 lies in 3: a group may come before the one around it.
  groups: [
    { name: 'a', parent: 0 },
    { name: 'b/c', parent: 3 },
    { name: 'b', parent: 0 },
  ],
});

test('ancestors and descendants along all branches', () => {
  expect([...ancestors(graph, 5)]).toEqual([0, 1, 2, 3, 4, 6]);
  expect([...ancestors(graph, 0)]).toEqual([]);
  expect([...descendants(graph, 3)]).toEqual([4, 5, 6]);
  expect([...descendants(graph, 7)]).toEqual([]);
  expect([...descendants(graph, 99)]).toEqual([]);
});

test('a path is the shortest, in either direction, or none', () => {
  expect(path(graph, 0, 5)).toEqual([0, 1, 2, 5]);
  expect(path(graph, 5, 0)).toEqual([5, 2, 1, 0]);
  expect(path(graph, 3, 6)).toEqual([3, 4, 6]);
  expect(path(graph, 2, 3)).toBeNull();
  expect(path(graph, 2, 2)).toEqual([2]);
});

test('the next of the same operator goes round', () => {
  expect(nextOfKind(graph, 0, 1)).toBe(3);
  expect(nextOfKind(graph, 0, -1)).toBe(6);
  expect(nextOfKind(graph, 6, 1)).toBe(0);
  const alone = chain(['Conv', 'Relu']);
  expect(nextOfKind(alone, 1, 1)).toBe(1);
});

test('a long chain needs no stack', () => {
  const long = chain(Array.from({ length: 50_000 }, () => 'Relu'));
  expect(ancestors(long, 49_999)).toHaveLength(49_999);
  expect(path(long, 0, 49_999)).toHaveLength(50_000);
});

test('the first node with a NaN or an infinity, in the order of the flow', () => {
  const flags = new Uint8Array(10);
  expect(firstBad(graph, flags)).toBe(-1);
  flags[0] = 1;
  flags[2] = 4 | 8 | 16;
  expect(firstBad(graph, flags)).toBe(-1);
  flags[6] = 2;
  flags[8] = 1;
  expect(firstBad(graph, flags)).toBe(5);
});

test('the nodes of a group are those of its inner groups too', () => {
  expect(nodesWithin(graph, 3)).toEqual([1, 2, 4]);
  expect(nodesWithin(graph, 2)).toEqual([1, 4]);
  expect(nodesWithin(graph, 0)).toHaveLength(8);
});

test('measures are shared out by their logarithms, and unknown is not nothing', () => {
  const data = Float64Array.of(0, 10, 100, 1000, Number.NaN, 1, 2, 3);
  const known = span(data);
  expect(share(0, known)).toBe(0);
  expect(share(1, known)).toBe(0);
  expect(share(1000, known)).toBe(1);
  expect(share(10, known)).toBeCloseTo(1 / 3);
  expect(share(Number.NaN, known)).toBeNull();
  expect(share(5, span(Float64Array.of(5, 5)))).toBe(1);
  expect([...groupSums(graph, data)]).toEqual([1116, 1000, 10, 110]);
  const none = groupSums(graph, new Float64Array(8).fill(Number.NaN).with(3, 0));
  expect([...none]).toEqual([0, 0, Number.NaN, Number.NaN]);
});

test('a measure has another colour at each end, and in each theme', () => {
  const ends = [0, 1].flatMap((at) => [measureColour(at, 'dark'), measureColour(at, 'light')]);
  expect(new Set(ends).size).toBe(4);
  expect(measureColour(7, 'dark')).toBe(measureColour(1, 'dark'));
  expect(ends[0]).toMatch(/^#[0-9a-f]{6}$/);
});
