/** Boxes and points over the picture, with a list of them. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ItemDoc, ItemsDoc, ReadingDoc } from '../../client/readings';
import { markOf } from '../../state/classcolours';
import { itemWords, labelled } from '../../state/labelled';
import { short } from '../../state/numbers';
import { pointColours, sidesOf } from '../../state/pointcolours';
import { seenOf } from '../../state/readings';
import { Switch } from '../segments';
import { MadeBy } from './cells';
import { Easel, Layer, Working } from './easel';
import { Overlay, type PointAt } from './overlay';
import { inputSrc, pictureSrc, sizeOf } from './parts';
import { Side } from './side';
import { Sliders } from './sliders';
import { boxWords, cellsOfBox, cellsOfPoint, foundWords, pointWords } from './words';

/** Side of the picture that is asked for: as large as a window can show. */
const SIDE = 2048;
const MOST_LISTED = 200;

const picked = signal<number | null>(null);
const pointed = signal<number | null>(null);
const labels = signal(true);
const masks = signal(true);
/** The point that was chosen, and the one under the pointer. */
const pickedPoint = signal<PointAt | null>(null);
const hoveredPoint = signal<PointAt | null>(null);

function PointRow({
  content,
  at,
  colour,
}: {
  readonly content: ItemsDoc;
  readonly at: PointAt;
  readonly colour: string;
}) {
  const item = content.items[at.item] as ItemDoc;
  const one = item.points[at.point];
  const now = pickedPoint.value;
  const on = now?.item === at.item && now.point === at.point;
  const over = hoveredPoint.value?.item === at.item && hoveredPoint.value.point === at.point;
  return (
    <li>
      <button
        type="button"
        class={over ? 'found pointed' : 'found'}
        aria-expanded={on}
        onPointerEnter={() => {
          hoveredPoint.value = at;
        }}
        onPointerLeave={() => {
          hoveredPoint.value = null;
        }}
        onClick={() => {
          pickedPoint.value = on ? null : at;
        }}
      >
        <i class="dot-mark" style={{ background: colour }} />
        <span>{pointWords(content.names, at.point, null)}</span>
        <b class="number">{one?.score?.toFixed(3) ?? ''}</b>
      </button>
      {on && (
        <div class="found-detail">
          <p class="number">
            {one?.x == null || one.y == null ? 'no place' : `at ${short(one.x)}, ${short(one.y)}`}
          </p>
          <MadeBy cells={cellsOfPoint(item, at.point)} />
        </div>
      )}
    </li>
  );
}

function PointRows({ content, at }: { readonly content: ItemsDoc; readonly at: number }) {
  const item = content.items[at] as ItemDoc;
  const colours = pointColours(content.names, item.points.length, markOf(item.index).colour);
  return (
    <ul class="point-rows" aria-label="Points">
      {item.points.map((_, i) => (
        <PointRow key={i} content={content} at={{ item: at, point: i }} colour={colours[i] ?? ''} />
      ))}
    </ul>
  );
}

function Row({ content, at }: { readonly content: ItemsDoc; readonly at: number }) {
  const one = content.items[at] as ItemDoc;
  const on = picked.value === at;
  const own = one.each > 0 ? cellsOfBox(one) : one.cells;
  return (
    <li>
      <button
        type="button"
        class={pointed.value === at ? 'found pointed' : 'found'}
        aria-expanded={on}
        onPointerEnter={() => {
          pointed.value = at;
        }}
        onPointerLeave={() => {
          pointed.value = null;
        }}
        onClick={() => {
          picked.value = on ? null : at;
        }}
      >
        <i style={{ background: markOf(one.index).colour }} />
        <span>{itemWords({ ...one, score: null }) || `${content.thing} ${at + 1}`}</span>
        <b class="number">{one.score?.toFixed(3) ?? ''}</b>
      </button>
      {on && (
        <div class="found-detail">
          {one.box && <p class="number">{boxWords(one.box as [number, number, number, number])}</p>}
          <MadeBy cells={own} />
          {one.points.length > 0 && <PointRows content={content} at={at} />}
        </div>
      )}
    </li>
  );
}

function List({ content }: { readonly content: ItemsDoc }) {
  const { items, before, note } = content;
  return (
    <section class="found-list" aria-label="Found">
      <h3>
        {foundWords(items.length, before)}
        <span class="unseen"> above the thresholds</span>
      </h3>
      {items.length === 0 && (
        <p class="quiet">Nothing lies above the thresholds. Lower them to see weaker candidates.</p>
      )}
      <ul>
        {items.slice(0, MOST_LISTED).map((_, i) => (
          <Row key={i} content={content} at={i} />
        ))}
      </ul>
      {note && <p class="quiet">{note}</p>}
    </section>
  );
}

/** All points of the one thing that has nothing else. */
function PointList({ content }: { readonly content: ItemsDoc }) {
  const colours = sidesOf(content.names);
  return (
    <section class="found-list" aria-label="Found">
      <h3>{content.items[0]?.points.length ?? 0} points</h3>
      {colours.length > 0 && (
        <p class="sides">
          {colours.map(([side, colour]) => (
            <span key={side}>
              <i class="dot-mark" style={{ background: colour }} /> {side}
            </span>
          ))}
          <span class="quiet">of whoever is seen</span>
        </p>
      )}
      {content.items.length > 0 && <PointRows content={content} at={0} />}
      {content.note && <p class="quiet">{content.note}</p>}
    </section>
  );
}

export function Items({ reading }: { readonly reading: ReadingDoc }) {
  const seen = seenOf<ItemsDoc>('boxes', 'keypoints');
  const count = seen?.content.items.length ?? 0;
  useEffect(() => {
    if ((picked.peek() ?? -1) >= count) picked.value = null;
    if ((pointed.peek() ?? -1) >= count) pointed.value = null;
    if ((pickedPoint.peek()?.item ?? -1) >= count) pickedPoint.value = null;
    hoveredPoint.value = null;
  }, [count]);
  if (!seen) return <Working words="Reading the outputs…" />;
  const content = labelled(seen.content);
  const alone = reading.kind === 'keypoints';
  return (
    <>
      <Easel label={reading.title} size={sizeOf(seen)}>
        {(fit, room) => (
          <>
            <Layer fit={fit} src={inputSrc(seen.trace, SIDE)} alt="the input" />
            {content.masks && masks.value && (
              <Layer fit={fit} src={pictureSrc(seen)} alt="a mask of each" class="mask" />
            )}
            <Overlay
              content={content}
              fit={fit}
              room={room}
              labels={labels.value && !alone}
              item={alone ? null : picked.value}
              hovered={alone ? null : pointed.value}
              choose={(next) => {
                picked.value = next;
              }}
              hover={(next) => {
                pointed.value = next;
              }}
              point={hoveredPoint.value ?? pickedPoint.value}
              choosePoint={(at) => {
                picked.value = at.item;
                pickedPoint.value = at;
              }}
              hoverPoint={(at) => {
                hoveredPoint.value = at;
              }}
            />
          </>
        )}
      </Easel>
      <Side
        reading={reading}
        results={alone ? <PointList content={content} /> : <List content={content} />}
      >
        <Sliders reading={reading} />
        {!alone && (
          <Switch
            words="Labels"
            title="Names and scores at the boxes"
            on={labels.value}
            turn={(on) => {
              labels.value = on;
            }}
          />
        )}
        {content.masks && (
          <Switch
            words="Masks"
            title="Which pixels belong to each box"
            on={masks.value}
            turn={(on) => {
              masks.value = on;
            }}
          />
        )}
      </Side>
    </>
  );
}
