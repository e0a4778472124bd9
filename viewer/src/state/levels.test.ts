import { expect, test } from 'vitest';
import { packed } from '../client/packed';
import { nextLevel } from './levels';

const graph = packed({
  nodes: [],
  values: [],
  groups: [
    { name: 'a', parent: 0 },
    { name: 'a/x', parent: 1 },
    { name: 'a/x/deep', parent: 2 },
    { name: 'b', parent: 0 },
    { name: 'b/y', parent: 4 },
    { name: 'b/dense', parent: 4, what: 'fused' },
  ],
});

test('the outermost folded level comes next, wherever it is', () => {
  expect(nextLevel(graph, new Set())).toEqual([1, 4]);
  expect(nextLevel(graph, new Set([1, 2]))).toEqual([4]);
  expect(nextLevel(graph, new Set([1, 4]))).toEqual([2, 5]);
  expect(nextLevel(graph, new Set([1, 2, 4, 5]))).toEqual([3]);
});

test('after the innermost there is none, fused layers are never folded', () => {
  expect(nextLevel(graph, new Set([1, 2, 3, 4, 5]))).toEqual([]);
});
