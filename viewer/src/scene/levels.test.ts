import { describe, expect, it } from 'vitest';
import { fromHalf, toHalf } from '../client/half';
import { halve } from './levels';

const sheet = (values: number[], height: number, width: number, rows: number, columns: number) => ({
  cells: Uint16Array.from(values, toHalf),
  planes: 1,
  height,
  width,
  rows,
  columns,
});

describe('halve', () => {
  it('never mixes two maps', () => {
    const level = halve(sheet([1, 1, 1, 9, 9, 9, 1, 1, 1, 9, 9, 9], 2, 6, 2, 3), [1, 2], [2, 3], 1);
    expect([level.rows, level.columns, level.width]).toEqual([1, 2, 4]);
    expect([...level.cells].map(fromHalf)).toEqual([1, 1, 9, 9]);
  });

  it('takes the mean of what lies beneath, at an odd end of fewer', () => {
    const level = halve(sheet([1, 2, 3, 4, 5, 6, 7, 8, 9], 3, 3, 3, 3), [1, 1], [3, 3], 1);
    expect([...level.cells].map(fromHalf)).toEqual([3, 4.5, 7.5, 9]);
  });

  it('counts every cell once, however many lie beneath the last', () => {
    // Seven columns: the fourth cell of this level holds one of them, the others two.
    const level = halve(sheet([1, 2, 9, 3], 1, 4, 1, 4), [1, 1], [1, 7], 2);
    expect([...level.cells].map(fromHalf)).toEqual([1.5, 7]);
    const end = halve(sheet([4, 1], 1, 2, 1, 2), [1, 1], [1, 3], 2);
    expect([...end.cells].map(fromHalf)).toEqual([3]);
  });

  it('shows a NaN before an infinity before any number', () => {
    const level = halve(
      sheet([1, Number.NaN, Number.POSITIVE_INFINITY, 4], 2, 2, 2, 2),
      [1, 1],
      [2, 2],
      1,
    );
    expect(fromHalf(level.cells[0] ?? 0)).toBeNaN();
    const other = halve(sheet([1, 2, Number.NEGATIVE_INFINITY, 4], 2, 2, 2, 2), [1, 1], [2, 2], 1);
    expect(fromHalf(other.cells[0] ?? 0)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('half', () => {
  it('reads back every float16 there is', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = fromHalf(bits);
      if (!Number.isFinite(value)) continue;
      expect(toHalf(value)).toBe(bits);
    }
  });
});
