/** Settings that are lists of numbers, as text and back. Pure. */

/** Numbers, or lists of such lists: a range, the anchors of each scale. */
export type Numbers = readonly (number | Numbers)[];

export const isNumbers = (value: unknown): value is Numbers =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((one) => typeof one === 'number' || isNumbers(one));

const depth = (value: Numbers): number => {
  const [first] = value;
  return typeof first === 'number' || first === undefined ? 1 : 1 + depth(first);
};

/** As it is typed: a pair as `10 x 13`, pairs behind commas, each scale on a line of its own. */
export function listText(value: Numbers): string {
  const join = { 1: ', ', 2: ', ', 3: '\n' }[depth(value)] ?? '\n';
  return value
    .map((one) => {
      if (typeof one === 'number') return String(one);
      return depth(one) === 1 ? one.join(' x ') : listText(one);
    })
    .join(join);
}

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** The numbers of a line, whatever stands between them; a word where something is none. */
function numbersIn(line: string): number[] | string {
  const words = line.split(/[\s,;×x()[\]]+/i).filter(Boolean);
  const wrong = words.find((word) => !NUMBER.test(word));
  return wrong ?? words.map(Number);
}

/** So many in a row together. */
const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
    all.slice(i * size, (i + 1) * size),
  );

/**
 * What was typed, nested as the list in use is; a sentence where it is no such list.
 *
 * All scales may stand in one line, as files of weights have them: they are shared out evenly.
 */
export function parseList(text: string, like: Numbers): Numbers | string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const read = lines.map(numbersIn);
  const wrong = read.find((one) => typeof one === 'string');
  if (wrong !== undefined)
    return `Numbers are wanted here; ${wrong} is none: type them as ${sample(like)}.`;
  const rows = read as number[][];
  const all = rows.flat();
  if (depth(like) === 1) {
    if (all.length === like.length) return all;
    return `${like.length} numbers are wanted here, ${all.length} were typed: type them as ${sample(like)}.`;
  }
  const scales = depth(like) === 2 ? 1 : like.length;
  const shared =
    rows.length === 1 && scales > 1 && all.length > 0 && all.length % (2 * scales) === 0
      ? chunks(all, all.length / scales)
      : rows;
  if (shared.length !== scales) {
    return `${scales} lines are wanted here, one for each scale; ${shared.length} were typed.`;
  }
  const odd = shared.findIndex((row) => row.length % 2 === 1);
  if (odd >= 0) {
    return `Line ${odd + 1} has ${shared[odd]?.length} numbers: pairs of width and height are wanted, such as 10 x 13.`;
  }
  const paired = shared.map((row) => chunks(row, 2));
  return depth(like) === 2 ? (paired[0] ?? []) : paired;
}

/** The beginning of what is in use, to be imitated. */
const sample = (like: Numbers): string => listText(like).split('\n')[0] ?? '';
