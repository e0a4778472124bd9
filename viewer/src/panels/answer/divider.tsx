/** The line between the input and the answer, which is drawn to and fro. */
import { signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Size } from './fit';

/** Where it stands, as a share of the room's width. */
export const divider = signal(0.5);

interface DividerProps {
  readonly room: Size;
}

export function Divider({ room }: DividerProps) {
  const held = useRef(false);
  const at = divider.value;
  const move = (x: number) => {
    divider.value = Math.min(1, Math.max(0, x));
  };
  return (
    <div
      class="divider"
      role="slider"
      tabIndex={0}
      aria-label="Divider between the input and the answer"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(at * 100)}
      style={{ left: `${at * room[0]}px` }}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        held.current = true;
      }}
      onPointerMove={(event) => {
        const box = event.currentTarget.parentElement?.getBoundingClientRect();
        if (!held.current || !box) return;
        event.stopPropagation();
        move((event.clientX - box.left) / box.width);
      }}
      onPointerUp={(event) => {
        event.stopPropagation();
        held.current = false;
      }}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -0.02, ArrowRight: 0.02 }[event.key];
        if (!by) return;
        event.preventDefault();
        event.stopPropagation();
        move(at + by);
      }}
    >
      <span aria-hidden="true">‹ ›</span>
    </div>
  );
}
