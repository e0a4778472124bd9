/** Disturbances of the input: what is set, the steps that it comes to, and the runs that follow live. */
import { computed, effect, signal } from '@preact/signals';
import type { AnswerDoc, Step, TraceDoc } from '../client/documents';
import { complain, currentSource, run } from './actions';
import { disturbed, type Levels, OURS, type Shape, STILL } from './disturbing';
import { askPlan, liveRun, plan, stopFollowing } from './live';
import { Newest } from './newest';
import * as s from './store';

export const disturbing = signal(false);
export const levels = signal<Levels>(STILL);
export const shapes = signal<readonly Shape[]>([]);
/** Of what is painted, 0 to 255. */
export const paint = signal(0);

/** The run that is disturbed: its preparation, and the answer that it gave. */
export const base = signal<{
  readonly name: string;
  readonly steps: readonly Step[];
  readonly answer: AnswerDoc | null;
} | null>(null);

/** Whether anything is disturbed. */
export const isDisturbed = computed(
  () =>
    shapes.value.length > 0 ||
    (Object.keys(STILL) as (keyof Levels)[]).some((name) => levels.value[name] !== STILL[name]),
);

/** How many are on their way. */
let under = 0;
/** What was asked for last, so that its own run does not count as another input. */
let ours = '';
/** Without a movement for so long the slider was let go, in milliseconds. */
const LET_GO = 600;
let letGo = 0;
/** A run that takes longer shows how far it is and can be cancelled, in seconds. */
const QUICK = 1;

/** The newest wish for a plain run: while one is under way, what is older is dropped. */
const plain = new Newest<Step[]>((steps) => run(currentSource(), steps), complain);

/** Carries a wish out; a newer one takes the place of one that waits. */
function carryOut(steps: Step[]): Promise<boolean> {
  if ((s.trace.peek()?.seconds ?? 0) > QUICK) {
    stopFollowing();
    return plain.push(() => steps);
  }
  const since = performance.now();
  return liveRun(() => ({ name: base.peek()?.name ?? '', input: currentSource(), since }), steps);
}

const isOurs = (doc: TraceDoc | null): boolean => JSON.stringify(doc?.preparation ?? null) === ours;

async function ask(): Promise<void> {
  const now = base.value;
  if (!now) return;
  const steps = disturbed(now.steps, levels.value, shapes.value, paint.value);
  ours = JSON.stringify(steps);
  clearTimeout(letGo);
  under += 1;
  try {
    await carryOut(steps);
  } finally {
    under -= 1;
  }
  if (under > 0) return;
  clearTimeout(letGo);
  // The last frame stays as any other run, unless something else is live by then.
  letGo = window.setTimeout(() => {
    if (isOurs(s.trace.peek())) stopFollowing();
  }, LET_GO);
}

export function setLevel(name: keyof Levels, value: number): void {
  levels.value = { ...levels.value, [name]: value };
  void ask();
}

export function setShapes(next: readonly Shape[]): void {
  shapes.value = next;
  void ask();
}

export function setPaint(colour: number): void {
  paint.value = colour;
  if (shapes.value.length > 0) void ask();
}

function still(): void {
  levels.value = STILL;
  shapes.value = [];
}

/** Undoes all disturbances, and runs the input as it was. */
export function reset(): void {
  if (!isDisturbed.value) return;
  still();
  void ask();
}

export function toggleDisturbing(): void {
  if (disturbing.value) reset();
  disturbing.value = !disturbing.value;
  // What the model sees is shown beside its name while it follows.
  if (disturbing.value && !plan.peek()) void askPlan().catch(complain);
}

const baseOf = (doc: TraceDoc): typeof base.value => ({
  name: doc.input?.name ?? '',
  steps: (doc.preparation as Step[]).filter((one) => !OURS.has(one.step)),
  answer: doc.answer,
});

// Another input, or another preparation, is a new base: nothing of the old disturbance is on it.
effect(() => {
  const doc = s.trace.value;
  if (!disturbing.value || !doc || doc.state !== 'done') return;
  const now = base.peek();
  const same = now?.name === doc.input?.name && isOurs(doc);
  if (now && (same || under > 0)) return;
  base.value = baseOf(doc);
  if (isDisturbed.peek()) still();
});

effect(() => {
  if (!disturbing.value || !s.opened.value) base.value = null;
});
effect(() => {
  void s.opened.value?.id;
  disturbing.value = false;
  still();
});
