/** Answers in words. Pure. */
import { indexOf } from '../../client/arrangement';
import type { CellDoc, ItemDoc, ReadingDoc, ReadingKind } from '../../client/readings';
import { count, percent, short } from '../../state/numbers';

export const KINDS: Readonly<Record<ReadingKind, string>> = {
  classes: 'Classes',
  boxes: 'Boxes',
  masks: 'Masks',
  keypoints: 'Keypoints',
  picture: 'Picture',
  depth: 'Depth',
  flow: 'Flow',
  embedding: 'Embedding',
  sound: 'Sound',
  text: 'Text',
  numbers: 'Numbers',
  tensor: 'Tensor only',
};

/** What each kind makes of the output, for whoever chooses. */
export const KIND_NOTES: Readonly<Record<ReadingKind, string>> = {
  classes: 'a score for each class',
  boxes: 'rectangles over the picture',
  masks: 'which pixel is what',
  keypoints: 'named points, joined',
  picture: 'an image, beside the input',
  depth: 'how far each pixel is',
  flow: 'where each pixel moves',
  embedding: 'a vector that places the input',
  sound: 'a wave that can be heard',
  text: 'tokens, and the likeliest next',
  numbers: 'measures with their names',
  tensor: 'no more than the numbers',
};

/** Who says so. */
export function chosenWords({ chosen }: Pick<ReadingDoc, 'chosen'>): string {
  if (chosen === 'user') return 'chosen by you';
  return chosen === 'file' ? 'said by the model' : 'guessed';
}

/** A box in whole pixels: `181 × 240 at 140, 32`. */
export function boxWords(box: readonly [number, number, number, number]): string {
  const [left, top, right, bottom] = box.map(Math.round) as [number, number, number, number];
  return `${right - left} × ${bottom - top} at ${left}, ${top}`;
}

/** Elements of one tensor that lie side by side. */
export interface Run {
  readonly value: number;
  readonly flat: number;
  readonly length: number;
  /** `0, 1234, 0..3` */
  readonly index: string;
}

/** Elements that made something, those side by side along the last axis together. */
export function runsOf(
  cells: readonly CellDoc[],
  shapeOf: (value: number) => readonly number[] | null,
): Run[] {
  const runs: { value: number; flat: number; length: number }[] = [];
  for (const { value, flat } of cells) {
    const last = runs.at(-1);
    const row = shapeOf(value)?.at(-1) ?? 1;
    const joins = last && last.value === value && last.flat + last.length === flat;
    if (joins && flat % row !== 0) last.length += 1;
    else runs.push({ value, flat, length: 1 });
  }
  return runs.map((run) => ({ ...run, index: indexWords(run, shapeOf(run.value)) }));
}

function indexWords(
  { flat, length }: { flat: number; length: number },
  shape: readonly number[] | null,
): string {
  if (!shape) return length > 1 ? `${flat}..${flat + length - 1}` : String(flat);
  const index = indexOf(flat, shape);
  const last = index.pop() ?? 0;
  const end = length > 1 ? `${last}..${last + length - 1}` : String(last);
  return [...index, end].join(', ');
}

/** `left eye 0.93`, or `point 12` where there is no name. */
export function pointWords(names: readonly string[], at: number, score: number | null): string {
  const name = names[at] ?? `point ${at}`;
  return score === null ? name : `${name} ${score.toFixed(2)}`;
}

/** The cells of one point, which are the last of an item's, a few for each point. */
export function cellsOfPoint(
  { cells, points, each }: Pick<ItemDoc, 'cells' | 'points' | 'each'>,
  at: number,
): CellDoc[] {
  const first = cells.length - each * (points.length - at);
  return cells.slice(first, first + each);
}

/** The cells of an item that are of no point. */
export const cellsOfBox = ({
  cells,
  points,
  each,
}: Pick<ItemDoc, 'cells' | 'points' | 'each'>): CellDoc[] =>
  cells.slice(0, cells.length - each * points.length);

/** How many there are, and of how many: `3 of 57 candidates`. */
export function foundWords(shown: number, before: number): string {
  if (shown >= before) return `${count(shown)} found`;
  return `${count(shown)} of ${count(before)} candidates`;
}

/** A number on a slider, with the digits of its step. */
export function sliderWords(value: number, step: number): string {
  const digits = Math.max(0, Math.min(4, Math.ceil(-Math.log10(step))));
  return value.toFixed(digits);
}

/** A share of the picture. */
export const shareWords = (share: number): string => percent(share);

/** A range with its unit: `0.4 … 7.1 m`. */
export function rangeWords(low: number | null, high: number | null, unit: string | null): string {
  if (low === null || high === null) return '';
  return `${short(low, 3)} … ${short(high, 3)}${unit ? ` ${unit}` : ''}`;
}
