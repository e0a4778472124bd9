import { expect, test } from 'vitest';
import { placeChips, type Wish } from './chips';

const ROOM = [400, 300] as const;
const wish = (x: number, y: number, width = 100, height = 80): Wish => ({
  box: { x, y, width, height },
  size: [60, 16],
});

test('a label stands on the upper edge of its box', () => {
  expect(placeChips([wish(50, 100)], ROOM)[0]).toMatchObject({ x: 50, y: 84 });
});

test('at the upper edge of the picture it goes beneath or within', () => {
  const [place] = placeChips([wish(50, 4)], ROOM);
  expect(place?.y).toBeGreaterThanOrEqual(0);
  expect(place?.y).toBe(84);
});

test('labels of two boxes at one place do not lie over each other', () => {
  const [a, b] = placeChips([wish(50, 100), wish(52, 101)], ROOM);
  expect(a && b).toBeTruthy();
  if (!a || !b) return;
  const apart = a.x + a.width <= b.x || b.x + b.width <= a.x;
  const above = a.y + a.height <= b.y || b.y + b.height <= a.y;
  expect(apart || above).toBe(true);
});

test('where a crowd leaves no room, the less sure go without, but never the one pointed at', () => {
  const crowd = Array.from({ length: 40 }, () => wish(50, 100));
  const places = placeChips(crowd, ROOM);
  expect(places[0]).not.toBeNull();
  expect(places.filter((one) => one === null).length).toBeGreaterThan(20);
  expect(placeChips(crowd, ROOM, 39)[39]).not.toBeNull();
});
