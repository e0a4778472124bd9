import { describe, expect, test } from 'vitest';
import { Heard, levels, needed, resampled } from './sound';

const tone = (hertz: number, rate: number, length: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / rate));

test('what was heard last is kept, the oldest first', () => {
  const heard = new Heard(5);
  heard.add(Float32Array.of(1, 2, 3));
  expect([...heard.newest()]).toEqual([0, 0, 1, 2, 3]);
  heard.add(Float32Array.of(4, 5, 6, 7));
  expect([...heard.newest()]).toEqual([3, 4, 5, 6, 7]);
  heard.add(Float32Array.from({ length: 12 }, (_, i) => i));
  expect([...heard.newest()]).toEqual([7, 8, 9, 10, 11]);
  expect(heard.count).toBe(19);
});

describe('another rate', () => {
  test('keeps a tone that both can hold', () => {
    const length = needed(1600, 48000, 16000);
    const changed = resampled(tone(440, 48000, length), 48000, 16000, 1600);
    const { peak, mean } = levels(changed.subarray(100, -100));
    expect(peak).toBeCloseTo(0, 1);
    expect(mean).toBeCloseTo(-3.01, 1);
    let crossings = 0;
    for (let i = 101; i < 1500; i++) {
      if ((changed[i - 1] ?? 0) < 0 && (changed[i] ?? 0) >= 0) crossings += 1;
    }
    expect(crossings).toBeGreaterThanOrEqual(37);
    expect(crossings).toBeLessThanOrEqual(40);
  });

  test('lets nothing through that the lower one cannot hold', () => {
    const length = needed(1600, 48000, 16000);
    const changed = resampled(tone(12000, 48000, length), 48000, 16000, 1600);
    expect(levels(changed.subarray(100, -100)).peak).toBeLessThan(-40);
  });

  test('of the same rate is the newest of the same samples', () => {
    expect([...resampled(Float32Array.of(1, 2, 3), 8000, 8000, 2)]).toEqual([2, 3]);
  });
});
