/** The room in which a picture is shown: as large as it fits, zoomed by wheel and keys, dragged. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../icons';
import {
  type Fit,
  fitted,
  type Size,
  type Spot,
  toPicture,
  within,
  type Zoom,
  zoomAt,
} from './fit';

const MOST = 64;
const STEP = 1.5;
/** A pointer that moved less has clicked. */
const SLACK = 4;

/** The size of an element, kept up to date. */
export function useRoom<T extends HTMLElement>(): [{ readonly current: T | null }, Size] {
  const ref = useRef<T>(null);
  const [room, setRoom] = useState<Size>([0, 0]);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => setRoom([element.clientWidth, element.clientHeight]);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, room];
}

interface Props {
  readonly label: string;
  /** Width and height of the picture in its pixels. */
  readonly size: Size;
  readonly children: (fit: Fit, room: Size) => ComponentChildren;
  /** A click on a pixel of the picture. */
  readonly pick?: (at: Spot) => void;
  /** The pixel under the pointer; null where it has left. */
  readonly point?: (at: Spot | null) => void;
}

const KEYS: Readonly<Record<string, Spot>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function Easel({ label, size, children, pick, point }: Props) {
  const [ref, room] = useRoom<HTMLDivElement>();
  const [zoom, setZoom] = useState<Zoom | null>(null);
  const grip = useRef<{ x: number; y: number; moved: boolean } | null>(null);
  const now = fitted(room, size, false, zoom);
  const spot = (event: MouseEvent): Spot => {
    const box = ref.current?.getBoundingClientRect();
    return [event.clientX - (box?.left ?? 0), event.clientY - (box?.top ?? 0)];
  };
  const enlarge = (by: number, at: Spot = [room[0] / 2, room[1] / 2]) => {
    const times = Math.min(MOST, Math.max(1, (zoom?.times ?? 1) * by));
    setZoom(times === 1 ? null : zoomAt(room, size, now, at, times));
  };
  const shift = (x: number, y: number) => {
    if (!zoom) return;
    const across = now.mirrored ? -x : x;
    const at: Spot = [zoom.at[0] - across / now.scale, zoom.at[1] - y / now.scale];
    setZoom({ ...zoom, at: within(room, size, now.scale, at) });
  };
  const turned = useRef(enlarge);
  turned.current = enlarge;
  useLayoutEffect(() => {
    const element = ref.current;
    // By hand, because the framework's are passive: the page must not scroll.
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      turned.current(Math.exp(-event.deltaY / 400), spot(event));
    };
    element?.addEventListener('wheel', wheel, { passive: false });
    return () => element?.removeEventListener('wheel', wheel);
  }, []);
  return (
    <div class="easel">
      <section
        class={zoom ? 'easel-room zoomed' : 'easel-room'}
        ref={ref}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: as above
        tabIndex={0}
        aria-label={`${label}; plus and minus zoom, arrows move`}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          grip.current = { x: event.clientX, y: event.clientY, moved: false };
        }}
        onPointerMove={(event) => {
          point?.(toPicture(now, spot(event)));
          const from = grip.current;
          if (!from || event.buttons === 0) return;
          const [x, y] = [event.clientX - from.x, event.clientY - from.y];
          if (!from.moved && Math.hypot(x, y) < SLACK) return;
          grip.current = { x: event.clientX, y: event.clientY, moved: true };
          shift(x, y);
        }}
        onPointerUp={(event) => {
          const from = grip.current;
          grip.current = null;
          if (!from || from.moved || event.button !== 0) return;
          const at = toPicture(now, spot(event));
          if (at) pick?.(at);
        }}
        onPointerLeave={() => point?.(null)}
        onDblClick={() => setZoom(null)}
        onKeyDown={(event) => {
          const way = KEYS[event.key];
          if (event.key === '+' || event.key === '=') enlarge(STEP);
          else if (event.key === '-') enlarge(1 / STEP);
          else if (way && zoom) shift(-way[0] * 40, -way[1] * 40);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      >
        {room[0] > 0 && children(now, room)}
      </section>
      <ZoomButtons zoom={zoom} enlarge={enlarge} whole={() => setZoom(null)} scale={now.scale} />
    </div>
  );
}

interface ZoomProps {
  readonly zoom: Zoom | null;
  readonly scale: number;
  readonly enlarge: (by: number) => void;
  readonly whole: () => void;
}

function ZoomButtons({ zoom, scale, enlarge, whole }: ZoomProps) {
  return (
    <div class="zoom-buttons">
      <button
        type="button"
        class="icon-button"
        title="Smaller (−)"
        aria-label="Smaller"
        disabled={!zoom}
        onClick={() => enlarge(1 / STEP)}
      >
        −
      </button>
      <button
        type="button"
        class="zoom-scale number"
        title="The whole picture (double click)"
        onClick={whole}
      >
        {scale >= 10 ? scale.toFixed(0) : scale.toPrecision(2)}×
      </button>
      <button
        type="button"
        class="icon-button"
        title="Larger (+)"
        aria-label="Larger"
        onClick={() => enlarge(STEP)}
      >
        +
      </button>
    </div>
  );
}

interface LayerProps {
  readonly fit: Fit;
  readonly src: string;
  readonly alt: string;
  readonly class?: string;
  /** Pixels of the image itself to one of the picture, to know when they become visible. */
  readonly opacity?: number;
  /** Cut away at the left up to this share of its width. */
  readonly cut?: number;
  readonly blend?: boolean;
  readonly failed?: () => void;
}

/** From this many CSS pixels to a pixel on, each pixel is a square. */
const SQUARES = 2.5;

/** An image over the whole picture; the one before it stays until the next has come. */
export function Layer({
  fit: { left, top, width, height, scale, mirrored: turned },
  ...props
}: LayerProps) {
  const style = {
    left: `${left}px`,
    top: `${top}px`,
    width: `${width}px`,
    height: `${height}px`,
    opacity: props.opacity ?? 1,
    transform: turned ? 'scaleX(-1)' : 'none',
    clipPath: props.cut === undefined ? 'none' : `inset(0 0 0 ${props.cut * 100}%)`,
    mixBlendMode: props.blend ? 'difference' : 'normal',
  };
  const classes = ['layer', scale >= SQUARES ? 'pixelated' : '', props.class ?? ''];
  return (
    <img
      class={classes.filter(Boolean).join(' ')}
      src={props.src}
      alt={props.alt}
      style={style}
      draggable={false}
      onError={() => props.failed?.()}
    />
  );
}

/** Says that an answer is on its way, once that takes long enough to be noticed. */
export function Working({ words }: { readonly words: string }) {
  return (
    <p class="working" role="status">
      <Icon name="flip" />
      {words}
    </p>
  );
}
