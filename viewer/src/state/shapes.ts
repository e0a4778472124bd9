/** The shape that a value has: as it was run where that is known, else as the file states it. */

import { runFlags } from './flags';
import { picture, sourceOf } from './pictures';
import { trace } from './store';

/** The shape as it was run; null where nothing of the run shown now tells it. */
export function shapeRun(value: number): readonly number[] | null {
  const all = runFlags.value;
  const known = all && all.trace === trace.value?.id ? all.shapes.get(value) : undefined;
  return known ?? picture(sourceOf(value))?.stats.shape ?? null;
}
