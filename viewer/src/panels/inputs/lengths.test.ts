import { expect, test } from 'vitest';
import { type Axis, fieldOf, type Input, lengthWords, shapesOf } from './lengths';

const axis = (name: string, length: number, more: Partial<Axis> = {}): Axis => ({
  name,
  length,
  free: false,
  chosen: null,
  symbol: null,
  ...more,
});

const input = (name: string, axes: readonly Axis[]): Input => ({
  value: 0,
  name,
  dtype: 'float32',
  axes,
  doc: null,
});

const picture = input('x', [
  axis('batch', 1, { free: true, symbol: 'N' }),
  axis('channels', 3),
  axis('height', 320, { free: true, chosen: 320 }),
]);
const mask = input('mask', [axis('batch', 1, { free: true, symbol: 'N' })]);

test('every length is said, and who chose it', () => {
  expect(lengthWords(picture.axes)).toBe('batch 1 (free), channels 3, height 320 (chosen)');
  expect(lengthWords([])).toBe('one number');
});

test('what was chosen before stays, what is typed is added', () => {
  expect(shapesOf([picture], new Map())).toEqual({ x: [null, null, 320] });
  expect(shapesOf([picture], new Map([[fieldOf(picture, 0), '2']]))).toEqual({
    x: [2, null, 320],
  });
  expect(shapesOf([picture], new Map([[fieldOf(picture, 2), '']]))).toEqual({});
});

test('axes of one symbol have one length', () => {
  expect(shapesOf([picture, mask], new Map([[fieldOf(mask, 0), '4']]))).toEqual({
    x: [4, null, 320],
    mask: [4],
  });
});

test.each(['0', '-1', '1.5', 'many'])('%s is no length', (text) => {
  expect(shapesOf([picture], new Map([[fieldOf(picture, 0), text]]))).toContain(text);
});
