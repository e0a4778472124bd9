/** Which run a tensor is shown of: a new one lights the layers in the order of the flow. */
import type { TraceDoc } from '../client/documents';
import { type Picture, picture, sourceIn, sourceOf } from '../state/pictures';
import { following, previous } from '../state/store';
import type { Atlas } from './atlas';

const LENGTH = 420;
const RISE = 160;
const FAINT = 0.4;

interface Wave {
  readonly start: number;
  readonly before: number | null;
  /** When a value's turn comes, in milliseconds after the start. */
  readonly turns: ReadonlyMap<number, number>;
}

/** A run of one item has no picture of the second: its own stays until it is followed. */
const pictureIn = (run: number, value: number): Picture | null =>
  picture(sourceIn(run, value)) ?? picture(`/t/${run}/${value}`);

export class Flow {
  private shown: TraceDoc | null = null;
  private coming: TraceDoc | null = null;
  private wave: Wave | null = null;

  /** Shows another run as soon as its pictures are here; null forgets all. */
  follow(trace: TraceDoc | null): void {
    if (trace === null) {
      this.shown = this.coming = this.wave = null;
    } else if (trace.id !== this.shown?.id) this.coming = trace;
  }

  /** The run that is shown, or is about to be. */
  get current(): TraceDoc | null {
    return this.coming ?? this.shown;
  }

  private drawn = -1;

  /** Live frames follow one another: the places in the atlas of the one before go to the next. */
  letGo(atlas: Pick<Atlas, 'release'>): void {
    const before = this.drawn;
    this.drawn = this.shown?.id ?? -1;
    if (before === this.drawn || !following.peek() || before === previous.peek()?.id) return;
    atlas.release(`/t/${before}/`);
  }

  get moving(): boolean {
    return this.wave !== null;
  }

  /**
   * Lets a run that has come in begin.
   *
   * @param order the values that stand in the scene, in the order of the flow.
   * @param calm whether there is no wave.
   */
  advance(order: () => readonly number[], now: number, calm: boolean): void {
    const next = this.coming;
    if (next && (this.shown === null || this.complete(next))) {
      const before = this.shown?.id ?? null;
      this.shown = next;
      this.coming = null;
      this.wave = null;
      if (before !== null && !calm) {
        const values = order();
        const step = (LENGTH - RISE) / Math.max(1, values.length - 1);
        const turns = new Map(values.map((value, i) => [value, i * step]));
        this.wave = { start: now, before, turns };
      }
    }
    if (this.wave && now - this.wave.start > LENGTH) this.wave = null;
  }

  /** The picture of a value and how strongly it is drawn. */
  pictureOf(value: number, now: number): { picture: Picture | null; strength: number } {
    const wave = this.wave;
    // Before any run there are weights at most.
    const fresh = this.shown ? pictureIn(this.shown.id, value) : picture(sourceOf(value));
    if (!wave) return { picture: fresh, strength: 1 };
    const since = now - wave.start - (wave.turns.get(value) ?? 0);
    if (since < 0) return { picture: pictureIn(wave.before ?? -1, value) ?? fresh, strength: 1 };
    return { picture: fresh, strength: FAINT + (1 - FAINT) * Math.min(1, since / RISE) };
  }

  private complete(trace: TraceDoc): boolean {
    return trace.kept.every((v) => !this.wanted.has(v) || picture(sourceIn(trace.id, v)) !== null);
  }

  /** Values whose pictures a new run must have before it is shown. */
  wanted: ReadonlySet<number> = new Set();
}
