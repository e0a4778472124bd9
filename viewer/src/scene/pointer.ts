/** The mouse, the pen and fingers on the canvas: hover, click, double-click, and the inset's own. */

import type { Rect } from './inset';
import type { Pointer } from './picking';

/** What the pointer does, told to whoever knows what lies there. */
export interface Listener {
  hover(at: Pointer | null): void;
  click(at: Pointer): void;
  fly(at: Pointer): void;
  /** Whether the press begins a rectangle, and how that goes on; `end` says whether it was one. */
  readonly box: { begin(at: Pointer): void; move(at: Pointer): void; end(at: Pointer): boolean };
  insetDrag(dx: number, dy: number): void;
  /** Marks what lies between two places, while Shift is held. */
  insetMark(from: Pointer, to: Pointer): void;
  insetWheel(factor: number, at: Pointer): void;
  insetHover(at: Pointer | null): void;
  insetClick(at: Pointer): void;
  inset(): Rect | null;
  /** Whether the canvas moves the camera. */
  enable(on: boolean): void;
}

const SLACK = 5;
const DOUBLE = 350;

const within = (at: Pointer, r: Rect | null): boolean =>
  r !== null &&
  at.x >= r.left &&
  at.x < r.left + r.width &&
  at.y >= r.top &&
  at.y < r.top + r.height;

export function listenTo(canvas: HTMLCanvasElement, to: Listener): void {
  let down: Pointer | null = null;
  let dragging = false;
  let inInset = false;
  let boxing = false;
  let marking = false;
  let last = { time: 0, x: 0, y: 0 };
  const place = (event: MouseEvent): Pointer => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  // Capturing: the camera's own listeners must find out that the inset has the pointer.
  canvas.addEventListener(
    'pointerdown',
    (event) => {
      down = place(event);
      dragging = false;
      inInset = within(down, to.inset());
      boxing = !inInset && event.shiftKey && event.button === 0;
      marking = inInset && event.shiftKey && event.button === 0;
      if (boxing) to.box.begin(down);
      to.enable(!inInset && !boxing);
      if (inInset || boxing) canvas.setPointerCapture(event.pointerId);
    },
    { capture: true },
  );
  canvas.addEventListener('pointermove', (event) => {
    const at = place(event);
    if (down && boxing) {
      to.box.move(at);
      return;
    }
    if (down && inInset) {
      if (marking) to.insetMark(down, at);
      else to.insetDrag(event.movementX, event.movementY);
      dragging ||= Math.hypot(at.x - down.x, at.y - down.y) > SLACK;
      return;
    }
    if (down) {
      dragging ||= Math.hypot(at.x - down.x, at.y - down.y) > SLACK;
      return;
    }
    if (within(at, to.inset())) to.insetHover(at);
    else to.hover(at);
  });
  canvas.addEventListener('pointerup', (event) => {
    const at = place(event);
    const still = down !== null && !dragging && event.button === 0;
    down = null;
    to.enable(true);
    if (boxing && to.box.end(at)) return;
    if (still && inInset) to.insetClick(at);
    if (!still || inInset) return;
    const now = performance.now();
    const twice = now - last.time < DOUBLE && Math.hypot(at.x - last.x, at.y - last.y) < SLACK * 2;
    last = { time: twice ? 0 : now, ...at };
    if (twice) to.fly(at);
    else to.click(at);
  });
  canvas.addEventListener('pointerleave', () => {
    to.hover(null);
    to.insetHover(null);
  });
  canvas.addEventListener(
    'wheel',
    (event) => {
      const at = place(event);
      if (!within(at, to.inset())) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      to.insetWheel(Math.exp(-event.deltaY * 0.0016), at);
    },
    { capture: true, passive: false },
  );
}
