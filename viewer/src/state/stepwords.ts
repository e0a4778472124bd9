/** A preparation in words: one short phrase for each step. */
import type { Step } from '../client/documents';
import { short } from './numbers';

const COLOURS: Readonly<Record<string, string>> = { gray: 'grey', rgb: 'RGB', bgr: 'BGR' };
const RESIZES: Readonly<Record<string, string>> = {
  stretch: 'resize',
  crop: 'crop to',
  letterbox: 'letterbox',
};

const text = (value: unknown): string => (value === undefined ? '' : String(value));

/** `0.5` where all are the same, else all of them. */
function each(values: unknown): string {
  const list = (Array.isArray(values) ? values : [values]).map((one) => short(Number(one)));
  return new Set(list).size === 1 ? (list[0] ?? '') : list.join(', ');
}

const WORDS: Readonly<Record<string, (step: Step) => string>> = {
  colour: (s) => COLOURS[text(s.to)] ?? `colour ${text(s.to)}`,
  invert: () => 'inverted',
  resize: (s) =>
    `${RESIZES[text(s.mode)] ?? text(s.mode)} ${text(s.width)} × ${text(s.height)} ${text(s.filter)}`.trim(),
  range: (s) => `range ${short(Number(s.low))}..${short(Number(s.high))}`,
  mono: (s) => (s.which === 'mean' ? 'mono' : `${text(s.which)} channel`),
  resample: (s) => `${short(Number(s.rate))} Hz`,
  window: (s) => `${short(Number(s.samples))} samples from ${short(Number(s.start))}`,
  level: (s) => `level ${short(Number(s.low))}..${short(Number(s.high))}`,
  tokenize: (s) => (s.special === 'added' ? 'tokens' : 'tokens, none added'),
  length: (s) => `${short(Number(s.tokens))} tokens`,
  normalize: (s) => `mean ${each(s.mean)} · std ${each(s.std)}`,
};

const OWN = new Set(['step', 'guessed', 'why']);

/** Steps that say all by one parameter, such as a layout, or that the page does not know. */
function anyStep(step: Step): string {
  const rest = Object.entries(step).filter(([name]) => !OWN.has(name));
  const [only] = rest;
  if (rest.length === 1 && only && typeof only[1] === 'string') return only[1];
  const said = rest.map(([name, value]) => `${name} ${text(value)}`).join(', ');
  return said ? `${step.step}: ${said}` : step.step;
}

/** A step as a chip says it: `resize 28 × 28 bilinear`. */
export function stepWords(step: Step): string {
  return (WORDS[step.step] ?? anyStep)(step);
}

/** All that is known of a step: why it was chosen and what comes out of it. */
export function stepTitle(step: Step, stage: string | undefined): string {
  const why = step.why ? `${step.guessed ? 'Guessed: ' : ''}${step.why}` : '';
  return [why, stage ? `gives ${stage}` : ''].filter(Boolean).join('\n');
}

/** A step's name and parameters, whoever chose them. */
function plain(step: Step): string {
  const own = Object.entries(step).filter(([name]) => name !== 'guessed' && name !== 'why');
  return JSON.stringify(own.sort(([a], [b]) => a.localeCompare(b)));
}

/** Whether two preparations do the same. */
export function sameSteps(a: readonly Step[], b: readonly Step[]): boolean {
  return a.length === b.length && a.every((step, i) => plain(step) === plain(b[i] as Step));
}

/** Steps that a user has taken: those that differ from before are no guess any more. */
export function takenSteps(steps: readonly Step[], before: readonly Step[]): Step[] {
  const known = new Set(before.map(plain));
  return steps.map((step) => {
    if (known.has(plain(step))) return step;
    const { guessed, why, ...chosen } = step;
    return chosen;
  });
}
