import { expect, test } from 'vitest';
import { across, moved } from './walk';

test('a box holds as many tiles as fit, and never none', () => {
  expect(across(1000, 100)).toBe(10);
  expect(across(1099, 100)).toBe(10);
  expect(across(50, 100)).toBe(1);
  expect(across(0, 100)).toBe(1);
});

test('arrows lead to the neighbour, and nowhere beyond the edge', () => {
  expect(moved('ArrowRight', 4, 10, 25)).toBe(5);
  expect(moved('ArrowDown', 4, 10, 25)).toBe(14);
  expect(moved('ArrowDown', 20, 10, 25)).toBeNull();
  expect(moved('ArrowUp', 4, 10, 25)).toBeNull();
  expect(moved('ArrowLeft', 0, 10, 25)).toBeNull();
  expect(moved('End', 0, 10, 25)).toBe(24);
  expect(moved('Home', 13, 10, 25)).toBe(0);
  expect(moved('x', 3, 10, 25)).toBeNull();
  expect(moved('ArrowRight', -1, 10, 25)).toBe(0);
});
