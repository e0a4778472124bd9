import { expect, test } from 'vitest';
import { suitsSamples } from './suiting';

test('the shipped pictures suit inputs of 28 x 28 in one channel, whatever their layout', () => {
  expect(suitsSamples([['batch', 28, 28, 1]])).toBe(true);
  expect(suitsSamples([[1, 1, 28, 28]])).toBe(true);
  expect(suitsSamples([[null, 28, 28]])).toBe(true);
  expect(suitsSamples([[1, 784]])).toBe(true);
});

test('and no others', () => {
  expect(suitsSamples([[1, 3, 224, 224]])).toBe(false);
  expect(suitsSamples([['batch', 28, 28, 3]])).toBe(false);
  expect(suitsSamples([['batch', 3, null, null]])).toBe(false);
  expect(suitsSamples([null])).toBe(false);
  expect(suitsSamples([])).toBe(false);
  expect(suitsSamples([[1, 784], [1]])).toBe(false);
});
