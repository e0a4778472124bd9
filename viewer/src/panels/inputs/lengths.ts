/** The inputs of the network, their lengths in words and as they may be typed. Pure. */
import type { GivenDoc } from '../../client/documents';
import type { Dim, Graph } from '../../client/graph';

/** One axis of an input. */
export interface Axis {
  /** Such as `height`, `sequence`, `axis 2`. */
  readonly name: string;
  /** Its length in the last run; null where none is known. */
  readonly length: number | null;
  /** Whether the model leaves it open. */
  readonly free: boolean;
  /** The length that the user chose. */
  readonly chosen: number | null;
  /** What the file calls it: axes of one symbol have one length. */
  readonly symbol: string | null;
}

export interface Input {
  readonly value: number;
  readonly name: string;
  readonly dtype: string;
  readonly axes: readonly Axis[];
  /** What it was given in the last run; null where there was none. */
  readonly doc: GivenDoc | null;
}

const NAMES: Readonly<Record<string, string>> = {
  N: 'batch',
  C: 'channels',
  H: 'height',
  W: 'width',
  D: 'depth',
  T: 'time',
};

const isFree = (length: Dim | undefined): boolean => typeof length !== 'number' || length < 0;

/** Symbols that a converter made up say nothing: `unk__3`, `dynamic_axes_1`, `s77`. */
const SAYING = /^[a-z]{3,}(?:[_ ][a-z]{2,})*$/i;
const MADE_UP = /unk|dynamic|dim/i;

/** What an axis is called: as the file calls it, else by its letter, else by its place. */
function nameOf(letter: string | undefined, declared: Dim | undefined, at: number): string {
  if (typeof declared === 'string' && SAYING.test(declared) && !MADE_UP.test(declared)) {
    return declared.replaceAll('_', ' ');
  }
  const said = letter && NAMES[letter];
  return said || (typeof declared === 'string' && declared ? declared : `axis ${at}`);
}

function inputOf(graph: Graph, id: number, doc: GivenDoc | null): Input {
  const value = graph.value(id);
  const declared = graph.declaredOf(id);
  const shape: readonly Dim[] = declared ?? doc?.shape ?? [];
  const letters = value?.axes?.length === shape.length ? value.axes : null;
  const axes = shape.map((_, at): Axis => {
    const stated = declared?.[at];
    return {
      name: nameOf(letters?.[at], stated, at),
      length: doc?.shape[at] ?? (typeof stated === 'number' && stated >= 0 ? stated : null),
      free: declared !== null && isFree(stated),
      chosen: doc?.chosen[at] ?? null,
      symbol: typeof stated === 'string' && stated ? stated : null,
    };
  });
  return {
    value: id,
    name: graph.valueName(id),
    dtype: doc?.dtype ?? value?.dtype ?? 'unknown type',
    axes,
    doc,
  };
}

/** All inputs in the model's order, with what the run gave them. */
export function inputsOf(graph: Graph, run: readonly GivenDoc[]): Input[] {
  return graph.inputs.map((id) => inputOf(graph, id, run.find((one) => one.value === id) ?? null));
}

/** `batch 1 (free), channels 3, height 224 (free), width 224 (chosen)`. */
export function lengthWords(axes: readonly Axis[]): string {
  if (axes.length === 0) return 'one number';
  return axes
    .map(({ name, length, free, chosen }) => {
      const state = !free ? '' : chosen === null ? ' (free)' : ' (chosen)';
      return `${name} ${length ?? '?'}${state}`;
    })
    .join(', ');
}

/** What was typed into the field of an axis: nothing leaves it free. */
export type Typed = ReadonlyMap<string, string>;
export const fieldOf = (input: Input, at: number): string => `${input.name} ${at}`;

/** What was typed for each symbol, whichever input it was typed at. */
function typedSymbols(inputs: readonly Input[], typed: Typed): Map<string, string> {
  const found = new Map<string, string>();
  for (const input of inputs) {
    for (const [at, axis] of input.axes.entries()) {
      const said = typed.get(fieldOf(input, at));
      if (axis.free && axis.symbol && said !== undefined) found.set(axis.symbol, said);
    }
  }
  return found;
}

/**
 * The lengths to run with; an axis whose symbol was typed elsewhere follows it.
 *
 * @returns a sentence where something typed is no length.
 */
export function shapesOf(
  inputs: readonly Input[],
  typed: Typed,
): Record<string, (number | null)[]> | string {
  const symbols = typedSymbols(inputs, typed);
  const textOf = (input: Input, axis: Axis, at: number): string => {
    const own = typed.get(fieldOf(input, at)) ?? symbols.get(axis.symbol ?? '');
    return axis.free ? (own ?? String(axis.chosen ?? '')).trim() : '';
  };
  const shapes: Record<string, (number | null)[]> = {};
  for (const input of inputs) {
    const texts = input.axes.map((axis, at) => textOf(input, axis, at));
    const wrong = texts.findIndex((text) => text !== '' && !/^[1-9]\d{0,8}$/.test(text));
    if (wrong >= 0) {
      return `A length is a whole number from 1; ${input.axes[wrong]?.name} of ${input.name} was ${texts[wrong]}: type another, or nothing to leave it free.`;
    }
    const lengths = texts.map((text) => (text === '' ? null : Number(text)));
    if (lengths.some((length) => length !== null)) shapes[input.name] = lengths;
  }
  return shapes;
}
