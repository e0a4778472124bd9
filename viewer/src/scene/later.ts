/** Something that is done a moment after it is asked for, once however often it is asked. */
export class Later {
  private timer = 0;

  constructor(
    private readonly wait: number,
    private readonly act: () => void,
  ) {}

  /** Does it once the time is over that runs since the first asking. */
  ask(): void {
    this.timer ||= window.setTimeout(() => this.now(), this.wait);
  }

  /** Does it once the time is over that runs since the last asking. */
  postpone(): void {
    this.cancel();
    this.ask();
  }

  /** Does it at once, and not later again. */
  now(): void {
    this.cancel();
    this.act();
  }

  /** Does not do it. */
  cancel(): void {
    clearTimeout(this.timer);
    this.timer = 0;
  }
}
