import { expect, test } from 'vitest';
import { share, span, written } from './amounts';

test('each measure is written in its own unit, and what is not known as a dash', () => {
  expect(written('time', 0.00125)).toBe('1.25 ms');
  expect(written('bytes', 187_000_000)).toBe('187 MB');
  expect(written('multiply-adds', 1_250_000)).toBe('1.3 M');
  expect(written('parameters', 99_466.0000001)).toBe('99,466');
  expect(written('time', Number.NaN)).toBe('–');
});

test('times are shared out between the shortest and the longest that is known', () => {
  const seconds = Float64Array.of(0.001, Number.NaN, 0.01, 0.1);
  const shares = Array.from(seconds, (one) => share(one, span(seconds)));
  expect(shares).toEqual([0, null, expect.closeTo(0.5, 9), 1]);
});
