import { expect, test } from 'vitest';
import { fitOf, isWhole, toMap, toScene } from './drawing';

test('the network fills the map one way and stands in its middle', () => {
  const wide = fitOf([0, 0, 100, 10], 180, 110, 5);
  expect(toMap(wide, [0, 0, 100, 10])).toEqual([5, 46.5, 170, 17]);
  const tall = fitOf([-10, -50, 10, 50], 180, 110, 5);
  expect(toMap(tall, [-10, -50, 10, 50])).toEqual([80, 5, 20, 100]);
});

test('up in the scene is up in the map', () => {
  const fit = fitOf([0, 0, 100, 100], 110, 110, 5);
  expect(toMap(fit, [0, 90, 10, 100])).toEqual([5, 5, 10, 10]);
});

test('a pixel leads back to its place, and no further than the network', () => {
  const fit = fitOf([-3, 2, 17, 9], 180, 110, 4);
  const [x, y] = toMap(fit, [4, 5, 4, 5]);
  expect(toScene(fit, x, y)[0]).toBeCloseTo(4);
  expect(toScene(fit, x, y)[1]).toBeCloseTo(5);
  expect(toScene(fit, -500, 900)).toEqual([-3, 2]);
});

test('a network of one point has a map', () => {
  expect(toMap(fitOf([1, 1, 1, 1], 180, 110, 4), [1, 1, 1, 1]).every(Number.isFinite)).toBe(true);
});

test('the whole is in view, or a part is not', () => {
  expect(isWhole([0, 0, 10, 5], [-1, -1, 11, 6])).toBe(true);
  expect(isWhole([0, 0, 10, 5], [0.05, 0, 10, 5])).toBe(true);
  expect(isWhole([0, 0, 10, 5], [-1, -1, 9, 6])).toBe(false);
  expect(isWhole([0, 0, 10, 5], [-1, 1, 11, 6])).toBe(false);
});
