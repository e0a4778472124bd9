/** The drawing on the pad: its ink, what came before it, and the tool in hand. */
import { batch, signal } from '@preact/signals';
import type { LivePlanDoc } from '../../client/documents';
import { type Brush, blank, copyOf, type Ink, inkOf, pixelsOf, usualRadius } from '../../state/ink';
import { type Frame, liveRun } from '../../state/live';

export type Tool = 'pen' | 'eraser' | 'fill';

/** Drawings are at most so many pixels a side: larger inputs get them enlarged. */
const LARGEST = 320;
const MOST_BACK = 60;
/** Up to this side a network has learned from white strokes on black, unless its steps say otherwise. */
const SMALL = 64;

export const ink = signal<Ink>(blank(28, 28));
/** Raised with every change of the ink, which changes in place. */
export const strokes = signal(0);
export const tool = signal<Tool>('pen');
export const radius = signal(usualRadius(28, 28));
export const softness = signal(0.35);
export const onWhite = signal(false);
export const canUndo = signal(false);
let back: Ink[] = [];
let since = 0;

/** The brush as it is set; `erases` where the pen is turned round. */
export const brush = (erases: boolean): Brush => ({
  radius: radius.peek(),
  softness: softness.peek(),
  erases: erases || tool.peek() === 'eraser',
});

/** An empty sheet of the size that the model takes. */
export function begin(plan: LivePlanDoc): void {
  const shrink = Math.min(1, LARGEST / Math.max(plan.width, plan.height, 1));
  const [width, height] = [plan.width, plan.height].map((n) => Math.max(1, Math.round(n * shrink)));
  back = [];
  batch(() => {
    ink.value = blank(width ?? 28, height ?? 28);
    radius.value = usualRadius(width ?? 28, height ?? 28);
    const strokesAreWhite = plan.channels === 1 && Math.max(plan.width, plan.height) <= SMALL;
    onWhite.value = plan.inverted || !strokesAreWhite;
    canUndo.value = false;
  });
}

/** Keeps the drawing as it is, to come back to. */
export function remember(): void {
  back = [...back, copyOf(ink.peek())].slice(-MOST_BACK);
  canUndo.value = true;
}

/** Says that the ink has changed: it is drawn, and the network runs on it. */
export function changed(at = performance.now()): void {
  since = at;
  strokes.value += 1;
  void liveRun(frame);
}

export function undo(): void {
  const before = back.at(-1);
  if (!before) return;
  back = back.slice(0, -1);
  ink.value = before;
  canUndo.value = back.length > 0;
  changed();
}

export function clearPad(): void {
  remember();
  ink.value = blank(ink.peek().width, ink.peek().height);
  changed();
}

/** Swaps the colours of paper and ink. */
export function setPaper(white: boolean): void {
  if (white === onWhite.peek()) return;
  onWhite.value = white;
  changed();
}

/** What goes to the network. */
export function frame(): Frame {
  const now = ink.peek();
  const pixels = pixelsOf(now, onWhite.peek());
  return { name: 'drawing', width: now.width, height: now.height, channels: 1, pixels, since };
}

/** Draws on top of a picture from here on. */
export async function beginFrom(address: string): Promise<void> {
  const response = await fetch(new URL(address, document.baseURI));
  if (!response.ok) throw new Error('That picture is no longer there: choose another one.');
  const bitmap = await createImageBitmap(await response.blob());
  const { width, height } = ink.peek();
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return;
  context.fillStyle = onWhite.peek() ? '#fff' : '#000';
  context.fillRect(0, 0, width, height);
  // Whole, in the middle.
  const scale = Math.min(width / bitmap.width, height / bitmap.height);
  const [w, h] = [bitmap.width * scale, bitmap.height * scale];
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, (width - w) / 2, (height - h) / 2, w, h);
  remember();
  ink.value = inkOf(context.getImageData(0, 0, width, height).data, width, height, onWhite.peek());
  changed();
}
