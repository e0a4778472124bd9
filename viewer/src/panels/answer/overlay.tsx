/** Boxes, points and skeletons over the picture, each of them a way to what made it. */
import type { ComponentChildren } from 'preact';
import type { ItemDoc, ItemsDoc } from '../../client/readings';
import { type Mark, markOf } from '../../state/classcolours';
import { itemWords } from '../../state/labelled';
import { placeChips } from './chips';
import { CHIP, widthOf } from './chipsize';
import { boxInRoom, type Fit, type Rect, type Size, toRoom } from './fit';
import { PointName, Points } from './points';

/** One point of one item. */
export interface PointAt {
  readonly item: number;
  readonly point: number;
}

export interface Chosen {
  readonly item: number | null;
  readonly hovered: number | null;
}

interface Props extends Chosen {
  readonly content: ItemsDoc;
  readonly fit: Fit;
  readonly room: Size;
  readonly labels: boolean;
  readonly choose?: (item: number | null) => void;
  readonly hover?: (item: number | null) => void;
  /** The point that is pointed at or chosen, by item and number. */
  readonly point?: PointAt | null;
  readonly choosePoint?: (at: PointAt) => void;
  readonly hoverPoint?: (at: PointAt | null) => void;
}

/** The rectangle of an item in the room; of its points where it has no box. */
function rectOf(item: ItemDoc, fit: Fit): Rect | null {
  if (item.box) return boxInRoom(fit, item.box as [number, number, number, number]);
  const seen = item.points.flatMap(({ x, y }) => (x === null || y === null ? [] : [{ x, y }]));
  if (seen.length === 0) return null;
  const [xs, ys] = [seen.map(({ x }) => x), seen.map(({ y }) => y)];
  return boxInRoom(fit, [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]);
}

/** The outline of a box: its four corners where the model's box lies aslant on the picture. */
function outline(item: ItemDoc, fit: Fit): string {
  const corners = item.corners.length === 4 ? item.corners : [];
  return corners.map(([x = 0, y = 0]) => toRoom(fit, [x, y]).join(',')).join(' ');
}

function Outline({ item, fit, mark }: { item: ItemDoc; fit: Fit; mark: Mark }) {
  const rect = item.box && rectOf(item, fit);
  if (!rect) return null;
  const corners = outline(item, fit);
  const shape = (kind: string, more: Record<string, unknown> = {}) =>
    corners ? (
      <polygon class={kind} points={corners} {...more} />
    ) : (
      <rect class={kind} {...rect} rx="2" {...more} />
    );
  return (
    <>
      {shape('halo')}
      {shape('line', { stroke: mark.colour, 'stroke-dasharray': mark.dash || undefined })}
    </>
  );
}

function Chip({ words, place, mark }: { words: string; place: Rect; mark: Mark }) {
  return (
    <g class="chip" transform={`translate(${place.x} ${place.y})`}>
      <rect width={place.width} height={place.height} rx="3" fill={mark.colour} />
      <text x={CHIP.side} y={place.height / 2} dominant-baseline="central">
        {words}
      </text>
    </g>
  );
}

/** The smallest lie on top, so that each can be pointed at. */
function largestFirst(items: readonly ItemDoc[], fit: Fit): number[] {
  const area = items.map((item) => {
    const rect = rectOf(item, fit);
    return rect ? rect.width * rect.height : 0;
  });
  return items.map((_, i) => i).sort((a, b) => (area[b] ?? 0) - (area[a] ?? 0));
}

/** Colours by class; where all are of one class, by item only where points tell them apart. */
const markFor = (item: ItemDoc): Mark => markOf(item.index);

interface ShapeProps {
  readonly item: ItemDoc;
  readonly at: number;
  readonly props: Props;
}

function Shape({ item, at, props }: ShapeProps) {
  const { fit, content, point, choosePoint, hoverPoint } = props;
  const rect = rectOf(item, fit);
  const mark = markFor(item);
  return (
    <>
      {rect && <rect class="field" {...rect} />}
      <Outline item={item} fit={fit} mark={mark} />
      <Points
        item={item}
        fit={fit}
        colour={mark.colour}
        content={content}
        lit={point?.item === at ? point.point : null}
        {...(choosePoint ? { choose: (n) => choosePoint({ item: at, point: n }) } : {})}
        {...(hoverPoint
          ? { hover: (n) => hoverPoint(n === null ? null : { item: at, point: n }) }
          : {})}
      />
    </>
  );
}

interface ButtonProps {
  readonly state: string;
  readonly words: string;
  readonly choose: () => void;
  readonly hover: (on: boolean) => void;
  readonly children: ComponentChildren;
}

/** What can be chosen in the drawing, with the pointer and with keys. */
function Button({ state, words, choose, hover, children }: ButtonProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <button> cannot stand in a drawing
    <g
      class={`item${state}`}
      role="button"
      tabIndex={0}
      aria-label={words}
      aria-pressed={state === ' chosen'}
      onPointerEnter={() => hover(true)}
      onPointerLeave={() => hover(false)}
      onFocus={() => hover(true)}
      onBlur={() => hover(false)}
      onClick={choose}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        event.stopPropagation();
        choose();
      }}
    >
      {children}
    </g>
  );
}

export function Overlay(props: Props) {
  const { content, fit, room, labels, item: chosen, hovered, choose, hover } = props;
  const { items } = content;
  const words = items.map(itemWords);
  const wishes = items.map((one, i) => ({
    box: rectOf(one, fit) ?? { x: 0, y: 0, width: 0, height: 0 },
    size: [widthOf(words[i] ?? '') + CHIP.side * 2, CHIP.height] as const,
  }));
  const held = hovered ?? chosen;
  const chips = labels ? placeChips(wishes, room, held) : [];
  const state = (i: number) => (i === chosen ? ' chosen' : i === hovered ? ' hovered' : '');
  return (
    <svg class={held === null ? 'overlay' : 'overlay held'} width={room[0]} height={room[1]}>
      <title>{`${items.length} drawn over the picture`}</title>
      {largestFirst(items, fit).map((i) => {
        const one = items[i] as ItemDoc;
        const drawn = <Shape item={one} at={i} props={props} />;
        if (!choose) return <g key={i}>{drawn}</g>;
        return (
          <Button
            key={i}
            state={state(i)}
            words={words[i] || `${content.thing} ${i + 1}`}
            choose={() => choose(i === chosen ? null : i)}
            hover={(on) => hover?.(on ? i : null)}
          >
            {drawn}
          </Button>
        );
      })}
      <g class="chips-layer">
        {chips.map((place, i) =>
          place && words[i] ? (
            <g key={i} class={`chip-of${state(i)}`}>
              <Chip words={words[i]} place={place} mark={markFor(items[i] as ItemDoc)} />
            </g>
          ) : null,
        )}
      </g>
      {props.point && <PointName at={props.point} content={content} fit={fit} room={room} />}
    </svg>
  );
}
