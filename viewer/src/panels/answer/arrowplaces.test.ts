import { describe, expect, it } from 'vitest';
import { arrowsIn } from './arrowplaces';
import { fitted } from './fit';

const fit = fitted([200, 100], [100, 50]);

describe('arrows', () => {
  it('begin at their place and point where it moves', () => {
    const [right, down] = arrowsIn(
      [
        [25, 25, 4, 0],
        [75, 25, 0, 2],
      ],
      fit,
    );
    expect([right?.x, right?.y]).toEqual([50, 50]);
    // The longest goes 0.85 of the 50 pixels to the next; two CSS pixels to one of the picture.
    expect(right?.tip[0]).toBeCloseTo(50 + 85);
    expect(right?.tip[1]).toBeCloseTo(50);
    expect(down?.tip[1]).toBeCloseTo(50 + 42.5);
    expect(right?.head).not.toBe('');
  });

  it('turn with a mirrored picture', () => {
    const [one] = arrowsIn([[25, 25, 4, 0]], fitted([200, 100], [100, 50], true));
    expect(one?.x).toBe(150);
    expect(one?.tip[0]).toBeLessThan(150);
  });

  it('stand still without a length', () => {
    const [one] = arrowsIn([[25, 25, 0, 0]], fit);
    expect(one?.tip).toEqual([50, 50]);
    expect(one?.head).toBe('');
  });
});
