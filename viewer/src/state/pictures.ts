/** The pictures of tensors: asked for in batches, kept while their trace is shown. */
import { computed, signal } from '@preact/signals';
import { decode, tensor } from '../client/blob';
import type { StatsDoc } from '../client/documents';
import { json, many } from '../client/keys';
import { Refusal } from '../client/transport';
import { opened, trace } from './store';

export interface Picture {
  /** The key that all its data lies under. */
  readonly source: string;
  readonly stats: StatsDoc;
  /** Bits of float16, `planes * height * width`, at the level `stats.overview`. */
  readonly cells: Uint16Array;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  /** Per map: min, max, mean of the finite values. */
  readonly maps: Float32Array;
}

const BATCH = 24;
const kept = new Map<string, Picture>();
const asked = new Set<string>();
/** Raised whenever pictures have come in. */
export const arrivals = signal(0);
/** Pictures that were asked for and have not come yet. */
export const waiting = signal(0);

/** The values that the run shown now has kept: asked for each of them, so not searched each time. */
const keptValues = computed(() => new Set(trace.value?.kept));

/** The key that a value's data lies under; null where no run has made it. */
export function sourceOf(value: number): string | null {
  const model = opened.value;
  const what = model?.graph.values[value]?.what;
  if (!model || !what) return null;
  if (what === 'weight' || what === 'constant') return `/m/${model.id}/v/${value}`;
  const run = trace.value;
  return run && keptValues.value.has(value) ? `/t/${run.id}/${value}` : null;
}

/** Whether a picture was asked for and is still to come. */
export const pending = (source: string): boolean => asked.has(source);

/** The picture of a source, if it is here. */
export function picture(source: string | null): Picture | null {
  return (source !== null && kept.get(source)) || null;
}

function read(source: string, body: ArrayBuffer): Picture {
  const blob = decode(body);
  const cells = tensor(blob, 'cells');
  const [planes = 1, height = 0, width = 0] = cells.shape;
  const stats = JSON.parse(blob.metadata.json ?? '{}') as StatsDoc;
  const maps = tensor(blob, 'maps').data as Float32Array;
  return { source, stats, cells: cells.data as Uint16Array, planes, height, width, maps };
}

async function fetchBatch(sources: readonly string[]): Promise<void> {
  try {
    const bodies = await many(sources.map((source) => `${source}/overview`));
    bodies.forEach((body, i) => {
      const source = sources[i];
      if (source && !(body instanceof Refusal)) kept.set(source, read(source, body));
    });
  } finally {
    for (const source of sources) asked.delete(source);
    waiting.value = asked.size;
    arrivals.value += 1;
  }
}

/** Asks for the pictures that are not here yet, in the order given. */
export async function request(sources: readonly string[]): Promise<void> {
  const fresh = [...new Set(sources)].filter((s) => !kept.has(s) && !asked.has(s));
  for (const source of fresh) asked.add(source);
  waiting.value = asked.size;
  for (let i = 0; i < fresh.length; i += BATCH) {
    await fetchBatch(fresh.slice(i, i + BATCH)).catch(() => undefined);
  }
}

/** Forgets all pictures of runs but those named. */
export function keepOnly(traces: readonly number[]): void {
  const wanted = traces.map((id) => `/t/${id}/`);
  for (const source of kept.keys()) {
    if (source.startsWith('/t/') && !wanted.some((w) => source.startsWith(w))) kept.delete(source);
  }
}

const texts = new Map<string, Promise<string[]>>();

export { TEXT_PAGE } from '../client/documents';

/** The exact text of the cells of one page, row by row. */
export function cellTexts(source: string, page: number): Promise<string[]> {
  const key = `${source}/cells/${page}`;
  let found = texts.get(key);
  if (!found) {
    if (texts.size > 400) texts.clear();
    found = json<{ text: string[] }>(key).then((doc) => doc.text);
    found.catch(() => texts.delete(key));
    texts.set(key, found);
  }
  return found;
}
