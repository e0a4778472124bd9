/** The settings of a reading as fields of a form. Pure. */
import type { ReadingKind } from '../../client/readings';
import { isNumbers, type Numbers } from './lists';

/** One output that may play a role. */
export interface OutputChoice {
  readonly value: number;
  readonly words: string;
}

export type Field =
  | { readonly name: string; readonly what: 'output'; readonly value: number | null }
  | {
      readonly name: string;
      readonly what: 'choice';
      readonly value: string;
      readonly choices: readonly string[];
    }
  | { readonly name: string; readonly what: 'flag'; readonly value: boolean }
  | { readonly name: string; readonly what: 'number'; readonly value: number | null }
  | { readonly name: string; readonly what: 'words'; readonly value: string }
  | { readonly name: string; readonly what: 'list'; readonly value: Numbers };

type Settings = Readonly<Record<string, unknown>>;

/** Settings that name an output. */
const ROLES = new Set([
  'output',
  'boxes',
  'scores',
  'classes',
  'count',
  'points_output',
  'heat',
  'sizes',
  'offsets',
  'landmarks',
]);

type Choices = Readonly<Record<string, readonly string[]>>;

/** Settings with a few values; the one in use is among them anyway. */
const CHOICES: Choices = {
  activation: ['auto', 'none', 'softmax', 'sigmoid'],
  units: ['unit', 'pixels'],
  order: ['first', 'last', 'none'],
  near: ['high', 'low'],
  third: ['score', 'depth'],
  formula: ['v2', 'v3', 'v5'],
};
const FORMS: Choices = {
  boxes: ['corners', 'yxyx', 'center', 'size', 'prior'],
  masks: ['scores', 'numbers', 'matte'],
  text: ['next', 'each', 'ids', 'ctc'],
  numbers: ['plain', 'rebuilt'],
};

/** What follows from the layout, and what is no number, word or output. */
const HIDDEN = new Set([
  'layout',
  'strides',
  'heads',
  'outputs',
  'thing',
  'things',
  'names',
  'labels',
]);

/** What the settings are called in the form, where their own name says too little. */
const WORDS: Readonly<Record<string, string>> = {
  form: 'form of a box',
  several: 'several at once',
  luma: 'brightness alone',
  y_first: 'y before x',
  score: 'least score',
  points_output: 'points',
  order: 'axis of channels',
  near: 'near is',
  background: 'background class',
  range: 'black and white',
};

export const fieldWords = (name: string, kind: ReadingKind): string =>
  name === 'form' && kind !== 'boxes' ? 'form' : (WORDS[name] ?? name.replaceAll('_', ' '));

function fieldOf(
  name: string,
  value: unknown,
  kind: ReadingKind,
  outputs: readonly OutputChoice[],
): Field | null {
  if (HIDDEN.has(name)) return null;
  const role = ROLES.has(name) && (value === null || typeof value === 'number');
  if (role && (value === null || outputs.some((one) => one.value === value))) {
    return { name, what: 'output', value: value as number | null };
  }
  if (typeof value === 'boolean') return { name, what: 'flag', value };
  if (typeof value === 'number' || value === null) {
    return { name, what: 'number', value: value as number | null };
  }
  if (isNumbers(value)) return { name, what: 'list', value };
  if (typeof value !== 'string') return null;
  const choices = name === 'form' ? FORMS[kind] : CHOICES[name];
  if (!choices) return { name, what: 'words', value };
  return { name, what: 'choice', value, choices: [...new Set([...choices, value])] };
}

/** Fields for what a reading has in use, roles first. */
export function fieldsOf(
  settings: Settings,
  kind: ReadingKind,
  outputs: readonly OutputChoice[],
): Field[] {
  const fields = Object.entries(settings)
    .map(([name, value]) => fieldOf(name, value, kind, outputs))
    .filter((one): one is Field => one !== null);
  const order = { output: 0, choice: 1, words: 2, list: 3, number: 4, flag: 5 } as const;
  return fields.sort((a, b) => order[a.what] - order[b.what]);
}

/** The values that a correction is about: those in roles, else all that are ticked. */
export function valuesOf(settings: Settings, ticked: readonly number[]): number[] {
  const used = Object.entries(settings)
    .filter(([name, value]) => ROLES.has(name) && typeof value === 'number')
    .map(([, value]) => value as number)
    .filter((value) => ticked.includes(value));
  return used.length > 0 ? [...new Set(used)] : [...ticked];
}
