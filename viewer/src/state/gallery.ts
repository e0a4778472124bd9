/** A gallery: many inputs, the answer to each as it comes, and the one that is looked at. */
import { batch, computed, effect, signal } from '@preact/signals';
import { decode, tensor } from '../client/blob';
import type {
  GalleryDoc,
  GalleryResult,
  NearDoc,
  ServerEvent,
  ToldDoc,
  ToldPageDoc,
} from '../client/documents';
import { bytes, json, many, send } from '../client/keys';
import { Refusal } from '../client/transport';
import { complain, run } from './actions';
import {
  beside,
  type Columns,
  EVERYTHING,
  type Filter,
  listOf,
  NONE,
  type Order,
  UNKNOWN,
} from './gallerylist';
import { opened, settings, trace } from './store';

/** Pages of predictions that are asked for in one question. */
const TOGETHER = 40;

export interface Gallery {
  readonly doc: GalleryDoc;
  readonly names: readonly string[];
  /** The number of each entry's label in the GalleryDoc; -1 without one. */
  readonly label: Int32Array;
}

export const gallery = signal<Gallery | null>(null);
/** While files are read, before the first entry is known. */
export const collecting = signal(false);
export const result = signal<GalleryResult | null>(null);
export const columns = signal<Columns | null>(null);
/** What is said of entries by a network that is no classifier, by entry. */
export const told = signal<ReadonlyMap<number, ToldDoc>>(new Map());
export const filter = signal<Filter>(EVERYTHING);
export const order = signal<Order>('given');
/** The entry that the whole scene is of, or will be in a moment. */
export const entry = signal<number | null>(null);

/** The entries that are shown, in their order. */
export const shown = computed(() =>
  columns.value ? listOf(columns.value, filter.value, order.value) : new Int32Array(),
);

export type GallerySource =
  | { readonly uploads: readonly string[] }
  | { readonly path: string }
  | { readonly again: number };

/** Where an entry's small picture lies. */
export function spriteOf(held: Gallery, index: number): { url: string; x: number; y: number } {
  const { id, model, sheet, side } = held.doc;
  const at = index % sheet;
  const url = `./m/${model}/g/${id}/sprite/${Math.floor(index / sheet)}.png`;
  return { url, x: (at % 10) * side, y: Math.floor(at / 10) * side };
}

let turn = 0;
/** Pages of predictions that have come, from the first. */
let pages = 0;
/** Pages of what is said of entries, likewise. */
let linesOf = 0;
let fetching = false;
/** Entries that the server said are over. */
let over = 0;
/** Whether the server said something since it was last asked. */
let heard = false;

function forget(): void {
  turn += 1;
  pages = 0;
  linesOf = 0;
  over = 0;
  batch(() => {
    gallery.value = null;
    result.value = null;
    columns.value = null;
    told.value = new Map();
    filter.value = EVERYTHING;
    entry.value = null;
    order.value = 'given';
  });
}

/** Reads a gallery and begins to predict; whether there was something in it. */
export async function openGallery(what: GallerySource): Promise<boolean> {
  const model = opened.value;
  if (!model) return false;
  const mine = ++turn;
  collecting.value = true;
  try {
    const started = await send<{ gallery: number }>(`/m/${model.id}/gallery`, what);
    const key = `/m/${model.id}/g/${started.gallery}`;
    const [doc, blob] = await Promise.all([
      json<GalleryDoc>(`${key}/info`),
      bytes(`${key}/entries`).then((body) => decode(body)),
    ]);
    if (mine !== turn || opened.value !== model) return false;
    forget();
    batch(() => {
      gallery.value = {
        doc,
        names: namesOf(
          tensor(blob, 'names').data as Uint8Array,
          tensor(blob, 'names_at').data as Int32Array,
        ),
        label: tensor(blob, 'label').data as Int32Array,
      };
      columns.value = {
        predicted: new Int32Array(doc.count).fill(UNKNOWN),
        score: new Float32Array(doc.count).fill(Number.NaN),
        failed: new Uint8Array(doc.count),
        truth: new Int32Array(doc.count).fill(NONE),
      };
    });
    void follow();
    return true;
  } catch (problem) {
    complain(problem);
    return false;
  } finally {
    collecting.value = false;
  }
}

function namesOf(text: Uint8Array, ends: Int32Array): string[] {
  const reader = new TextDecoder();
  return Array.from({ length: ends.length - 1 }, (_, i) =>
    reader.decode(text.subarray(ends[i], ends[i + 1])),
  );
}

/** Fetches what has been predicted since, and what it amounts to. */
async function follow(): Promise<void> {
  if (fetching) return;
  fetching = true;
  try {
    for (;;) {
      const held = gallery.value;
      if (!held) return;
      heard = false;
      const amounts = await askResult(held);
      over = Math.max(over, amounts?.done ?? 0);
      const last = Math.ceil(held.doc.count / held.doc.page);
      const ready = over >= held.doc.count ? last : Math.floor(over / held.doc.page);
      if (ready > pages) await take(held, pages, Math.min(ready, pages + TOGETHER));
      else if (amounts?.told && linesOf < pages) await takeLines(held);
      else if (!heard) return;
    }
  } catch (problem) {
    complain(problem);
  } finally {
    fetching = false;
  }
}

async function take(held: Gallery, first: number, end: number): Promise<void> {
  const { id, model, page } = held.doc;
  const keys = Array.from(
    { length: end - first },
    (_, i) => `/m/${model}/g/${id}/predictions/${first + i}`,
  );
  const bodies = await many(keys);
  const now = columns.value;
  if (gallery.value !== held || !now) return;
  bodies.forEach((body, i) => {
    if (body instanceof Refusal) throw body;
    const blob = decode(body);
    const at = (first + i) * page;
    now.predicted.set(tensor(blob, 'predicted').data, at);
    now.score.set(tensor(blob, 'score').data, at);
    now.failed.set(tensor(blob, 'failed').data, at);
  });
  pages = end;
  columns.value = { ...now };
}

/** Fetches what is said of the entries of the next page. */
async function takeLines(held: Gallery): Promise<void> {
  const { id, model } = held.doc;
  const { entries } = await json<ToldPageDoc>(`/m/${model}/g/${id}/told/${linesOf}`);
  if (gallery.value !== held) return;
  linesOf += 1;
  told.value = new Map([...told.value, ...entries.map((one) => [one.entry, one] as const)]);
}

/** What the predictions so far amount to, with the class names as they are now. */
async function askResult(held: Gallery): Promise<GalleryResult | null> {
  const { id, model } = held.doc;
  const told = await send<GalleryResult>(`/m/${model}/gallery/result`, { gallery: id });
  const now = columns.value;
  if (gallery.value !== held || !now) return null;
  const truth = Int32Array.from(held.label, (label) => told.truths[label] ?? NONE);
  batch(() => {
    if (!result.value && told.truths.some((one) => one >= 0)) order.value = 'wrong';
    result.value = told;
    columns.value = { ...now, truth };
  });
  return told;
}

/** Hears what the server tells of a gallery. */
export function heardOfGallery(event: ServerEvent): void {
  if (event.gallery !== gallery.value?.doc.id) return;
  over = Math.max(over, event.done ?? 0);
  heard = true;
  void follow();
}

export const stopGallery = async (): Promise<void> => {
  const held = gallery.value;
  if (!held) return;
  await send(`/m/${held.doc.model}/gallery/cancel`, { gallery: held.doc.id }).catch(complain);
};

/** The entries most like one, by the vectors of an output. */
export function nearest(held: Gallery, index: number): Promise<NearDoc> {
  return json<NearDoc>(`/m/${held.doc.model}/g/${held.doc.id}/near/${index}`);
}

let showing = false;

/** Runs an entry, so that the whole scene is of it; while one runs, only the last asked for waits. */
export async function showEntry(index: number): Promise<void> {
  entry.value = index;
  if (showing) return;
  showing = true;
  try {
    for (let last: number | null = null; entry.value !== null && entry.value !== last; ) {
      const held = gallery.value;
      if (!held) return;
      last = entry.value;
      await run({ gallery: held.doc.id, entry: last });
    }
  } finally {
    showing = false;
  }
}

/** The next entry of those that are shown, or the one before. */
export function stepEntry(step: 1 | -1): void {
  const next = beside(shown.value, entry.value, step);
  if (next !== null) void showEntry(next);
}

/** Forgets the gallery with its model, the mark with another input; follows the class names. */
export function followGallery(): void {
  effect(() => {
    const model = opened.value?.id;
    if (gallery.peek() && gallery.peek()?.doc.model !== model) forget();
  });
  effect(() => {
    const name = trace.value?.input?.name;
    const [held, marked] = [gallery.peek(), entry.peek()];
    if (held && marked !== null && !showing && held.names[marked] !== name) entry.value = null;
  });
  let labels = settings.peek()?.labels;
  effect(() => {
    const now = settings.value?.labels;
    const held = gallery.peek();
    if (held && now !== labels) void askResult(held).catch(complain);
    labels = now;
  });
}
