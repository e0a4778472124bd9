import { describe, expect, it } from 'vitest';
import { boneColour, pointColours, sidesOf } from './pointcolours';

describe('colours of points', () => {
  const names = ['nose', 'left eye', 'right eye', 'thumb 1', 'thumb 2', 'ring finger 1'];
  const [nose, left, right, thumb, again, ring] = pointColours(names, 7, 'plain');

  it('tell left from right and finger from finger', () => {
    expect(nose).toBe('plain');
    expect(new Set([nose, left, right]).size).toBe(3);
    expect(new Set([nose, thumb, ring]).size).toBe(3);
    expect(again).toBe(thumb);
    expect(pointColours([], 2, 'plain')).toEqual(['plain', 'plain']);
  });

  it('join a side in its colour and both sides in none', () => {
    expect(boneColour('plain', 'red', 'plain')).toBe('red');
    expect(boneColour('red', 'red', 'plain')).toBe('red');
    expect(boneColour('red', 'blue', 'plain')).toBe('plain');
  });

  it('are explained where both sides are named', () => {
    expect(sidesOf(names).map(([side]) => side)).toEqual(['left', 'right']);
    expect(sidesOf(['left eye'])).toEqual([]);
  });
});
