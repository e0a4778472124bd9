/** The pictures of tensors: asked for in batches, kept while their trace is shown. */
import { computed, signal } from '@preact/signals';
import { decode, tensor } from '../client/blob';
import type { StatsDoc } from '../client/documents';
import { many } from '../client/keys';
import { keyOf } from '../client/tails';
import { Refusal } from '../client/transport';
import { itemQuery } from './batch';
import { opened, trace } from './store';

export interface Picture {
  /** The key that all its data lies under. */
  readonly source: string;
  /** Without mean, deviation and histogram in overviews smaller than the largest. */
  readonly stats: StatsDoc;
  /** The level of detail of `cells`. */
  readonly level: number;
  /** Bits of float16, `planes * height * width`. */
  readonly cells: Uint16Array;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  /** Per map: min, max, mean of the finite values. */
  readonly maps: Float32Array;
}

/** A picture that is wanted, and how many cells a side it may have at most. */
export interface Wanted {
  readonly source: string;
  readonly size: number;
}

/** Sizes that the server makes overviews of. */
const SIZES = [32, 64, 128, 256, 512] as const;
/** Pictures in one answer, and answers under way at once: one is drawn while the next is made. */
const BATCH = 32;
const AT_ONCE = 2;
const kept = new Map<string, Picture>();
/** Sizes that were asked for or have come, by source. */
const sizes = new Map<string, number>();
const asked = new Set<string>();
/** Values whose pictures have come since they were last taken. */
let come = new Set<number>();

/** The values whose pictures have come since this was asked last. */
export function takeCome(): ReadonlySet<number> {
  const taken = come;
  come = new Set();
  return taken;
}

/** Raised whenever pictures have come in. */
export const arrivals = signal(0);
/** Pictures that were asked for and have not come yet. */
export const waiting = signal(0);

/** The values that the run shown now has kept: asked for each of them, so not searched each time. */
const keptValues = computed(() => new Set(trace.value?.kept));

/** The key that a value's data lies under; null where no run has made it. */
export function sourceOf(value: number): string | null {
  const model = opened.value;
  const what = model?.graph.whatOf(value);
  if (!model || !what) return null;
  if (what === 'weight' || what === 'constant') return `/m/${model.id}/v/${value}`;
  const run = trace.value;
  return run && keptValues.value.has(value) ? sourceIn(run.id, value) : null;
}

/** The key that a value's data of a run lies under: of the item shown, where it is a batch. */
export function sourceIn(run: number, value: number): string {
  const query = itemQuery(value);
  return `/t/${run}/${value}${query && `?${query}`}`;
}

/** All pictures that are here of the run shown now and of weights. */
export function* here(): Iterable<Picture> {
  for (const one of kept.values()) {
    if (one.source === sourceOf(one.stats.value)) yield one;
  }
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
  const level = Number(blob.metadata.level ?? 0);
  const maps = tensor(blob, 'maps').data as Float32Array;
  return { source, stats, level, cells: cells.data as Uint16Array, planes, height, width, maps };
}

/** From so many elements on the exact picture takes long enough for a sampled one to come first. */
const LARGE = 1 << 24;

/** The value that a source is of. */
const valueIn = (source: string): number =>
  Number(/^\/(?:m\/\d+\/v|t\/\d+)\/(\d+)/.exec(source)?.[1]);

function isLarge(source: string): boolean {
  const shape = opened.value?.graph.shapeOf(valueIn(source)) ?? [];
  return shape.reduce<number>((n, one) => n * (typeof one === 'number' ? one : 1), 1) >= LARGE;
}

/** Why sources could not be read, in the server's words. */
const refused = new Map<string, string>();
export const refusalOf = (source: string): string | null => refused.get(source) ?? null;

async function take(wants: readonly Wanted[], more = ''): Promise<void> {
  const keys = wants.map(({ source, size }) => keyOf(source, `/overview/${size}`, more));
  const bodies = await many(keys);
  bodies.forEach((body, i) => {
    const want = wants[i];
    if (!want) return;
    if (body instanceof Refusal) {
      sizes.delete(want.source);
      refused.set(want.source, body.message);
    } else {
      const made = read(want.source, body);
      kept.set(want.source, made);
      come.add(made.stats.value);
    }
  });
}

async function fetchBatch(wants: readonly Wanted[]): Promise<void> {
  try {
    const large = wants.filter(({ source }) => !kept.has(source) && isLarge(source));
    if (large.length > 0) {
      await take(large, 'sampled=1');
      arrivals.value += 1;
    }
    await take(wants);
  } catch {
    for (const { source } of wants) sizes.delete(source);
  } finally {
    for (const { source } of wants) asked.delete(source);
    dropOld();
    waiting.value = asked.size;
    arrivals.value += 1;
  }
}

/** What is looked at now: it stays, however much that is. */
let wanted: ReadonlySet<string> = new Set();
let looked: readonly Wanted[] = [];
/** What the eye rested on last, largest sizes among it. */
export const lookedAt = (): readonly Wanted[] => looked;
/** Bytes of cells that are kept at most beside that. */
const BUDGET = 192e6;

/** Says what is looked at now. */
export function watch(wants: readonly Wanted[]): void {
  looked = wants;
  wanted = new Set(wants.map((want) => want.source));
}

/** Moves a picture to the end of those that may be dropped. */
function touch(source: string): void {
  const found = kept.get(source);
  if (!found) return;
  kept.delete(source);
  kept.set(source, found);
}

/** Drops what was not looked at for longest, until the rest fits. */
function dropOld(): void {
  let total = 0;
  for (const one of kept.values()) total += one.cells.byteLength + one.maps.byteLength;
  for (const [source, one] of kept) {
    if (total <= BUDGET) return;
    if (wanted.has(source)) continue;
    total -= one.cells.byteLength + one.maps.byteLength;
    kept.delete(source);
    sizes.delete(source);
  }
}

/** The size to ask for so that a picture has at least so many cells a side, where it has them. */
export const sizeFor = (pixels: number): number =>
  SIZES.find((size) => size >= pixels) ?? SIZES[SIZES.length - 1] ?? 512;

/** Asks for the pictures that are not here yet, or are here too small, in the order given. */
export async function request(wants: readonly Wanted[]): Promise<void> {
  for (const { source } of wants) touch(source);
  const fresh = wants.filter(({ source, size }) => {
    if ((sizes.get(source) ?? 0) >= size) return false;
    sizes.set(source, size);
    asked.add(source);
    return true;
  });
  waiting.value = asked.size;
  let next = 0;
  const work = async () => {
    while (next < fresh.length) {
      const batch = fresh.slice(next, next + BATCH);
      next += BATCH;
      await fetchBatch(batch);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/**
 * Takes in pictures that came of themselves.
 *
 * @param like the source of the same tensor in the run before: where it lay in the same way, nothing
 *   has to be placed anew.
 */
export function put(want: Wanted, body: ArrayBuffer, like: string | null): void {
  const made = read(want.source, body);
  const before = like === null ? undefined : kept.get(like);
  kept.set(want.source, made);
  sizes.set(want.source, want.size);
  if (!before || !sameShape(before, made)) come.add(made.stats.value);
}

const sameShape = (a: Picture, b: Picture): boolean =>
  a.stats.shape.length === b.stats.shape.length &&
  a.stats.shape.every((length, axis) => length === b.stats.shape[axis]);

/** Forgets all pictures of runs but those named. */
export function keepOnly(traces: readonly number[]): void {
  const wanted = traces.map((id) => `/t/${id}/`);
  for (const source of kept.keys()) {
    if (!source.startsWith('/t/') || wanted.some((w) => source.startsWith(w))) continue;
    kept.delete(source);
    sizes.delete(source);
  }
}
