import { expect, test } from 'vitest';
import type { StatsDoc, Table } from '../../client/documents';
import { gradient, heights, placeOf, unmeasured, zoomFor } from './colourbar';

const grey: Table = {
  name: 'gray',
  kind: 'sequential',
  colours: Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3)),
};

test('colours follow the scale, not the ends of the histogram', () => {
  const css = gradient(grey, { low: 0, high: 2, table: 'gray' }, -2, 2);
  expect(css).toContain('rgb(0 0 0) 0.00%');
  expect(css).toContain('rgb(0 0 0) 50.00%');
  expect(css).toContain('rgb(128 128 128) 75.00%');
  expect(css).toContain('rgb(255 255 255) 100.00%');
});

test('a peak leaves the rest visible', () => {
  const [peak = 0, small = 0, none = 1] = heights([1_000_000, 10, 0]);
  expect(peak).toBe(1);
  expect(small).toBeGreaterThan(0.15);
  expect(none).toBe(0);
  expect(heights([0, 0])).toEqual([0, 0]);
});

test('what lies outside has no place', () => {
  expect(placeOf(0.5, 0, 2)).toBe(0.25);
  expect(placeOf(3, 0, 2)).toBeNull();
  expect(placeOf(1, 1, 1)).toBeNull();
});

const stats = (more: Partial<StatsDoc>): StatsDoc =>
  ({ min: null, max: null, size: 4, nan: 0, inf: 0, dtype: 'float32', ...more }) as StatsDoc;

test('a tensor without statistics says why', () => {
  expect(unmeasured(stats({ min: 0, max: 1 }))).toBeNull();
  expect(unmeasured(stats({ size: 0 }))).toContain('empty');
  expect(unmeasured(stats({ nan: 4 }))).toContain('All 4 values are NaN');
  expect(unmeasured(stats({ nan: 1, inf: 3 }))).toContain('1 are NaN and 3 infinite');
  expect(unmeasured(stats({ dtype: 'string' }))).toContain('string');
});

test('a large sheet is not enlarged further', () => {
  expect(zoomFor(112, 112)).toBe(4);
  expect(zoomFor(2048, 2048)).toBe(2);
  expect(zoomFor(9216, 4096)).toBe(1);
});
