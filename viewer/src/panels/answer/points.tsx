/** Points and what joins them over the picture; each is a way to the numbers that placed it. */
import type { ItemDoc, ItemsDoc } from '../../client/readings';
import { boneColour, pointColours } from '../../state/pointcolours';
import { CHIP, widthOf } from './chipsize';
import { type Fit, type Size, toRoom } from './fit';
import type { PointAt } from './overlay';
import { pointWords } from './words';

/** Past so many points each is drawn smaller: those of a face would run together. */
const MANY = 30;

interface Props {
  readonly item: ItemDoc;
  readonly fit: Fit;
  readonly colour: string;
  readonly content: ItemsDoc;
  /** The point that stands out. */
  readonly lit: number | null;
  readonly choose?: (point: number) => void;
  readonly hover?: (point: number | null) => void;
}

export function Points({ item, fit, colour, content, lit, choose, hover }: Props) {
  const { points } = item;
  const places = points.map(({ x, y }) => (x === null || y === null ? null : toRoom(fit, [x, y])));
  const colours = pointColours(content.names, points.length, colour);
  const sure = (i: number) => (points[i]?.score ?? 1) >= content.least;
  const radius = points.length > MANY ? 2.25 : 3.5;
  return (
    <>
      {content.skeleton.map(([a = 0, b = 0]) => {
        const [from, to] = [places[a], places[b]];
        if (!from || !to || !sure(a) || !sure(b)) return null;
        const ends = { x1: from[0], y1: from[1], x2: to[0], y2: to[1] };
        const stroke = boneColour(colours[a] ?? colour, colours[b] ?? colour, colour);
        return (
          <g key={`${a} ${b}`}>
            <line class="halo" {...ends} />
            <line class="line" {...ends} stroke={stroke} />
          </g>
        );
      })}
      {places.map(
        (place, i) =>
          place && (
            // biome-ignore lint/a11y/noStaticElementInteractions: the list beside has the same by keys
            <circle
              key={i}
              class={i === lit ? 'joint lit' : 'joint'}
              data-point={i}
              cx={place[0]}
              cy={place[1]}
              r={i === lit ? radius + 2 : radius}
              fill={colours[i]}
              opacity={sure(i) ? 1 : 0.35}
              onPointerEnter={() => hover?.(i)}
              onPointerLeave={() => hover?.(null)}
              onClick={(event) => {
                if (!choose) return;
                event.stopPropagation();
                choose(i);
              }}
            />
          ),
      )}
    </>
  );
}

interface NameProps {
  readonly at: PointAt;
  readonly content: ItemsDoc;
  readonly fit: Fit;
  readonly room: Size;
}

/** What the point is that stands out, beside it. */
export function PointName({ at, content, fit, room }: NameProps) {
  const one = content.items[at.item]?.points[at.point];
  if (!one || one.x === null || one.y === null) return null;
  const words = pointWords(content.names, at.point, one.score);
  const [x, y] = toRoom(fit, [one.x, one.y]);
  const width = widthOf(words) + CHIP.side * 2;
  const left = x + 9 + width > room[0] ? x - 9 - width : x + 9;
  const top = Math.max(0, Math.min(room[1] - CHIP.height, y - CHIP.height / 2));
  return (
    <g class="chip point-name" transform={`translate(${left} ${top})`}>
      <rect width={width} height={CHIP.height} rx="3" fill="#fff" />
      <text x={CHIP.side} y={CHIP.height / 2} dominant-baseline="central">
        {words}
      </text>
    </g>
  );
}
