/** The settings of a reading as fields of a form. Pure. */
import type { ReadingKind } from '../../client/readings';

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
  | { readonly name: string; readonly what: 'words'; readonly value: string };

type Settings = Readonly<Record<string, unknown>>;

/** Settings that name an output, by the kinds that have them: what a new correction starts with. */
const ROLES: Readonly<Partial<Record<ReadingKind, readonly string[]>>> = {
  boxes: ['boxes', 'scores', 'classes', 'points'],
};
const ROLE_NAMES = new Set([
  'output',
  'boxes',
  'scores',
  'classes',
  'points',
  'landmarks',
  'masks',
  'objectness',
  'count',
  'labels',
  'heatmaps',
  'prototypes',
  'logits',
]);

/** Settings with a few values, all that are known; the one in use is among them anyway. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  activation: ['auto', 'none', 'softmax', 'sigmoid'],
  units: ['pixels', 'shares'],
};

/** Settings that are not for a form: lists, names of things. */
const HIDDEN = new Set(['thing', 'things', 'skeleton', 'names']);

function fieldOf(name: string, value: unknown, outputs: readonly OutputChoice[]): Field | null {
  if (HIDDEN.has(name)) return null;
  const role = ROLE_NAMES.has(name) && (value === null || typeof value === 'number');
  if (role && (value === null || outputs.some((one) => one.value === value))) {
    return { name, what: 'output', value: value as number | null };
  }
  if (typeof value === 'boolean') return { name, what: 'flag', value };
  if (typeof value === 'number' || value === null) {
    return { name, what: 'number', value: value as number | null };
  }
  if (typeof value !== 'string') return null;
  const choices = CHOICES[name];
  if (!choices) return { name, what: 'words', value };
  return { name, what: 'choice', value, choices: [...new Set([...choices, value])] };
}

/** Fields for what a reading has in use, roles first. */
export function fieldsOf(settings: Settings, outputs: readonly OutputChoice[]): Field[] {
  const fields = Object.entries(settings)
    .map(([name, value]) => fieldOf(name, value, outputs))
    .filter((one): one is Field => one !== null);
  const order = { output: 0, choice: 1, words: 2, number: 3, flag: 4 } as const;
  return fields.sort((a, b) => order[a.what] - order[b.what]);
}

/**
 * What a correction to another kind begins with: a first guess of who plays which role.
 *
 * @param outputs those that are ticked, in the model's order.
 */
export function settingsFor(kind: ReadingKind, outputs: readonly OutputChoice[]): Settings {
  const roles = ROLES[kind];
  if (!roles || outputs.length < 2) return outputs[0] ? { output: outputs[0].value } : {};
  const named = (role: string) =>
    outputs.find(({ words }) => words.toLowerCase().includes(role.slice(0, -1)))?.value;
  const first = outputs.map(({ value }) => value);
  return {
    boxes: named('boxes') ?? first[0],
    scores: named('scores') ?? first[1],
  };
}

/** The values that a correction is about: those in roles, else all that are ticked. */
export function valuesOf(settings: Settings, ticked: readonly number[]): number[] {
  const used = Object.entries(settings)
    .filter(([name, value]) => ROLE_NAMES.has(name) && typeof value === 'number')
    .map(([, value]) => value as number)
    .filter((value) => ticked.includes(value));
  return used.length > 0 ? [...new Set(used)] : [...ticked];
}
