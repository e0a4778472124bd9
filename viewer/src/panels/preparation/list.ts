/** The list of steps while it is edited: changed, moved, added, taken out. Pure. */
import type { Step } from '../../client/documents';
import type { Catalogue, StepKind } from '../../state/preparing';

/** A step with one parameter changed, or without it: what the user has chosen is no guess. */
export function changed(step: Step, name: string, value: unknown): Step {
  const { guessed, why, ...rest } = step;
  if (value === undefined) delete rest[name];
  else rest[name] = value;
  return rest;
}

export const replaced = (steps: readonly Step[], at: number, step: Step): Step[] =>
  steps.map((one, i) => (i === at ? step : one));

export const without = (steps: readonly Step[], at: number): Step[] =>
  steps.filter((_, i) => i !== at);

/** A step brought one place up (-1) or down (1); the list as it was where there is no place. */
export function moved(steps: readonly Step[], at: number, by: 1 | -1): Step[] {
  const to = at + by;
  const [one, other] = [steps[at], steps[to]];
  if (!one || !other) return [...steps];
  return steps.map((step, i) => (i === at ? other : i === to ? one : step));
}

/** A new step of a kind, as its parameters begin. */
export function begun(kind: StepKind): Step {
  const step: Step = { step: kind.name };
  for (const { name, start } of kind.parameters) {
    if (start !== null && start !== undefined) step[name] = start;
  }
  return step;
}

/** Where a new step of a kind belongs: behind all that must come before it. */
export function placeFor(steps: readonly Step[], kind: StepKind, all: Catalogue): number {
  const places = new Map(all.kinds.map((one) => [one.name, one.place]));
  const last = steps.findLastIndex((one) => (places.get(one.step) ?? 0) <= kind.place);
  return last + 1;
}

export const added = (steps: readonly Step[], kind: StepKind, all: Catalogue): Step[] => {
  const at = placeFor(steps, kind, all);
  return [...steps.slice(0, at), begun(kind), ...steps.slice(at)];
};

/** What was typed as numbers with commas between; the text where it is none, so that it is told. */
export function numbersIn(text: string): number[] | string {
  const numbers = text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(Number);
  return numbers.length > 0 && numbers.every(Number.isFinite) ? numbers : text;
}

/** The steps in a file's text: a bare list, or what is kept beside a model; null where there are none. */
export function stepsIn(text: string): Step[] | null {
  const held = JSON.parse(text) as unknown;
  const list = Array.isArray(held) ? held : (held as { preparation?: unknown } | null)?.preparation;
  return Array.isArray(list) ? (list as Step[]) : null;
}
