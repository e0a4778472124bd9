/** Marks for whoever measures: when the structure and the last visible tensor have been drawn. */
import { waiting } from '../state/pictures';
import * as s from '../state/store';
import type { Director } from './director';

export class Timing {
  private structure = -1;
  private trace = -1;
  private open: s.Selection | null = null;

  constructor(private readonly director: Pick<Director, 'stage' | 'world' | 'idle' | 'isStill'>) {}

  /** To be called after each drawing. */
  drawn(): void {
    const opened = s.opened.peek();
    if (!opened) return;
    // With its words: blocks without names are not yet a picture of a network.
    const { world, stage, idle } = this.director;
    const told = world.stood.length > 0 && (stage.labels.placed.length > 0 || idle);
    if (this.structure !== opened.id && told) {
      this.structure = opened.id;
      void this.mark('cutaway:structure', opened.id);
    }
    const trace = s.trace.peek();
    if (trace && s.following.peek() && trace.id !== this.live) void this.followed(trace.id);
    // The cards of a live frame are not waited for: the next one may come first.
    const complete = s.following.peek() ? this.director.isStill : idle;
    if (trace && trace.id !== this.trace && complete) {
      this.trace = trace.id;
      void this.mark('cutaway:drawn', trace.id);
    }
    const open = s.selected.peek();
    if (open !== this.open && waiting.peek() === 0 && (!open || this.director.stage.insetRect)) {
      this.open = open;
      if (open) void this.mark('cutaway:panel', open.value);
    }
  }

  private live = -1;

  /** Says when a live run's picture is finished: the next one can wait until then. */
  private async followed(trace: number): Promise<void> {
    this.live = trace;
    await this.director.stage.finished();
    s.followed.value = trace;
  }

  private async mark(name: string, detail: number): Promise<void> {
    await this.director.stage.finished();
    performance.mark(name, { detail });
  }
}
