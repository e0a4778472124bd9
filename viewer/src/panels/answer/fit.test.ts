import { expect, test } from 'vitest';
import { boxInRoom, fitted, toPicture, toRoom, zoomAt } from './fit';

test('a wide picture in a square room has ground above and beneath', () => {
  const f = fitted([100, 100], [200, 100]);
  expect(f).toMatchObject({ left: 0, top: 25, width: 100, height: 50, scale: 0.5 });
  expect(toRoom(f, [200, 100])).toEqual([100, 75]);
});

test('a small picture is enlarged', () => {
  expect(fitted([280, 300], [28, 28])).toMatchObject({ left: 0, top: 10, scale: 10 });
});

test('there and back is the same pixel, mirrored and enlarged too', () => {
  for (const mirrored of [false, true]) {
    const f = fitted([640, 360], [512, 512], mirrored, { times: 3, at: [100, 400] });
    const [x, y] = toRoom(f, [123.25, 377.5]);
    const back = toPicture(f, [x, y]);
    expect(back?.[0]).toBeCloseTo(123.25);
    expect(back?.[1]).toBeCloseTo(377.5);
  }
});

test('beside the picture there is no pixel', () => {
  const f = fitted([100, 100], [200, 100]);
  expect(toPicture(f, [50, 24])).toBeNull();
  expect(toPicture(f, [50, 25])).toEqual([100, 0]);
});

test('a mirrored box keeps its left at the left', () => {
  const f = fitted([100, 100], [100, 100], true);
  expect(boxInRoom(f, [10, 20, 30, 60])).toEqual({ x: 70, y: 20, width: 20, height: 40 });
});

test('the pixel under the pointer stays under it while zooming', () => {
  const [room, size] = [
    [400, 300],
    [512, 512],
  ] as const;
  const before = fitted(room, size, false, { times: 2, at: [256, 256] });
  const pointer = [120, 90] as const;
  const zoom = zoomAt(room, size, before, pointer, 4);
  const after = fitted(room, size, false, zoom);
  const [was, is] = [toPicture(before, pointer), toPicture(after, pointer)];
  expect(is?.[0]).toBeCloseTo(was?.[0] ?? Number.NaN);
  expect(is?.[1]).toBeCloseTo(was?.[1] ?? Number.NaN);
});

test('zoomed in, no ground shows beside the picture', () => {
  const f = fitted([400, 400], [100, 100], false, { times: 2, at: [0, 0] });
  expect(f.left).toBe(0);
  expect(f.top).toBe(0);
});
