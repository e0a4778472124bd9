/** How many frames a second, and what each took. Pure. */

export interface Rates {
  /** Frames shown in the last seconds, a second. */
  readonly fps: number;
  /** Median of the server's part of the last frames, in milliseconds. */
  readonly server: number;
  /** Median from request to answer. */
  readonly trip: number;
  /** Frames that a newer one replaced, since it began. */
  readonly dropped: number;
  readonly frames: number;
}

const WINDOW = 2000;
const MOST = 60;

interface Told {
  readonly at: number;
  readonly server: number;
  readonly trip: number;
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

export class Rate {
  private told: Told[] = [];
  private frames = 0;

  clear(): void {
    this.told = [];
    this.frames = 0;
  }

  /** The rates with one frame more, shown at this time in milliseconds. */
  add(at: number, server: number, trip: number, dropped: number): Rates {
    this.frames += 1;
    this.told = [...this.told, { at, server, trip }].filter(
      (one, i, all) => at - one.at <= WINDOW || i >= all.length - 2,
    );
    this.told = this.told.slice(-MOST);
    const first = this.told[0]?.at ?? at;
    const spans = this.told.length - 1;
    return {
      fps: spans > 0 && at > first ? (spans * 1000) / (at - first) : 0,
      server: median(this.told.map((one) => one.server)),
      trip: median(this.told.map((one) => one.trip)),
      dropped,
      frames: this.frames,
    };
  }
}
