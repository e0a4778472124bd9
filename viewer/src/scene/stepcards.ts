/** When the cards of the preparation's steps follow live frames: with some of them, and the last. */
import { following } from '../state/store';
import { Later } from './later';

/** Milliseconds between two looks of the cards while frames are live. */
const EVERY = 500;

export class StepCards {
  private readonly last = new Later(EVERY, () => this.renew());
  private readonly come = new Later(EVERY, () => this.repaint());
  private at = 0;

  /**
   * @param build builds the scene with new cards.
   * @param repaint draws it as it is.
   */
  constructor(
    private readonly build: () => void,
    private readonly repaint: () => void,
  ) {}

  /** Another live frame: whether its cards are to be shown with it. */
  due(): boolean {
    this.last.postpone();
    const due = performance.now() - this.at > EVERY;
    if (due) this.at = performance.now();
    return due;
  }

  /** A picture has come: the next live frame draws it along with its own. */
  arrived(): void {
    if (following.peek()) this.come.ask();
    else this.repaint();
  }

  /** Everything that has come is drawn. */
  painted(): void {
    this.come.cancel();
  }

  private renew(): void {
    this.at = performance.now();
    this.build();
  }
}
