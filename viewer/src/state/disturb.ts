/** Disturbances of the input: what is set, the steps that it comes to, and the runs that follow live. */
import { computed, effect, signal } from '@preact/signals';
import type { AnswerDoc, Step, TraceDoc } from '../client/documents';
import { currentSource, run } from './actions';
import { disturbed, type Levels, OURS, type Shape, STILL } from './disturbing';
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

let wanted: Step[] | null = null;
let under = false;
/** What was asked for last, so that its own run does not count as another input. */
let ours = '';

/** Carries out one run; whoever knows a faster way puts it here. */
export const sender: { send: (steps: Step[]) => Promise<void> } = {
  send: (steps) => run(currentSource(), steps),
};

/** Runs the newest wish; while one is under way, what is older than the newest is dropped. */
async function follow(): Promise<void> {
  if (under) return;
  under = true;
  try {
    while (wanted) {
      const steps = wanted;
      wanted = null;
      await sender.send(steps);
    }
  } finally {
    under = false;
  }
}

function ask(): void {
  const now = base.value;
  if (!now) return;
  wanted = disturbed(now.steps, levels.value, shapes.value, paint.value);
  ours = JSON.stringify(wanted);
  void follow();
}

export function setLevel(name: keyof Levels, value: number): void {
  levels.value = { ...levels.value, [name]: value };
  ask();
}

export function setShapes(next: readonly Shape[]): void {
  shapes.value = next;
  ask();
}

export function setPaint(colour: number): void {
  paint.value = colour;
  if (shapes.value.length > 0) ask();
}

function still(): void {
  levels.value = STILL;
  shapes.value = [];
}

/** Undoes all disturbances, and runs the input as it was. */
export function reset(): void {
  if (!isDisturbed.value) return;
  still();
  ask();
}

export function toggleDisturbing(): void {
  if (disturbing.value) reset();
  disturbing.value = !disturbing.value;
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
  const same = now?.name === doc.input?.name && JSON.stringify(doc.preparation) === ours;
  if (now && (same || under)) return;
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
