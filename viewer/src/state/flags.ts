/** What is known of all values of a run at once: what is wrong with them, and their shapes. */
import { signal } from '@preact/signals';
import { decode, type Numbers, tensor } from '../client/blob';
import { bytes } from '../client/keys';

export interface RunFlags {
  readonly trace: number;
  /** `FLAGS` of every value, by value id. */
  readonly flags: Uint8Array;
  /** Shapes as they were run, by value id; empty where the server does not send them. */
  readonly shapes: ReadonlyMap<number, readonly number[]>;
}

/** Those of the run that was asked for last. */
export const runFlags = signal<RunFlags | null>(null);
let under: { readonly trace: number; readonly answer: Promise<RunFlags> } | null = null;

/** Shapes laid end to end: those of value i from `at[i]` to `at[i + 1]`. */
function shapesOf(values: Numbers, lengths: Numbers, at: Numbers): RunFlags['shapes'] {
  const shapes = new Map<number, readonly number[]>();
  values.forEach((value, i) => {
    shapes.set(value, Array.from(lengths.subarray(at[i], at[i + 1])));
  });
  return shapes;
}

async function ask(trace: number, count: number): Promise<RunFlags> {
  const blob = decode(await bytes(`/t/${trace}/flags`));
  const [values, flags] = [tensor(blob, 'values').data, tensor(blob, 'flags').data];
  const spread = new Uint8Array(count);
  values.forEach((value, i) => {
    spread[value] = flags[i] ?? 0;
  });
  const [lengths, at] = [blob.tensors.get('lengths'), blob.tensors.get('lengths_at')];
  const shapes = lengths && at ? shapesOf(values, lengths.data, at.data) : new Map();
  return { trace, flags: spread, shapes };
}

/** What is known of all values of a run; rejects where the server does not say. */
export async function flagsOf(trace: number, valueCount: number): Promise<RunFlags> {
  if (under?.trace !== trace) {
    const answer = ask(trace, valueCount);
    under = { trace, answer };
    // What failed may be asked again.
    answer.catch(() => {
      under = under?.answer === answer ? null : under;
    });
  }
  const known = await under.answer;
  if (runFlags.peek()?.trace !== trace) runFlags.value = known;
  return known;
}
