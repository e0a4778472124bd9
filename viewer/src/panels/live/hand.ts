/** What pointer and keys do on the pad. */
import { signal } from '@preact/signals';
import { type Dot, fill, stroke } from '../../state/ink';
import { brush, changed, ink, radius, remember, tool, undo } from './drawing';

/** Where the keys draw, in pixels of the drawing; null until a key has moved it. */
export const cursor = signal<{
  readonly x: number;
  readonly y: number;
  readonly down: boolean;
} | null>(null);

let last: Dot | null = null;
let erasing = false;

function placeOf(event: PointerEvent, box: DOMRect): Dot {
  const { width, height } = ink.peek();
  return {
    x: ((event.clientX - box.left) / box.width) * width,
    y: ((event.clientY - box.top) / box.height) * height,
    // A mouse tells half a pressure, whatever it does.
    pressure: event.pointerType === 'pen' ? event.pressure : 1,
  };
}

/** The far end of a pen, or the right button. */
const turned = (event: PointerEvent): boolean => event.button === 5 || event.button === 2;

export function down(event: PointerEvent): void {
  const pad = event.currentTarget as HTMLElement;
  const at = placeOf(event, pad.getBoundingClientRect());
  pad.focus({ preventScroll: true });
  event.preventDefault();
  erasing = turned(event);
  remember();
  cursor.value = null;
  if (tool.peek() === 'fill') {
    fill(ink.peek(), at.x, at.y, erasing);
    changed(event.timeStamp);
    return;
  }
  pad.setPointerCapture(event.pointerId);
  stroke(ink.peek(), at, at, brush(erasing));
  last = at;
  changed(event.timeStamp);
}

export function move(event: PointerEvent): void {
  if (!last) return;
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  // All places on the way: a quick stroke is a curve, not a few straight lines.
  const passed = event.getCoalescedEvents?.() ?? [];
  for (const one of passed.length > 0 ? passed : [event]) {
    const at = placeOf(one, box);
    stroke(ink.peek(), last, at, brush(erasing));
    last = at;
  }
  changed(event.timeStamp);
}

export function up(): void {
  last = null;
}

const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const FAR = 4;

function step([dx, dy]: readonly [number, number], far: boolean): void {
  const { width, height } = ink.peek();
  const now = cursor.peek() ?? { x: width / 2, y: height / 2, down: false };
  const way = far ? FAR : 1;
  const x = Math.min(width - 0.5, Math.max(0.5, now.x + dx * way));
  const y = Math.min(height - 0.5, Math.max(0.5, now.y + dy * way));
  cursor.value = { x, y, down: now.down };
  if (!now.down) return;
  stroke(ink.peek(), { x: now.x, y: now.y, pressure: 1 }, { x, y, pressure: 1 }, brush(false));
  changed();
}

/** Space lowers the pen and lifts it, or fills where that is the tool. */
function press(): void {
  const { width, height } = ink.peek();
  const now = cursor.peek() ?? { x: width / 2, y: height / 2, down: false };
  if (now.down) {
    cursor.value = { ...now, down: false };
    return;
  }
  remember();
  const at = { x: now.x, y: now.y, pressure: 1 };
  if (tool.peek() === 'fill') fill(ink.peek(), now.x, now.y);
  else stroke(ink.peek(), at, at, brush(false));
  cursor.value = { ...now, down: tool.peek() !== 'fill' };
  changed();
}

/** Draws without a pointer. */
export function pressed(event: KeyboardEvent): void {
  const way = WAYS[event.key];
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (way && plain) step(way, event.shiftKey);
  else if (event.key === ' ' && plain) press();
  else if (event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey)) undo();
  else if (event.key === 'Escape' && cursor.peek()?.down) {
    cursor.value = { x: cursor.peek()?.x ?? 0, y: cursor.peek()?.y ?? 0, down: false };
  } else return;
  event.preventDefault();
}

/** The wheel changes the brush. */
export function wheel(event: WheelEvent): void {
  event.preventDefault();
  const largest = Math.max(ink.peek().width, ink.peek().height) / 4;
  const next = radius.peek() * (event.deltaY < 0 ? 1.12 : 1 / 1.12);
  radius.value = Math.min(largest, Math.max(0.4, next));
}
