/** Work of which only the newest counts: one piece at a time, and one that waits. */

interface Waiting<T> {
  readonly make: () => T | null;
  readonly settle: (done: boolean) => void;
}

export class Newest<T> {
  private busy = false;
  private waiting: Waiting<T> | null = null;
  /** How many were never begun, because a newer one came. */
  dropped = 0;

  /** @param work carries out one piece; what it rejects with is for `failed`. */
  constructor(
    private readonly work: (item: T) => Promise<void>,
    private readonly failed: (problem: unknown) => void,
  ) {}

  /** Whether one is under way. */
  get working(): boolean {
    return this.busy;
  }

  /**
   * Does this as soon as nothing else is under way; what waited until now is dropped.
   *
   * @param make gives the piece when its turn comes, so that it is the newest then; null for none.
   * @returns whether it was carried out; false where a newer one took its place.
   */
  push(make: () => T | null): Promise<boolean> {
    return new Promise((settle) => {
      if (this.waiting) {
        this.dropped += 1;
        this.waiting.settle(false);
      }
      this.waiting = { make, settle };
      if (!this.busy) void this.next();
    });
  }

  /** Drops what waits. */
  clear(): void {
    this.waiting?.settle(false);
    this.waiting = null;
  }

  private async next(): Promise<void> {
    this.busy = true;
    while (this.waiting) {
      const { make, settle } = this.waiting;
      this.waiting = null;
      let done = false;
      try {
        const item = make();
        if (item !== null) {
          await this.work(item);
          done = true;
        }
      } catch (problem) {
        this.failed(problem);
      }
      settle(done);
    }
    this.busy = false;
  }
}
