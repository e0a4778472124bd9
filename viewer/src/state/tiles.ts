/** Finer parts of tensors than the overview: tiles of cells and pages of text, for what is in view. */
import { decode, tensor } from '../client/blob';
import { many } from '../client/keys';
import { keyOf } from '../client/tails';
import { Refusal } from '../client/transport';
import { arrivals } from './pictures';

const MOST = 400;
const BATCH = 16;

export interface Tile {
  readonly cells: Uint16Array;
  readonly height: number;
  readonly width: number;
}

/** Keys of one sort, kept while they are asked for; the oldest go first. */
class Kept<T> {
  private readonly found = new Map<string, T>();
  private readonly asked = new Set<string>();
  private readonly listeners = new Map<string, ((found: T) => void)[]>();
  private wanted: string[] = [];
  private busy = false;

  constructor(private readonly read: (body: ArrayBuffer) => T) {}

  /** What a key answers if it is here; else it is asked for, before what was wanted earlier. */
  get(key: string): T | null {
    const here = this.found.get(key);
    if (here !== undefined) return here;
    if (!this.asked.has(key)) {
      this.asked.add(key);
      this.wanted.push(key);
      if (!this.busy) {
        this.busy = true;
        queueMicrotask(() => void this.fetch());
      }
    }
    return null;
  }

  /** What a key answers, now or once it has come. */
  async when(key: string): Promise<T> {
    return (
      this.get(key) ??
      new Promise((resolve) => {
        this.listeners.set(key, [...(this.listeners.get(key) ?? []), resolve]);
      })
    );
  }

  private take(key: string, body: ArrayBuffer): void {
    const found = this.read(body);
    this.found.set(key, found);
    for (const tell of this.listeners.get(key) ?? []) tell(found);
    this.listeners.delete(key);
  }

  private async fetch(): Promise<void> {
    while (this.wanted.length > 0) {
      const batch = this.wanted.splice(-BATCH);
      const bodies = await many(batch).catch(() => []);
      bodies.forEach((body, i) => {
        const key = batch[i];
        if (key && !(body instanceof Refusal)) this.take(key, body);
      });
      for (const key of batch) this.asked.delete(key);
      this.trim();
      arrivals.value += 1;
    }
    this.busy = false;
  }

  private trim(): void {
    for (const key of this.found.keys()) {
      if (this.found.size <= MOST) return;
      this.found.delete(key);
    }
  }
}

const tiles = new Kept((body): Tile => {
  const { data, shape } = tensor(decode(body), 'cells');
  const [height = 0, width = 0] = shape.slice(-2);
  return { cells: data as Uint16Array, height, width };
});

const texts = new Kept(
  (body) => (JSON.parse(new TextDecoder().decode(body)) as { text: string[] }).text,
);

/** One tile of a level of detail, null until it has come. */
export const tile = (source: string, level: number, page: number): Tile | null =>
  tiles.get(keyOf(source, `/sheet/${level}/${page}`));

/** The exact text of the cells of one page, row by row, as soon as it has come. */
export const cellTexts = (source: string, page: number): Promise<readonly string[]> =>
  texts.when(keyOf(source, `/cells/${page}`));

/** The same, null until it has come. */
export const textPage = (source: string, page: number): readonly string[] | null =>
  texts.get(keyOf(source, `/cells/${page}`));
