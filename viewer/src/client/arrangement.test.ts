import { expect, test } from 'vitest';
import told from '../../../tests/session/arrangements.json';
import { cellOf, elementAt, flatOf, indexOf, rectsOf } from './arrangement';
import type { ArrangementDoc } from './documents';

const letters = { grid: '', row: '', column: '' };
const maps: ArrangementDoc = {
  grid: [2, 3],
  maps: 5,
  rows: 4,
  columns: 6,
  planes: 1,
  cells: 120,
  strip: false,
  letters,
  axes: { sliced: [0], planes: [], grid: [3], rows: [1], columns: [2] },
  at: [1],
  order: null,
};
const shape = [2, 4, 6, 5];

test('every cell of channels-last maps is an element, and back', () => {
  for (let row = 0; row < 8; row++) {
    for (let column = 0; column < 18; column++) {
      const cell = { plane: 0, row, column };
      const index = elementAt(maps, shape, cell);
      if (row >= 4 && column >= 12) expect(index).toBeNull();
      else expect(index && cellOf(maps, shape, index)).toEqual(cell);
    }
  }
  expect(elementAt(maps, shape, { plane: 0, row: 5, column: 7 })).toEqual([1, 1, 1, 4]);
});

test('sorted maps keep their own numbers, and those left out have no cell', () => {
  const sorted = { ...maps, grid: [1, 2] as [number, number], maps: 2, order: [4, 0] };
  expect(elementAt(sorted, shape, { plane: 0, row: 2, column: 1 })).toEqual([1, 2, 1, 4]);
  expect(cellOf(sorted, shape, [1, 2, 1, 0])).toEqual({ plane: 0, row: 2, column: 7 });
  expect(cellOf(sorted, shape, [1, 2, 1, 3])).toBeNull();
  expect(cellOf(sorted, shape, [0, 2, 1, 0])).toBeNull();
});

test('a folded vector', () => {
  const vector: ArrangementDoc = {
    ...maps,
    grid: [1, 1],
    maps: 1,
    rows: 4,
    columns: 3,
    cells: 10,
    strip: true,
    axes: { sliced: [], planes: [], grid: [], rows: [0, 1], columns: [] },
    at: [],
  };
  expect(elementAt(vector, [1, 10], { plane: 0, row: 3, column: 0 })).toEqual([0, 9]);
  expect(elementAt(vector, [1, 10], { plane: 0, row: 3, column: 1 })).toBeNull();
  expect(cellOf(vector, [1, 10], [0, 7])).toEqual({ plane: 0, row: 2, column: 1 });
});

test('flat places are C order', () => {
  expect(flatOf([1, 2, 3], [2, 3, 4])).toBe(23);
  expect(indexOf(23, [2, 3, 4])).toEqual([1, 2, 3]);
});

interface Case {
  readonly shape: number[];
  readonly query: Record<string, string>;
  readonly arrangement: ArrangementDoc;
  /** Of every plane, row and column the element's place in C order; null where there is none. */
  readonly elements: (number | null)[][][];
}

test.each(told as unknown as Case[])('Python and the page agree: $shape $query', (one) => {
  const { arrangement, elements, shape } = one;
  elements.forEach((rows, plane) => {
    rows.forEach((columns, row) => {
      columns.forEach((flat, column) => {
        const cell = { plane, row, column };
        const index = elementAt(arrangement, shape, cell);
        expect(index && flatOf(index, shape)).toBe(flat);
        if (index) expect(cellOf(arrangement, shape, index)).toEqual(cell);
      });
    });
  });
});

test('a box is one rectangle in each map that it reaches into', () => {
  expect(rectsOf(maps, shape, [0, 1, 2, 1], [2, 3, 5, 3])).toEqual([
    { slot: 1, rows: [1, 3], columns: [2, 5] },
    { slot: 2, rows: [1, 3], columns: [2, 5] },
  ]);
  expect(rectsOf(maps, shape, [0, 1, 2, 1], [1, 3, 5, 3])).toEqual([]);
  const sorted = { ...maps, order: [4, 2, 0] };
  expect(rectsOf(sorted, shape, [1, 0, 0, 1], [2, 1, 1, 3])).toEqual([
    { slot: 1, rows: [0, 1], columns: [0, 1] },
  ]);
  expect(rectsOf(maps, shape, [1, 0, 0, 0], [2, 0, 1, 3])).toEqual([]);
});

test('a part of a folded vector is within its line, or lines', () => {
  const strip: ArrangementDoc = {
    ...maps,
    grid: [1, 1],
    maps: 1,
    rows: 4,
    columns: 25,
    strip: true,
    cells: 100,
    axes: { sliced: [], planes: [], grid: [], rows: [0], columns: [] },
    at: [],
  };
  expect(rectsOf(strip, [100], [30], [40])).toEqual([{ slot: 0, rows: [1, 2], columns: [5, 15] }]);
  expect(rectsOf(strip, [100], [30], [60])).toEqual([{ slot: 0, rows: [1, 3], columns: [0, 25] }]);
});
