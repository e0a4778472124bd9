/** What is wrong with the values of a run: one number of flags for each, fetched once when asked for. */
import { signal } from '@preact/signals';
import { decode, tensor } from '../client/blob';
import { bytes } from '../client/keys';

/** The flags of a run, by value id. */
export interface RunFlags {
  readonly trace: number;
  readonly flags: Uint8Array;
}

/** Those of the run that was asked for last. */
export const runFlags = signal<RunFlags | null>(null);
let under: { readonly trace: number; readonly answer: Promise<Uint8Array> } | null = null;

async function ask(trace: number, count: number): Promise<Uint8Array> {
  const blob = decode(await bytes(`/t/${trace}/flags`));
  const [values, flags] = [tensor(blob, 'values').data, tensor(blob, 'flags').data];
  const spread = new Uint8Array(count);
  values.forEach((value, i) => {
    spread[value] = flags[i] ?? 0;
  });
  return spread;
}

/** The flags of all values of a run; rejects where the server has none. */
export async function flagsOf(trace: number, valueCount: number): Promise<Uint8Array> {
  if (under?.trace !== trace) {
    const answer = ask(trace, valueCount);
    under = { trace, answer };
    // What failed may be asked again.
    answer.catch(() => {
      under = under?.answer === answer ? null : under;
    });
  }
  const flags = await under.answer;
  if (runFlags.peek()?.trace !== trace) runFlags.value = { trace, flags };
  return flags;
}
