/** Boxes and points over the picture, with a list of them. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ItemDoc, ItemsDoc, ReadingDoc } from '../../client/readings';
import { markOf } from '../../state/classcolours';
import { itemWords, labelled } from '../../state/labelled';
import { seenOf } from '../../state/readings';
import { Switch } from '../segments';
import { MadeBy } from './cells';
import { Easel, Layer, Working } from './easel';
import { Overlay } from './overlay';
import { inputSrc, pictureSrc, sizeOf } from './parts';
import { Side } from './side';
import { Sliders } from './sliders';
import { boxWords, foundWords } from './words';

/** Side of the picture that is asked for: as large as a window can show. */
const SIDE = 2048;
const MOST_LISTED = 200;

const picked = signal<number | null>(null);
const pointed = signal<number | null>(null);
const labels = signal(true);
const masks = signal(true);

function Row({ one, at }: { readonly one: ItemDoc; readonly at: number }) {
  const on = picked.value === at;
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
        <span>{itemWords({ ...one, score: null }) || `box ${at + 1}`}</span>
        <b class="number">{one.score?.toFixed(3) ?? ''}</b>
      </button>
      {on && (
        <div class="found-detail">
          {one.box && <p class="number">{boxWords(one.box as [number, number, number, number])}</p>}
          <MadeBy cells={one.cells} />
        </div>
      )}
    </li>
  );
}

function List({ content }: { readonly content: ItemsDoc }) {
  const shown = content.items.slice(0, MOST_LISTED);
  return (
    <section class="found-list" aria-label="Found">
      <h3>
        {foundWords(content.items.length, content.before)}
        <span class="unseen"> above the thresholds</span>
      </h3>
      {content.items.length === 0 && (
        <p class="quiet">Nothing lies above the thresholds. Lower them to see weaker candidates.</p>
      )}
      <ul>
        {shown.map((one, i) => (
          <Row key={i} one={one} at={i} />
        ))}
      </ul>
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
  }, [count]);
  if (!seen) return <Working words="Reading the outputs…" />;
  const content = labelled(seen.content);
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
              labels={labels.value}
              item={picked.value}
              hovered={pointed.value}
              choose={(next) => {
                picked.value = next;
              }}
              hover={(next) => {
                pointed.value = next;
              }}
            />
          </>
        )}
      </Easel>
      <Side reading={reading} results={<List content={content} />}>
        <Sliders reading={reading} />
        <Switch
          words="Labels"
          title="Names and scores at the boxes"
          on={labels.value}
          turn={(on) => {
            labels.value = on;
          }}
        />
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
