/** What each node of the run shown takes: measured by the server when it is first wanted. */
import { computed, signal } from '@preact/signals';
import { decode, tensor } from '../client/blob';
import { bytes } from '../client/keys';
import { following, trace } from './store';

interface Times {
  readonly trace: number;
  /** Of each node, NaN where it is not known; null where they cannot be had. */
  readonly seconds: Float64Array | null;
}

const times = signal<Times | null>(null);
let asked = -1;

async function fetchTimes(run: number, failed: (problem: unknown) => void): Promise<void> {
  let seconds: Float64Array | null = null;
  try {
    seconds = tensor(decode(await bytes(`/t/${run}/times`)), 'seconds').data as Float64Array;
  } catch (problem) {
    if (asked === run) failed(problem);
  }
  // An answer about a run that is no longer shown comes too late.
  if (asked === run) times.value = { trace: run, seconds };
}

/** Seconds of each node in the run shown; null where nothing was run, and until they have come. */
export function timesNow(failed: (problem: unknown) => void): Float64Array | null {
  const run = trace.value?.id ?? -1;
  // Frames that follow one another leave no time to be measured.
  if (run >= 0 && asked !== run && !following.value) {
    asked = run;
    void fetchTimes(run, failed);
  }
  return times.value?.trace === run ? times.value.seconds : null;
}

/** Lets those of a run be asked for again that could not be had. */
export function askAgain(): void {
  if (times.peek()?.seconds === null) asked = -1;
}

/** Whether those of the run shown have not come, if they were asked for. */
export const timesAwaited = computed(
  () => trace.value !== null && times.value?.trace !== trace.value.id,
);
