/** What the outputs mean: the reading that is shown, its sliders, and what the server says of it. */
import { batch, computed, effect, signal } from '@preact/signals';
import { json } from '../client/keys';
import type { ContentDoc, ReadingDoc } from '../client/readings';
import { itemReadings, itemWord } from './itemanswers';
import { lecture, opened, trace } from './store';

/** What was said of a reading of one run. */
export interface Seen {
  readonly key: string;
  readonly trace: number;
  readonly model: number;
  /** Width and height of what was fed, where it is a picture. */
  readonly fed: readonly [number, number] | null;
  readonly reading: ReadingDoc;
  readonly content: ContentDoc;
}

/** The readings of the run shown; of a batch those of the item shown. */
export const readings = itemReadings;

/** Which of several readings is shown, by its place. */
export const place = signal(0);

/** The reading that is shown; null where the run has none. */
export const reading = computed(
  (): ReadingDoc | null => readings.value[place.value] ?? readings.value[0] ?? null,
);

/** The colour table of a depth. */
export const fieldTable = signal('inferno');

/** Whether the answer is open over the stage. */
export const answerOpen = signal(false);

/** Sliders that were moved, by the reading they belong to: they stay from run to run. */
const moved = signal<ReadonlyMap<string, Readonly<Record<string, number>>>>(new Map());

const lastingName = (one: ReadingDoc): string =>
  `${opened.value?.id} ${one.kind} ${one.values.join()}`;

/** Where a slider stands. */
export function sliderValue(one: ReadingDoc, name: string): number {
  const own = one.sliders.find((slider) => slider.name === name)?.value ?? 0;
  return moved.value.get(lastingName(one))?.[name] ?? own;
}

export function moveSlider(one: ReadingDoc, name: string, value: number): void {
  const key = lastingName(one);
  moved.value = new Map(moved.value).set(key, { ...moved.value.get(key), [name]: value });
}

/** Puts all sliders of a reading back. */
export function resetSliders(one: ReadingDoc): void {
  const next = new Map(moved.value);
  next.delete(lastingName(one));
  moved.value = next;
}

/** Sliders that do not stand where the reading has them. */
export const movedOf = (one: ReadingDoc): Readonly<Record<string, number>> =>
  Object.fromEntries(
    one.sliders
      .map(({ name, value }) => [name, sliderValue(one, name), value] as const)
      .filter(([, now, own]) => now !== own)
      .map(([name, now]) => [name, now]),
  );

/** The key of a reading; sliders that were moved are its query. */
export function readingKey(run: number, one: ReadingDoc, tail = '', more = ''): string {
  const words = Object.entries(movedOf(one)).map(
    ([name, value]) => `${encodeURIComponent(name)}=${value}`,
  );
  const query = [more, ...words].filter(Boolean).join('&');
  return `/t/${run}/reading/${one.id}${tail}${query && `?${query}`}`;
}

/** Another tail of the key of what is shown, such as its picture. */
export function tailOf(key: string, tail: string, more = ''): string {
  const [path = '', query = ''] = key.split('?');
  const words = [more, query].filter(Boolean).join('&');
  return `.${path}${tail}${words && `?${words}`}`;
}

/** What a reading's picture is asked with beside its sliders. */
export const pictureWords = ({ reading: { kind } }: Pick<Seen, 'reading'>): string =>
  kind === 'depth' ? `table=${encodeURIComponent(fieldTable.value)}` : '';

/** The newest that has come: of the run shown or, for a moment, of the one before it. */
export const seen = signal<Seen | null>(null);
/** The key that is waited for; empty where nothing is. */
export const awaited = signal('');
/** Why there is none, in the server's words. */
export const unread = signal('');

/** Answers that are kept: moving a slider back asks nothing. */
const MOST = 64;
const kept = new Map<string, Seen>();

function keep(one: Seen): void {
  kept.set(one.key, one);
  for (const key of kept.keys()) {
    if (kept.size <= MOST) break;
    kept.delete(key);
  }
}

/** Kinds that the foot and the scene draw; the others are asked for when the answer is open. */
const DRAWN: ReadonlySet<string> = new Set([
  'boxes',
  'keypoints',
  'masks',
  'picture',
  'depth',
  'flow',
  'numbers',
  'text',
  'embedding',
  'sound',
]);

interface Wish {
  readonly key: string;
  readonly seen: Omit<Seen, 'content'>;
}

const wish = computed((): Wish | null => {
  const [run, one, model] = [trace.value, reading.value, opened.value];
  if (!run || !one || !model || run.state !== 'done') return null;
  const visible = answerOpen.value || (DRAWN.has(one.kind) && !lecture.value);
  if (!visible) return null;
  const key = readingKey(run.id, one, '', itemWord.value);
  const { width = null, height = null } = run.input ?? {};
  const fed = width === null || height === null ? null : ([width, height] as const);
  return { key, seen: { key, trace: run.id, model: model.id, fed, reading: one } };
});

/** Whether a question is under way: one at a time, the newest next. */
let asking = false;

async function follow(): Promise<void> {
  if (asking) return;
  asking = true;
  try {
    for (let now = wish.peek(); now && seen.peek()?.key !== now.key; now = wish.peek()) {
      const known = kept.get(now.key);
      if (known) {
        seen.value = known;
        continue;
      }
      awaited.value = now.key;
      if (!(await answered(now))) break;
    }
  } finally {
    asking = false;
    awaited.value = '';
  }
}

/** Asks for one; whether it is worth asking on. */
async function answered(now: Wish): Promise<boolean> {
  try {
    const content = await json<ContentDoc>(now.key);
    const one = { ...now.seen, content };
    keep(one);
    // While runs come faster than answers, the one before the newest is better than none.
    if (opened.peek()?.id !== one.model) return true;
    batch(() => {
      seen.value = one;
      unread.value = '';
    });
    return true;
  } catch (problem) {
    // The run may be gone: a live one is kept for moments.
    if (wish.peek()?.key !== now.key) return true;
    unread.value = problem instanceof Error ? problem.message : String(problem);
    return false;
  }
}

effect(() => {
  const now = wish.value;
  if (now) void follow();
});

effect(() => {
  // Another network, or none: nothing of the one before is shown.
  const id = opened.value?.id;
  batch(() => {
    if (seen.peek() && seen.peek()?.model !== id) seen.value = null;
    unread.value = '';
    place.value = 0;
    if (id === undefined) answerOpen.value = false;
  });
});

/** What was said of the reading that is shown now; what another kind was told is nothing to it. */
export function seenOf<T extends ContentDoc>(
  ...kinds: ReadingDoc['kind'][]
): (Seen & { content: T }) | null {
  const [now, one] = [seen.value, reading.value];
  if (!now || !one || !kinds.includes(now.reading.kind)) return null;
  const same = now.reading.kind === one.kind && now.reading.values.join() === one.values.join();
  return same ? (now as Seen & { content: T }) : null;
}

/** The reading that is shown in one line: as its sliders stand, once the server has said so. */
export const summary = computed((): string => {
  const [now, one] = [seen.value, reading.value];
  if (!one) return '';
  const same = now?.trace === trace.value?.id && now?.reading.id === one.id;
  return same && now && 'summary' in now.content ? now.content.summary : one.summary;
});
