/** The answer as it is shown: scores from raw values, and class names. */
import type { AnswerDoc, SettingsDoc } from '../client/documents';
import type { AnswerMode } from './store';

/** What is shown of one class. */
export interface Shown {
  readonly index: number;
  readonly label: string | null;
  /** Null where the value is no number. */
  readonly score: number | null;
}

/** A softmax over the finite values, safe for large ones; null where a value is none. */
function softmax(values: readonly (number | null)[]): (number | null)[] {
  const finite = values.filter((v): v is number => v !== null && Number.isFinite(v));
  if (finite.length < values.length) return values.map(() => null);
  const most = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = finite.map((v) => Math.exp(v - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((p) => p / sum);
}

const sigmoid = (v: number | null): number | null => (v === null ? null : 1 / (1 + Math.exp(-v)));

/** Scores of all classes in a mode, from the values that the model gave. */
export function scores(values: readonly (number | null)[], mode: AnswerMode): (number | null)[] {
  if (mode === 'softmax') return softmax(values);
  return mode === 'sigmoid' ? values.map(sigmoid) : [...values];
}

/** What a model gives as probabilities is shown as it is: a second softmax would say nothing. */
export function modeOf(answer: AnswerDoc, chosen: AnswerMode): AnswerMode {
  return answer.raw ? chosen : 'raw';
}

/** A class's name: what is set for the model wins over what the run came with. */
export function labelOf(
  index: number,
  own: string | null,
  settings: SettingsDoc | null,
): string | null {
  return settings ? (settings.labels?.[index] ?? null) : own;
}

/** The best classes, best first. */
export function best(
  answer: AnswerDoc,
  chosen: AnswerMode,
  settings: SettingsDoc | null,
  most = 5,
): Shown[] {
  const shown = scores(
    answer.classes.map((one) => one.value),
    modeOf(answer, chosen),
  );
  const places = new Map(answer.classes.map((one, place) => [one.index, place]));
  return answer.top.slice(0, most).map((index) => {
    const place = places.get(index) ?? index;
    const label = labelOf(index, answer.classes[place]?.label ?? null, settings);
    return { index, label, score: shown[place] ?? null };
  });
}

/** A class's number, and its name where it has one. */
export const className = (one: {
  readonly index: number;
  readonly label: string | null;
}): string => (one.label === null ? String(one.index) : `${one.index} ${one.label}`);

/** Whether the scores of a mode are shares of one. */
export const areShares = (answer: AnswerDoc, chosen: AnswerMode): boolean =>
  modeOf(answer, chosen) !== 'raw' || !answer.raw;

/** How long the bars are, from 0 to 1: shares as they are, raw values from the least to the best. */
export function lengths(shown: readonly Shown[], shares: boolean): number[] {
  if (shares) return shown.map((one) => Math.min(1, Math.max(0, one.score ?? 0)));
  const numbers = shown.map((one) => one.score ?? 0).filter(Number.isFinite);
  const low = Math.min(0, ...numbers);
  const high = Math.max(0, ...numbers);
  return shown.map((one) => (high > low ? ((one.score ?? low) - low) / (high - low) : 0));
}
