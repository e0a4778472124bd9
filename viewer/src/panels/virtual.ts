/** Long lists of rows of one height: only those in view are in the document. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { lecture } from '../state/store';

/** Rows kept above and below those in view, so that a quick wheel shows no gap. */
const SPARE = 6;

/** Rows of a list to draw: from `first` up to, not with, `last`. */
export interface Slice {
  readonly first: number;
  readonly last: number;
}

/** The rows that a box shows, with some to spare. */
export function sliceOf(
  top: number,
  height: number,
  row: number,
  count: number,
  spare = SPARE,
): Slice {
  const first = Math.max(0, Math.floor(top / row) - spare);
  return {
    first: Math.min(first, count),
    last: Math.min(count, Math.ceil((top + height) / row) + spare),
  };
}

/** How far to scroll so that a row is in view, with a row of its surroundings; as it is where it is already. */
export function scrollFor(index: number, top: number, height: number, row: number): number {
  if (index * row < top) return Math.max(0, (index - 1) * row);
  if ((index + 1) * row > top + height) return (index + 2) * row - height;
  return top;
}

/** A height in `rem` as CSS pixels: lecture mode has larger letters. */
export function useRowHeight(rem: number): number {
  // Read, so that the list is drawn again when letters grow; the attribute is set in the same turn.
  const grown = lecture.value;
  const [size, setSize] = useState(rem * 16);
  useLayoutEffect(() => {
    const frame = requestAnimationFrame(() =>
      setSize(rem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)),
    );
    return () => cancelAnimationFrame(frame);
  }, [rem, grown]);
  return size;
}

/** The rows that a scrolling box shows now; what shows them is drawn anew only where they change. */
export function useSlice(
  box: RefObject<HTMLElement | null>,
  row: number,
  count: number,
  spare = SPARE,
): Slice {
  const [seen, setSeen] = useState({ top: 0, height: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => {
      // To whole rows: within one nothing is to be drawn.
      const top = Math.floor(element.scrollTop / row) * row;
      const height = Math.ceil(element.clientHeight / row + 1) * row;
      setSeen((was) => (was.top === top && was.height === height ? was : { top, height }));
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [box, row]);
  return sliceOf(seen.top, seen.height, row, count, spare);
}

/** Brings a row into view. */
export function showRow(element: HTMLElement | null, index: number, row: number): void {
  if (!element || index < 0) return;
  element.scrollTop = scrollFor(index, element.scrollTop, element.clientHeight, row);
}
