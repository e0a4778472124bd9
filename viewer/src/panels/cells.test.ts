import { expect, test } from 'vitest';
import type { ArrangementDoc } from '../client/documents';
import { indexWords, textPlace, withinMap } from './cells';

const maps: ArrangementDoc = {
  grid: [4, 4],
  maps: 14,
  rows: 28,
  columns: 20,
  planes: 1,
  cells: 7840,
  strip: false,
  letters: { grid: 'C', row: 'H', column: 'W' },
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
  expect(indexWords(maps, { plane: 0, row: 30, column: 45 })).toBe('map 6, row 2, column 5');
  expect(indexWords(vector, { plane: 0, row: 2, column: 3 })).toBe('index 25');
  expect(indexWords(rgb, { plane: 2, row: 0, column: 0 })).toBe('map 0, blue, row 0, column 0');
  expect(
    indexWords(
      { ...vector, strip: false, rows: 1, columns: 10, cells: 10 },
      { plane: 0, row: 0, column: 7 },
    ),
  ).toBe('index 7');
});

test('slots and cells beyond the tensor have no index', () => {
  expect(indexWords(maps, { plane: 0, row: 111, column: 79 })).toBeNull();
  expect(indexWords(vector, { plane: 0, row: 11, column: 10 })).toBeNull();
});
