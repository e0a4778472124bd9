/** What the eye rests on: its tensors are fetched, nearest to the middle first, and told to whoever asks. */
import { batch } from '@preact/signals';
import type { TraceDoc } from '../client/documents';
import { seen } from '../state/minimap';
import { picture, request, sizeFor, sourceIn, sourceOf, watch } from '../state/pictures';
import { pose } from '../state/pose';
import { following, opened } from '../state/store';
import { levelFor } from './drawing';
import type { Flow } from './flow';
import type { Stage } from './stage';
import { MOST_STANDING } from './standings';
import { scaleIn, viewOf } from './walk';
import type { World } from './world';

/** A tensor of fewer pixels shows nothing yet. */
const LEAST_PIXELS = 6;
/** Cells to a pixel: an overview may be a little finer, never much coarser. */
const SHARP = 0.9;

interface Viewed {
  readonly value: number;
  /** Of its longer side, in device pixels. */
  readonly size: number;
}

export class Gaze {
  constructor(
    private readonly stage: Stage,
    private readonly world: World,
    private readonly flow: Flow,
  ) {}

  /** The tensors in view of a run, or of weights that do not run. */
  inView(trace: TraceDoc | null): Viewed[] {
    const { stage, world } = this;
    const kept = trace ? keptOf(trace) : EVERYTHING;
    const scaleAt = scaleIn(stage.eyepiece);
    const { x, y } = stage.eye.target;
    const found: (Viewed & { far: number })[] = [];
    for (const { place, block } of world.stood) {
      const far = Math.hypot(place.x - x, place.y - y);
      const scale = scaleAt(place.x, place.y) * stage.fullRatio;
      for (const { value, size } of block.standing) {
        const pixels = Math.max(size.width, size.height) * scale;
        if (kept.has(value) && pixels >= LEAST_PIXELS) found.push({ value, size: pixels, far });
      }
      if (block.standing.length > 0) continue;
      // Of a tensor whose shape the file does not state, only its picture tells how it stands.
      for (const { value } of block.right.slice(0, MOST_STANDING)) {
        if (kept.has(value)) found.push({ value, size: 1, far });
      }
    }
    return found.sort((a, b) => a.far - b.far);
  }

  /** Asks for the pictures of what is in view. */
  fetch(): void {
    const trace = this.flow.current;
    if (!trace && opened.peek()?.graph.runs !== false) return;
    const wants = this.inView(trace).flatMap(({ value, size }) => {
      const source = trace ? sourceIn(trace.id, value) : sourceOf(value);
      return source === null ? [] : [{ source, size: sizeFor(sharp(source, size)) }];
    });
    watch(wants);
    void request(wants);
  }

  /** Nothing moves: tells where the eye is, and fetches what it sees. */
  rest(): void {
    const { eye, eyepiece } = this.stage;
    const view = viewOf(eyepiece, 0);
    const bounds = [view.left, view.bottom, view.right, view.top] as const;
    batch(() => {
      if (!near(seen.peek(), bounds)) seen.value = bounds;
      if (!near(pose.peek(), eye.pose)) pose.value = eye.pose;
    });
    this.fetch();
  }
}

/**
 * How many cells a side are to be asked for. Of live frames so many that no tiles are needed, which
 * would come after each of them by themselves.
 */
function sharp(source: string, pixels: number): number {
  const here = following.peek() ? picture(source) : null;
  const [whole] = here?.stats.levels ?? [];
  if (!here || !whole) return pixels * SHARP;
  const level = here.stats.levels[levelFor(here, pixels / Math.max(whole.width, whole.height))];
  return Math.max(pixels * SHARP, level?.width ?? 0, level?.height ?? 0);
}

/** Whether numbers are the same but for what nobody sees. */
function near(a: readonly number[] | null, b: readonly number[]): boolean {
  return a?.every((x, i) => Math.abs(x - (b[i] ?? 0)) < 1e-4) ?? false;
}

/** Weights are all there. */
const EVERYTHING = { has: () => true };

const keptSets = new WeakMap<TraceDoc, ReadonlySet<number>>();

function keptOf(trace: TraceDoc): ReadonlySet<number> {
  const found = keptSets.get(trace) ?? new Set(trace.kept);
  keptSets.set(trace, found);
  return found;
}
