/** Keeps the room that the panels leave for the scene up to date: the stage and the inset. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { inset, stageArea } from '../state/store';

type Side = 'top' | 'bottom' | 'left' | 'right';

/** Panels that take room from the stage. */
const edges = new Map<HTMLElement, Side>();
let hole: HTMLElement | null = null;

/** Below this an inset shows nothing, in CSS pixels. */
const LEAST_INSET = 40;

/** A panel at the right that has become as wide as the window is a sheet at the bottom. */
const sideOf = (side: Side, box: DOMRect): Side =>
  side === 'right' && box.left < innerWidth / 4 ? 'bottom' : side;

function measureStage(): void {
  const area = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  for (const [element, side] of edges) {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    // In a narrow window a panel at the left lies over the stage.
    if (side === 'left' && box.width > innerWidth / 3) continue;
    const where = sideOf(side, box);
    if (where === 'top') area.top = Math.max(area.top, box.bottom);
    else if (where === 'bottom') area.bottom = Math.min(area.bottom, box.top);
    else if (where === 'left') area.left = Math.max(area.left, box.right);
    else area.right = Math.min(area.right, box.left);
  }
  const now = stageArea.peek();
  const same = (Object.keys(area) as (keyof typeof area)[]).every((key) => area[key] === now[key]);
  if (!same) stageArea.value = area;
}

/**
 * The hole's visible part: a panel that scrolls may hide some of it.
 *
 * Its edges are whole pixels, so that cells drawn in it are sharp.
 */
function visible(element: HTMLElement): DOMRect | null {
  const box = element.getBoundingClientRect();
  const clip = element.closest('[data-clips]')?.getBoundingClientRect() ?? box;
  const left = Math.round(Math.max(box.left, clip.left));
  const top = Math.round(Math.max(box.top, clip.top));
  const right = Math.round(Math.min(box.right, clip.right));
  const bottom = Math.round(Math.min(box.bottom, clip.bottom));
  if (right - left < LEAST_INSET || bottom - top < LEAST_INSET) return null;
  return new DOMRect(left, top, right - left, bottom - top);
}

function measureInset(): void {
  const next = hole && visible(hole);
  const now = inset.peek();
  const same =
    next && now
      ? next.x === now.x &&
        next.y === now.y &&
        next.width === now.width &&
        next.height === now.height
      : next === now;
  if (!same) inset.value = next;
}

export function measure(): void {
  measureStage();
  measureInset();
}

const observer = new ResizeObserver(measure);

/** Measures again whenever the window, a panel, or what scrolls in one has moved. */
export function startMeasuring(root: HTMLElement): void {
  observer.observe(root);
  addEventListener('resize', measure);
  document.addEventListener('scroll', measure, { capture: true, passive: true });
  measure();
}

/** Marks an element as a panel that takes room from the stage; null where it lies over it. */
export function useEdge<T extends HTMLElement>(side: Side | null) {
  const ref = useRef<T>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element || side === null) return;
    edges.set(element, side);
    observer.observe(element);
    measure();
    return () => {
      edges.delete(element);
      observer.unobserve(element);
      measure();
    };
  }, [side]);
  return ref;
}

/** Marks an element as the hole that the scene draws the open tensor in. */
export function useHole<T extends HTMLElement>() {
  const ref = useRef<T>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    hole = element;
    // Its neighbours move it without changing its size.
    const around = [element, ...(element.closest('[data-clips]')?.children ?? [])];
    for (const one of around) observer.observe(one);
    measure();
    return () => {
      for (const one of around) observer.unobserve(one);
      if (hole === element) hole = null;
      measure();
    };
  }, []);
  return ref;
}
