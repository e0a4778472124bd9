import { expect, test } from 'vitest';
import { itemWords } from '../../state/labelled';
import { boxWords, foundWords, rangeWords, runsOf, sliderWords } from './words';

test('an item is named by its label, else by its number', () => {
  expect(itemWords({ label: 'face', index: 1, score: 0.987 })).toBe('face 0.99');
  expect(itemWords({ label: null, index: 3, score: null })).toBe('#3');
});

test('a box is its size and place in whole pixels', () => {
  expect(boxWords([140.2, 31.7, 320.6, 271.9])).toBe('181 × 240 at 140, 32');
});

test('elements side by side are one run, and a row of the last axis ends it', () => {
  const shape = [1, 100, 4];
  const box = [0, 1, 2, 3].map((i) => ({ value: 7, flat: 12 * 4 + i }));
  const score = { value: 8, flat: 25 };
  const runs = runsOf([...box, score], (value) => (value === 7 ? shape : [1, 100, 2]));
  expect(runs.map(({ value, index }) => [value, index])).toEqual([
    [7, '0, 12, 0..3'],
    [8, '0, 12, 1'],
  ]);
  const across = runsOf(
    [
      { value: 7, flat: 3 },
      { value: 7, flat: 4 },
    ],
    () => shape,
  );
  expect(across).toHaveLength(2);
});

test('without a shape the place in row-major order is said', () => {
  expect(runsOf([{ value: 1, flat: 5 }], () => null)[0]?.index).toBe('5');
});

test('what was left out is said', () => {
  expect(foundWords(3, 57)).toBe('3 of 57 candidates');
  expect(foundWords(3, 3)).toBe('3 found');
});

test('a slider has the digits of its step', () => {
  expect(sliderWords(0.5, 0.01)).toBe('0.50');
  expect(sliderWords(12, 1)).toBe('12');
});

test('a range has its unit', () => {
  expect(rangeWords(0.41234, 7.1, 'm')).toBe('0.412 … 7.1 m');
  expect(rangeWords(null, 1, null)).toBe('');
});
