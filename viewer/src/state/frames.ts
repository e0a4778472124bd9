/** Which frame of a video, an animation or a TIFF of several pages is fed. */
import { signal } from '@preact/signals';
import type { InputSource } from '../client/documents';
import { currentSource, run } from './actions';
import { running, trace } from './store';

/** The frame that was last asked for and has not come yet; null while none is. */
export const awaited = signal<number | null>(null);

const withFrame = (source: InputSource, frame: number): InputSource => ({ ...source, frame });

/** Feeds another frame of the same file; asked for faster than it runs, only the last one runs. */
export async function showFrame(frame: number): Promise<void> {
  const input = trace.peek()?.input;
  if (!input) return;
  const busy = awaited.peek() !== null;
  awaited.value = Math.max(0, Math.min(input.frames - 1, frame));
  if (busy) return;
  try {
    for (let shown = -1; awaited.peek() !== null && awaited.peek() !== shown; ) {
      shown = awaited.peek() ?? 0;
      await run(withFrame(currentSource(), shown));
      // Somebody else asked for another run meanwhile: the frames are over.
      if (running.peek() !== null) return;
    }
  } finally {
    awaited.value = null;
  }
}
