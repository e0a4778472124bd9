import { describe, expect, test } from 'vitest';
import { type Brush, blank, copyOf, fill, inkOf, pixelsOf, stroke, usualRadius } from './ink';

const pen: Brush = { radius: 1.3, softness: 0.3, erases: false };
const dot = (x: number, y: number, pressure = 1) => ({ x, y, pressure });

/** A closed square outline. */
function box() {
  const ink = blank(28, 28);
  const corners = [dot(6, 6), dot(22, 6), dot(22, 22), dot(6, 22), dot(6, 6)];
  corners.slice(1).forEach((to, i) => {
    stroke(ink, corners[i] ?? to, to, pen);
  });
  return ink;
}

const amount = (data: Uint8Array) => data.reduce((sum, one) => sum + one, 0);

describe('strokes', () => {
  test('are full in the middle, soft at the edge, and nowhere else', () => {
    const ink = blank(28, 28);
    stroke(ink, dot(5.5, 14.5), dot(22.5, 14.5), pen);
    expect(ink.data[14 * 28 + 14]).toBe(255);
    const edge = ink.data[13 * 28 + 14] ?? 0;
    expect(edge).toBeGreaterThan(0);
    expect(ink.data[10 * 28 + 14]).toBe(0);
    expect(ink.data[14 * 28 + 1]).toBe(0);
  });

  test('that cross do not add up, and go past the border unharmed', () => {
    const once = blank(28, 28);
    stroke(once, dot(-5, -5), dot(40, 40), pen);
    const twice = copyOf(once);
    stroke(twice, dot(-5, -5), dot(40, 40), pen);
    expect(twice.data).toEqual(once.data);
    expect(once.data.some((one) => one > 0)).toBe(true);
  });

  test('are thinner where the pen is pressed less', () => {
    const [light, hard] = [blank(28, 28), blank(28, 28)];
    stroke(light, dot(5, 14, 0.1), dot(22, 14, 0.1), { ...pen, radius: 3 });
    stroke(hard, dot(5, 14), dot(22, 14), { ...pen, radius: 3 });
    expect(amount(light.data)).toBeLessThan(amount(hard.data) * 0.75);
    expect(amount(light.data)).toBeGreaterThan(0);
  });

  test('of the eraser take ink away', () => {
    const ink = box();
    const before = amount(ink.data);
    stroke(ink, dot(6, 6), dot(22, 6), { ...pen, radius: 3, erases: true });
    expect(amount(ink.data)).toBeLessThan(before * 0.85);
    expect(ink.data[6 * 28 + 14]).toBe(0);
  });
});

describe('filling', () => {
  test('stays inside a closed line and leaves no seam', () => {
    const ink = box();
    expect(fill(ink, 14, 14)).toBe(true);
    for (let y = 6; y < 22; y++) {
      for (let x = 6; x < 22; x++) expect(ink.data[y * 28 + x]).toBeGreaterThanOrEqual(128);
    }
    expect(ink.data[2 * 28 + 2]).toBe(0);
  });

  test('runs out through a gap', () => {
    const ink = box();
    stroke(ink, dot(14, 6), dot(14, 6), { radius: 3, softness: 0, erases: true });
    fill(ink, 14, 14);
    expect(ink.data[0]).toBe(255);
  });

  test('does nothing on ink or outside, and clears ink when it erases', () => {
    const ink = box();
    expect(fill(ink, 14, 6)).toBe(false);
    expect(fill(ink, -1, 6)).toBe(false);
    expect(fill(ink, 14, 6, true)).toBe(true);
    expect(ink.data.some((one) => one >= 128)).toBe(false);
  });
});

test('a drawing is white on black or black on white, and reads back', () => {
  const ink = box();
  const gray = pixelsOf(ink, true);
  expect(gray[0]).toBe(255);
  const rgba = new Uint8ClampedArray(28 * 28 * 4);
  gray.forEach((one, i) => {
    rgba.set([one, one, one, 255], i * 4);
  });
  expect(inkOf(rgba, 28, 28, true).data).toEqual(ink.data);
  expect(pixelsOf(ink, false)).toEqual(ink.data);
});

test('the brush grows with the picture', () => {
  expect(usualRadius(28, 28)).toBeCloseTo(1.3);
  expect(usualRadius(224, 224)).toBeCloseTo(10.4);
});
