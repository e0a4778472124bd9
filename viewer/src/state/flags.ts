/** What is wrong with the values of a run: flags of each, fetched once when asked for. */
import { signal } from '@preact/signals';
import { decode, tensor } from '../client/blob';
import { bytes } from '../client/keys';

export interface RunFlags {
  readonly trace: number;
  /** `FLAGS` of every value, by value id. */
  readonly flags: Uint8Array;
}

/** Those of the run that was asked for last. */
export const runFlags = signal<RunFlags | null>(null);
let under: { readonly trace: number; readonly answer: Promise<RunFlags> } | null = null;

async function ask(trace: number, count: number): Promise<RunFlags> {
  const blob = decode(await bytes(`/t/${trace}/flags`));
  const [values, flags] = [tensor(blob, 'values').data, tensor(blob, 'flags').data];
  const spread = new Uint8Array(count);
  values.forEach((value, i) => {
    spread[value] = flags[i] ?? 0;
  });
  return { trace, flags: spread };
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
