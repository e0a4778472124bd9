import { expect, test } from 'vitest';
import {
  amount,
  bytes,
  duration,
  milliseconds,
  percent,
  realWords,
  score,
  short,
  times,
} from './numbers';

test('four digits say enough, and zeros at the end say nothing', () => {
  expect(short(0.904547)).toBe('0.9045');
  expect(short(12.5)).toBe('12.5');
  expect(short(-3)).toBe('-3');
  expect(short(123456.78)).toBe('123457');
});

test('very small and very large numbers get an exponent', () => {
  expect(short(1.2e-7)).toBe('1.2e-7');
  expect(short(3e38)).toBe('3e38');
  expect(short(-2_500_000)).toBe('-2.5e6');
});

test('what is no finite number is said in words', () => {
  expect(short(null)).toBe('–');
  expect(short(Number.NaN)).toBe('–');
  expect(short(Number.NEGATIVE_INFINITY)).toBe('-inf');
});

test('a share is not rounded to certainty', () => {
  expect(percent(0.938)).toBe('93.8%');
  expect(percent(0.99999)).toBe('>99.9%');
  expect(percent(0.0001)).toBe('<0.1%');
  expect(percent(1)).toBe('100.0%');
  expect(percent(0)).toBe('0.0%');
  expect(percent(null)).toBe('–');
});

test('a score is a share, or the value as it is', () => {
  expect(score(0.938, true)).toBe('93.8%');
  expect(score(12.3456, false)).toBe('12.35');
  expect(score(null, true)).toBe('–');
});

test('sizes and times take their unit', () => {
  expect(bytes(512)).toBe('512 bytes');
  expect(bytes(1_900_000)).toBe('1.9 MB');
  expect(bytes(999_600)).toBe('1.0 MB');
  expect(bytes(187_000_000)).toBe('187 MB');
  expect(amount(99_466)).toBe('99,466');
  expect(amount(62_378_344)).toBe('62.4 M');
  expect(duration(0.0264)).toBe('26 ms');
  expect(duration(1.34)).toBe('1.3 s');
  expect(duration(125)).toBe('2 min 5 s');
});

test('a time is in milliseconds to three digits, however short or long', () => {
  expect(milliseconds(0.0000065)).toBe('0.0065 ms');
  expect(milliseconds(0.01234)).toBe('12.3 ms');
  expect(milliseconds(0.9996)).toBe('1,000 ms');
  expect(milliseconds(12.3456)).toBe('12,300 ms');
  expect(milliseconds(0)).toBe('0 ms');
});

test('a shape names its free axes', () => {
  expect(times([28, 28, 16])).toBe('28 × 28 × 16');
  expect(times([null, 'seq', 3])).toBe('? × seq × 3');
  expect(times([])).toBe('one number');
  expect(times(null)).toBe('unknown shape');
});

test('a quantized number says what it stands for', () => {
  expect(realWords({ scale: 0.5, zero: 128 }, '130')).toBe('= 1');
  expect(realWords({ scale: 1 / 256, zero: 0 }, '1')).toBe('= 0.00390625');
  expect(realWords({ scale: 0.1, zero: 3 }, '1.5')).toBeNull();
  expect(realWords(null, '7')).toBeNull();
});
