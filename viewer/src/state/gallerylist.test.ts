import { expect, test } from 'vitest';
import { beside, type Columns, EVERYTHING, listOf, NONE, UNKNOWN, verdictOf } from './gallerylist';

//                 right wrong wrong unjudged failed waiting
const columns: Columns = {
  predicted: Int32Array.from([1, 2, 0, 3, NONE, UNKNOWN]),
  score: Float32Array.from([0.9, 0.6, 0.8, 0.7, Number.NaN, Number.NaN]),
  failed: Uint8Array.from([0, 0, 0, 0, 1, 0]),
  truth: Int32Array.from([1, 1, 1, NONE, 1, 1]),
};
const list = (...args: Parameters<typeof listOf> extends [unknown, ...infer R] ? R : never) => [
  ...listOf(columns, ...args),
];

test('every entry has one verdict', () => {
  expect([0, 1, 2, 3, 4, 5].map((entry) => verdictOf(columns, entry))).toEqual([
    'right',
    'wrong',
    'wrong',
    'unjudged',
    'failed',
    'waiting',
  ]);
});

test('the surest mistakes come first', () => {
  expect(list(EVERYTHING, 'wrong').slice(0, 3)).toEqual([2, 1, 4]);
  expect(list(EVERYTHING, 'wrong').at(-1)).toBe(5);
});

test('by sureness, what has no score comes last either way', () => {
  expect(list(EVERYTHING, 'sure')).toEqual([0, 2, 3, 1, 4, 5]);
  expect(list(EVERYTHING, 'unsure')).toEqual([1, 3, 2, 0, 4, 5]);
});

test('by class', () => {
  expect(list(EVERYTHING, 'class')).toEqual([2, 0, 1, 3, 4, 5]);
});

test('a cell of the confusion matrix is a filter', () => {
  expect(list({ show: 'all', truth: 1, predicted: 2 }, 'given')).toEqual([1]);
  expect(list({ show: 'wrong', truth: null, predicted: null }, 'given')).toEqual([1, 2]);
  expect(list({ show: 'failed', truth: null, predicted: null }, 'given')).toEqual([4]);
});

test('steps go along the list as it is shown', () => {
  const shown = listOf(columns, EVERYTHING, 'sure');
  expect(beside(shown, 2, 1)).toBe(3);
  expect(beside(shown, 2, -1)).toBe(0);
  expect(beside(shown, 0, -1)).toBeNull();
  expect(beside(shown, null, 1)).toBe(0);
});
