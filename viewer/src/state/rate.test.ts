import { expect, test } from 'vitest';
import { Rate } from './rate';

test('frames a second are of the last seconds, times are medians', () => {
  const rate = new Rate();
  expect(rate.add(0, 10, 30, 0).fps).toBe(0);
  let last = rate.add(100, 20, 40, 0);
  for (let at = 200; at <= 3000; at += 100) last = rate.add(at, 20, 40, 5);
  expect(last.fps).toBeCloseTo(10);
  expect(last).toMatchObject({ server: 20, trip: 40, dropped: 5, frames: 31 });
});

test('a slow network is told from its last two frames', () => {
  const rate = new Rate();
  rate.add(0, 900, 1000, 0);
  expect(rate.add(4000, 900, 1000, 2).fps).toBeCloseTo(0.25);
});
