/** From a cell of a sheet to its index in the tensor and to its text: arithmetic only. */
import { type ArrangementDoc, TEXT_PAGE } from '../client/documents';

export interface Cell {
  readonly plane: number;
  readonly row: number;
  readonly column: number;
}

/** Where the text of a cell lies: the page of its block, and its place within. */
export interface TextPlace {
  readonly page: number;
  readonly offset: number;
}

/**
 * The page and place of a cell of the sheet `(planes, grid rows * rows, grid columns * columns)`.
 *
 * Pages are blocks of 32 x 32 cells in reading order, plane by plane; the last of a row or column
 * is as narrow as what is left.
 */
export function textPlace(a: ArrangementDoc, cell: Cell): TextPlace {
  const height = a.grid[0] * a.rows;
  const width = a.grid[1] * a.columns;
  const down = Math.ceil(height / TEXT_PAGE);
  const across = Math.ceil(width / TEXT_PAGE);
  const y = Math.floor(cell.row / TEXT_PAGE);
  const x = Math.floor(cell.column / TEXT_PAGE);
  const wide = Math.min(TEXT_PAGE, width - x * TEXT_PAGE);
  return {
    page: (cell.plane * down + y) * across + x,
    offset: (cell.row - y * TEXT_PAGE) * wide + (cell.column - x * TEXT_PAGE),
  };
}

/** Which map a cell belongs to, and its row and column there; all count from 0. */
export function withinMap(a: ArrangementDoc, cell: Cell) {
  const down = Math.floor(cell.row / a.rows);
  const across = Math.floor(cell.column / a.columns);
  return {
    map: down * a.grid[1] + across,
    row: cell.row - down * a.rows,
    column: cell.column - across * a.columns,
  };
}

const RGB = ['red', 'green', 'blue'] as const;

/** A tensor's shape and the letters of its axes. */
export interface Shaped {
  readonly shape: readonly number[];
  readonly axes: string | null;
}

const AXIS_WORDS: Readonly<Record<string, string>> = { O: 'output', I: 'input', C: 'channel' };

/** Length of an axis by its letter, or by its position where it has none. */
function lengthOf(letter: string, { shape, axes }: Shaped): number | undefined {
  const position = /\d/.test(letter) ? Number(letter) : (axes ?? '').indexOf(letter);
  return shape[position];
}

/**
 * A map in a slot by its place along the axes that choose it: `output 4, input 5`, where several do.
 *
 * They run row-major; `map 37` where one axis chooses or their lengths are not known.
 */
export function mapName(a: ArrangementDoc, map: number, of: Shaped): string {
  const number = a.order?.[map] ?? map;
  const letters = [...a.letters.grid];
  const lengths = letters.map((letter) => lengthOf(letter, of));
  const whole = lengths.reduce<number>((product, one) => product * (one ?? Number.NaN), 1);
  const all = a.order === null ? a.maps : whole;
  if (letters.length < 2 || whole !== all) return `map ${number}`;
  const words: string[] = [];
  let rest = number;
  for (let i = letters.length - 1; i >= 0; i--) {
    const length = lengths[i] ?? 1;
    const letter = letters[i] ?? '';
    words.unshift(`${AXIS_WORDS[letter] ?? `axis ${letter}:`} ${rest % length}`);
    rest = Math.floor(rest / length);
  }
  return words.join(', ');
}

/** A cell's index in words, counted from 0 as NumPy does; null beyond what is used. */
export function indexWords(a: ArrangementDoc, cell: Cell, of: Shaped): string | null {
  const { map, row, column } = withinMap(a, cell);
  if (map >= a.maps || cell.row < 0 || cell.column < 0) return null;
  const which = a.maps > 1 ? [mapName(a, map, of)] : [];
  if (a.strip || a.rows === 1 || a.columns === 1) {
    const index = row * a.columns + column;
    if (index >= a.cells && a.maps === 1) return null;
    return [...which, `index ${index}`].join(', ');
  }
  const plane = a.planes === 3 ? [RGB[cell.plane] ?? `plane ${cell.plane}`] : [];
  return [...which, ...plane, `row ${row}`, `column ${column}`].join(', ');
}

/** A box as NumPy would slice it, an axis of one cell by its index: `0, 3:8, 4:9`. */
export const boxWords = (box: {
  readonly low: readonly number[];
  readonly high: readonly number[];
}) =>
  box.low
    .map((from, axis) => (box.high[axis] === from + 1 ? `${from}` : `${from}:${box.high[axis]}`))
    .join(', ');
