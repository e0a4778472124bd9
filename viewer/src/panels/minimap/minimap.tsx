/** A small map of the whole network with the part that is in view; a drag moves the camera. */
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { FAMILY } from '../../state/families';
import { type Bounds, type Plan, plan, seen } from '../../state/minimap';
import { pose, poseAsked } from '../../state/pose';
import { lecture, theme } from '../../state/store';
import { type Fit, fitOf, isWhole, toMap, toScene } from './drawing';

/** In CSS pixels. */
const [WIDTH, HEIGHT, MARGIN] = [180, 110, 6];

function sharp(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio;
  canvas.width = WIDTH * ratio;
  canvas.height = HEIGHT * ratio;
  const ink = canvas.getContext('2d');
  ink?.scale(ratio, ratio);
  return ink;
}

/** The i-th of rectangles laid end to end. */
const boundsAt = (all: Float32Array, i: number): Bounds => [
  all[i * 4] ?? 0,
  all[i * 4 + 1] ?? 0,
  all[i * 4 + 2] ?? 0,
  all[i * 4 + 3] ?? 0,
];

/** Blocks and frames on a canvas of their own: drawn once for a plan, however often the view moves. */
function drawPlan({ boxes, colours, frames }: Plan, fit: Fit, line: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  const ink = sharp(canvas);
  if (!ink) return canvas;
  ink.strokeStyle = line;
  for (let i = 0; i * 4 < frames.length; i++) ink.strokeRect(...toMap(fit, boundsAt(frames, i)));
  for (let i = 0; i * 4 < boxes.length; i++) {
    const [x, y, wide, tall] = toMap(fit, boundsAt(boxes, i));
    ink.fillStyle = FAMILY[colours[i] ?? ''] ?? FAMILY.other ?? line;
    ink.fillRect(x, y, Math.max(1, wide), Math.max(1, tall));
  }
  return canvas;
}

function drawView(canvas: HTMLCanvasElement, under: HTMLCanvasElement, fit: Fit, view: Bounds) {
  const ink = sharp(canvas);
  if (!ink) return;
  const style = getComputedStyle(canvas);
  ink.drawImage(under, 0, 0, WIDTH, HEIGHT);
  const [x, y, wide, tall] = toMap(fit, view);
  const [left, top] = [Math.max(0.5, x), Math.max(0.5, y)];
  const right = Math.min(WIDTH - 0.5, Math.max(x + wide, left + 3));
  const bottom = Math.min(HEIGHT - 0.5, Math.max(y + tall, top + 3));
  // What is out of view is dimmed, so that the part in view is found at a glance.
  ink.fillStyle = style.backgroundColor;
  ink.globalAlpha = 0.55;
  ink.beginPath();
  ink.rect(0, 0, WIDTH, HEIGHT);
  ink.rect(left, top, right - left, bottom - top);
  ink.fill('evenodd');
  ink.globalAlpha = 1;
  ink.strokeStyle = style.color;
  ink.strokeRect(left, top, right - left, bottom - top);
}

/** Moves the camera sideways to the place under the cursor. */
function move(event: PointerEvent, fit: Fit): void {
  const now = pose.peek();
  if (!now) return;
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  const across = ((event.clientX - box.left) / box.width) * WIDTH;
  const down = ((event.clientY - box.top) / box.height) * HEIGHT;
  const [x, y] = toScene(fit, across, down);
  const [, , distance, turn, tilt] = now;
  poseAsked.value = { pose: [x, y, distance, turn, tilt], smooth: event.type === 'pointerdown' };
}

function SmallMap({ shown, view }: { readonly shown: Plan; readonly view: Bounds }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const fit = useMemo(() => fitOf(shown.bounds, WIDTH, HEIGHT, MARGIN), [shown]);
  const dark = theme.value === 'dark';
  const under = useMemo(() => drawPlan(shown, fit, dark ? '#3a4664' : '#b4bfd0'), [shown, dark]);
  useEffect(() => {
    if (ref.current) drawView(ref.current, under, fit, view);
  }, [under, view]);
  return (
    <canvas
      class="minimap panel"
      ref={ref}
      // The arrow keys move the camera as well.
      role="img"
      aria-label="The whole network in small"
      title="The whole network; drag to move"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        move(event, fit);
      }}
      onPointerMove={(event) => {
        if (event.buttons & 1) move(event, fit);
      }}
    />
  );
}

export function Minimap() {
  const [shown, view] = [plan.value, seen.value];
  if (!shown || !view || lecture.value || isWhole(shown.bounds, view)) return null;
  return <SmallMap shown={shown} view={view} />;
}
