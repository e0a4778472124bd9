/** The input's picture to paint on: strokes and boxes in pixels of the picture as it came. */
import { useRef, useState } from 'preact/hooks';
import type { TraceDoc } from '../../client/documents';
import { paint, setShapes, shapes } from '../../state/disturb';
import type { Shape } from '../../state/disturbing';

export type Tool = 'brush' | 'box';
type Spot = readonly [number, number];

interface Props {
  readonly doc: TraceDoc;
  readonly tool: Tool;
  /** Radius of the brush, as a share of the picture's longer side. */
  readonly size: number;
}

/** Closer points add nothing to a stroke, in radii. */
const CLOSE = 0.3;

const boxOf = (a: Spot, b: Spot): Shape => ({
  box: [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])],
});

export function Canvas({ doc, tool, size }: Props) {
  const [width, height] = [doc.input?.width ?? 1, doc.input?.height ?? 1];
  const radius = Math.max(0.5, size * Math.max(width, height));
  // The same picture run after run: one address, so that it does not flicker.
  const [shown, setShown] = useState({ name: doc.input?.name, id: doc.id });
  if (shown.name !== doc.input?.name) setShown({ name: doc.input?.name, id: doc.id });
  const svg = useRef<SVGSVGElement>(null);
  const from = useRef<Spot | null>(null);
  const [points, setPoints] = useState<readonly Spot[]>([]);
  const spot = (event: PointerEvent): Spot => {
    const box = svg.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    const scale = Math.min(box.width / width, box.height / height);
    const x = (event.clientX - box.left - (box.width - width * scale) / 2) / scale;
    const y = (event.clientY - box.top - (box.height - height * scale) / 2) / scale;
    return [Math.round(x * 100) / 100, Math.round(y * 100) / 100];
  };
  const shapeOf = (line: readonly Spot[]): Shape => {
    const [first, last] = [line[0], line.at(-1)];
    return tool === 'box' && first && last ? boxOf(first, last) : { points: line, radius };
  };
  const begin = (event: PointerEvent) => {
    event.preventDefault();
    svg.current?.setPointerCapture(event.pointerId);
    const at = spot(event);
    from.current = at;
    setPoints([at]);
    if (tool === 'brush') setShapes([...shapes.value, shapeOf([at])]);
  };
  const go = (event: PointerEvent) => {
    if (!from.current) return;
    const at = spot(event);
    const last = points.at(-1) ?? at;
    if (tool === 'brush' && Math.hypot(at[0] - last[0], at[1] - last[1]) < radius * CLOSE) return;
    const line = tool === 'box' ? [from.current, at] : [...points, at];
    const others = points.length > 1 || tool === 'brush' ? shapes.value.slice(0, -1) : shapes.value;
    setPoints(line);
    setShapes([...others, shapeOf(line)]);
  };
  const end = () => {
    from.current = null;
    setPoints([]);
  };
  const colour = `rgb(${paint.value} ${paint.value} ${paint.value})`;
  return (
    <svg
      ref={svg}
      class="paint"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label="The input: paint on it with the pointer"
      onPointerDown={begin}
      onPointerMove={go}
      onPointerUp={end}
      onPointerCancel={end}
    >
      <image
        href={`./t/${shown.id}/input.png`}
        width={width}
        height={height}
        preserveAspectRatio="none"
        class={Math.max(width, height) <= 128 ? 'pixelated' : ''}
      />
      {shapes.value.map((shape, i) =>
        'box' in shape ? (
          <rect
            key={i}
            x={shape.box[0]}
            y={shape.box[1]}
            width={shape.box[2] - shape.box[0]}
            height={shape.box[3] - shape.box[1]}
            fill={colour}
          />
        ) : (
          <polyline
            key={i}
            points={[...shape.points, shape.points.at(-1) ?? [0, 0]].join(' ')}
            fill="none"
            stroke={colour}
            stroke-width={shape.radius * 2}
            stroke-linecap="round"
            stroke-linejoin="round"
          />
        ),
      )}
    </svg>
  );
}
