/** What the outputs say of the item of a batch that is shown: the same readings, of its numbers. */
import { computed, effect, signal } from '@preact/signals';
import type { AnswerDoc } from '../client/documents';
import { json } from '../client/keys';
import type { ClassesDoc, ReadingDoc } from '../client/readings';
import { batchSize, item } from './batch';
import { trace } from './store';

interface OfItem {
  /** Which run, which readings of it, and which item. */
  readonly sign: string;
  readonly readings: readonly ReadingDoc[];
  readonly answer: AnswerDoc | null;
}

const told = signal<OfItem | null>(null);

/** The words of a reading's key that ask for the item shown; empty for the first. */
export const itemWord = computed(() =>
  batchSize.value > 1 && item.value > 0 ? `batch=${item.value}` : '',
);

const sign = computed(() => {
  const run = trace.value;
  if (run?.state !== 'done' || !itemWord.value) return '';
  return `${run.id} ${run.readings.map(({ id }) => id).join()} ${itemWord.value}`;
});

/** What is shown: until the item's own has come, that of the item before it. */
const now = computed((): Omit<OfItem, 'sign'> => {
  const run = trace.value;
  const first = { readings: run?.readings ?? [], answer: run?.answer ?? null };
  const held = told.value;
  // The run and its readings; which item it is comes last.
  const [number, ids] = sign.value.split(' ');
  const same = number !== '' && held?.sign.startsWith(`${number} ${ids} `);
  return held && same ? held : first;
});

/** The readings of the run shown, of its item. */
export const itemReadings = computed(() => now.value.readings);
/** The class vector of the run shown, of its item. */
export const itemAnswer = computed(() => now.value.answer);

/** Changes when answers of another item have come. */
export const itemCame = computed(() => told.value?.sign ?? '');

async function ask(mine: string): Promise<void> {
  const run = trace.peek();
  if (!run) return;
  const word = itemWord.peek();
  const vector = run.readings.find(({ values }) => values[0] === run.answer?.value);
  const key = (one: ReadingDoc, tail = '') => `/t/${run.id}/reading/${one.id}${tail}?${word}`;
  try {
    const [readings, content] = await Promise.all([
      Promise.all(run.readings.map((one) => json<ReadingDoc>(key(one, '/item')))),
      run.answer && vector?.kind === 'classes' ? json<ClassesDoc>(key(vector)) : null,
    ]);
    if (sign.peek() !== mine) return;
    const answer = content && run.answer && { ...content, value: run.answer.value };
    told.value = { sign: mine, readings, answer };
  } catch {
    // The run may be gone; what is shown stays that of the item before.
  }
}

effect(() => {
  if (sign.value) void ask(sign.value);
});
