/** The fields of the preparation editor, read from the steps and written back into them. */
import type { Step } from '../../client/documents';

/** What can be changed; null where the preparation has no such step. */
export interface Form {
  readonly colour: string | null;
  readonly invert: boolean;
  readonly resize: { readonly mode: string; readonly filter: string } | null;
  readonly range: { readonly low: number; readonly high: number } | null;
  /** As typed: one number, or one for each channel, with commas between. */
  readonly normalize: { readonly mean: string; readonly std: string } | null;
}

/** What ImageNet's networks were mostly trained with; a start for typing. */
export const IMAGENET = { mean: '0.485, 0.456, 0.406', std: '0.229, 0.224, 0.225' } as const;

const listed = (value: unknown): string =>
  (Array.isArray(value) ? value : [value]).map(String).join(', ');

/** The form that shows these steps. */
export function formOf(steps: readonly Step[]): Form {
  const one = (name: string) => steps.find((step) => step.step === name);
  const [colour, resize, range, normalize] = ['colour', 'resize', 'range', 'normalize'].map(one);
  return {
    colour: colour ? String(colour.to) : null,
    invert: one('invert') !== undefined,
    resize: resize ? { mode: String(resize.mode), filter: String(resize.filter) } : null,
    range: range ? { low: Number(range.low), high: Number(range.high) } : null,
    normalize: normalize ? { mean: listed(normalize.mean), std: listed(normalize.std) } : null,
  };
}

const numbersOf = (text: string): number[] =>
  text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(Number);

function wrongList(name: string, text: string, positive: boolean): string | null {
  const numbers = numbersOf(text);
  if (numbers.length === 0 || !numbers.every(Number.isFinite)) {
    return `${name}: one number, or one for each channel with commas between, such as 0.5, 0.5, 0.5`;
  }
  return positive && numbers.some((n) => n <= 0) ? `${name}: numbers above 0` : null;
}

/** What is wrong with the form, in one sentence; null where it can be applied. */
export function wrong(form: Form): string | null {
  const { range, normalize } = form;
  if (range && !(Number.isFinite(range.low) && Number.isFinite(range.high))) {
    return 'range: two numbers, such as 0 and 1';
  }
  if (range && range.low === range.high) return 'range: two numbers that differ';
  if (!normalize) return null;
  return wrongList('mean', normalize.mean, false) ?? wrongList('deviation', normalize.std, true);
}

/** The parameters that the form gives each of its steps; null where the step is not wanted. */
function wanted(form: Form): Record<string, Record<string, unknown> | null> {
  const { normalize } = form;
  return {
    colour: form.colour === null ? null : { to: form.colour },
    invert: form.invert ? {} : null,
    resize: form.resize && { ...form.resize },
    range: form.range && { ...form.range },
    normalize: normalize && { mean: numbersOf(normalize.mean), std: numbersOf(normalize.std) },
  };
}

/** The order in which steps are meant: later ones build on the earlier. */
const ORDER = ['decode', 'colour', 'invert', 'resize', 'range', 'normalize', 'layout', 'dtype'];

function changed(step: Step, parameters: Record<string, unknown>): Step {
  const same = Object.entries(parameters).every(
    ([name, value]) => listed(step[name]) === listed(value),
  );
  if (same) return step;
  // What the user has chosen is no guess any more.
  const { guessed, why, ...rest } = step;
  return { ...rest, ...parameters };
}

/** The steps with the form's choices; what the form does not show stays as it was. */
export function stepsOf(form: Form, before: readonly Step[]): Step[] {
  const choices = wanted(form);
  const steps = before.flatMap((step) => {
    if (!(step.step in choices)) return [step];
    const parameters = choices[step.step];
    delete choices[step.step];
    return parameters ? [changed(step, parameters)] : [];
  });
  for (const [name, parameters] of Object.entries(choices)) {
    if (parameters) insert(steps, { step: name, ...parameters });
  }
  return steps;
}

function insert(steps: Step[], step: Step): void {
  const rank = ORDER.indexOf(step.step);
  const after = steps.findLastIndex((one) => {
    const its = ORDER.indexOf(one.step);
    return its >= 0 && its < rank;
  });
  steps.splice(after + 1, 0, step);
}
