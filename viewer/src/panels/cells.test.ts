import { expect, test } from 'vitest';
import type { ArrangementDoc } from '../client/documents';
import { indexWords, mapName, textPlace, withinMap } from './cells';

const maps: ArrangementDoc = {
  grid: [4, 4],
  maps: 14,
  rows: 28,
  columns: 20,
  planes: 1,
  cells: 7840,
  strip: false,
  letters: { grid: 'C', row: 'H', column: 'W' },
  axes: { sliced: [0], planes: [], grid: [1], rows: [2], columns: [3] },
  at: [0],
  order: null,
};
const vector: ArrangementDoc = {
  ...maps,
  grid: [1, 1],
  maps: 1,
  rows: 12,
  columns: 11,
  cells: 128,
  strip: true,
};
const rgb: ArrangementDoc = { ...maps, planes: 3 };

const shaped = { shape: [1, 28, 20, 14], axes: 'NHWC' };

test('every cell of a sheet is found once, in the page that holds it', () => {
  const seen = new Set<string>();
  for (let row = 0; row < 112; row++) {
    for (let column = 0; column < 80; column++) {
      const { page, offset } = textPlace(maps, { plane: 0, row, column });
      const wide = page % 3 === 2 ? 16 : 32;
      const tall = page >= 9 ? 16 : 32;
      expect(offset).toBeLessThan(wide * tall);
      seen.add(`${page}:${offset}`);
    }
  }
  expect(seen.size).toBe(112 * 80);
});

test('the second plane follows the pages of the first', () => {
  expect(textPlace(rgb, { plane: 1, row: 0, column: 0 }).page).toBe(12);
  expect(textPlace(rgb, { plane: 2, row: 40, column: 70 })).toEqual({
    page: 24 + 3 + 2,
    offset: 8 * 16 + 6,
  });
});

test('a cell belongs to the map in whose slot it lies', () => {
  expect(withinMap(maps, { plane: 0, row: 30, column: 45 })).toEqual({ map: 6, row: 2, column: 5 });
});

test('an index is said in the words of what is drawn', () => {
  expect(indexWords(maps, { plane: 0, row: 30, column: 45 }, shaped)).toBe(
    'map 6, row 2, column 5',
  );
  expect(indexWords(vector, { plane: 0, row: 2, column: 3 }, shaped)).toBe('index 25');
  expect(indexWords(rgb, { plane: 2, row: 0, column: 0 }, shaped)).toBe(
    'map 0, blue, row 0, column 0',
  );
  expect(
    indexWords(
      { ...vector, strip: false, rows: 1, columns: 10, cells: 10 },
      { plane: 0, row: 0, column: 7 },
      shaped,
    ),
  ).toBe('index 7');
});

test('slots and cells beyond the tensor have no index', () => {
  expect(indexWords(maps, { plane: 0, row: 111, column: 79 }, shaped)).toBeNull();
  expect(indexWords(vector, { plane: 0, row: 11, column: 10 }, shaped)).toBeNull();
});

test('a kernel is chosen by its output and its input', () => {
  const kernel: ArrangementDoc = {
    ...maps,
    grid: [16, 8],
    maps: 128,
    rows: 5,
    columns: 5,
    letters: { grid: 'OI', row: 'H', column: 'W' },
  };
  const of = { shape: [16, 8, 5, 5], axes: 'OIHW' };
  expect(mapName(kernel, 37, of)).toBe('output 4, input 5');
  expect(indexWords(kernel, { plane: 0, row: 21, column: 27 }, of)).toBe(
    'output 4, input 5, row 1, column 2',
  );
  // The same network from Keras: other axes, the same words.
  expect(mapName(kernel, 37, { shape: [5, 5, 8, 16], axes: 'HWIO' })).toBe('output 4, input 5');
});

test('axes without letters are named by position, unknown ones not at all', () => {
  const four = { ...maps, maps: 64, letters: { grid: '01', row: '2', column: '3' } };
  expect(mapName(four, 13, { shape: [16, 4, 4, 10], axes: null })).toBe('axis 0: 3, axis 1: 1');
  expect(mapName(maps, 6, shaped)).toBe('map 6');
  expect(mapName({ ...four, maps: 60 }, 13, { shape: [16, 4, 4, 10], axes: null })).toBe('map 13');
});
