/** Which pixel is what: masks over the picture, all classes or one. */
import { signal } from '@preact/signals';
import type { MaskClassDoc, MasksDoc, ReadingDoc } from '../../client/readings';
import { maskName } from '../../state/labelled';
import { seenOf, summary } from '../../state/readings';
import { Easel, Layer, Working } from './easel';
import { inputSrc, pictureSrc, sizeOf } from './parts';
import { Mark, Pixel } from './pixel';
import { askAt, glimpse } from './place';
import { Side } from './side';
import { Sliders } from './sliders';
import { shareWords } from './words';

const SIDE = 2048;
const opacity = signal(0.6);
/** The class that is shown alone; null for all. */
const only = signal<number | null>(null);

function Row({ one }: { readonly one: MaskClassDoc }) {
  const on = only.value === one.index;
  return (
    <li>
      <button
        type="button"
        class="found"
        aria-pressed={on}
        title={on ? 'Show all classes' : 'Show this class alone'}
        onClick={() => {
          only.value = on ? null : one.index;
        }}
      >
        <i style={{ background: one.colour }} />
        <span>{maskName(one)}</span>
        <b class="number">{shareWords(one.share)}</b>
      </button>
    </li>
  );
}

function Legend({ content }: { readonly content: MasksDoc }) {
  return (
    <section class="found-list" aria-label="Classes">
      <h3>Share of the picture</h3>
      <ul>
        {content.classes.map((one) => (
          <Row key={one.index} one={one} />
        ))}
      </ul>
      {only.value !== null && (
        <button
          type="button"
          class="text-button"
          onClick={() => {
            only.value = null;
          }}
        >
          All classes
        </button>
      )}
      {content.note && <p class="quiet">{content.note}</p>}
    </section>
  );
}

function Opacity() {
  return (
    <label class="slider">
      <span>opacity of the mask</span>
      <output class="number">{Math.round(opacity.value * 100)}%</output>
      <input
        type="range"
        name="opacity"
        min={0}
        max={1}
        step={0.05}
        value={opacity.value}
        onInput={({ currentTarget }) => {
          opacity.value = Number(currentTarget.value);
        }}
      />
    </label>
  );
}

export function Masks({ reading }: { readonly reading: ReadingDoc }) {
  const seen = seenOf<MasksDoc>('masks');
  if (!seen) return <Working words="Reading the outputs…" />;
  const alone = seen.content.classes.some((one) => one.index === only.value) ? only.value : null;
  return (
    <>
      <Easel
        label={reading.title}
        size={sizeOf(seen)}
        pick={(at) => void askAt(seen, at)}
        point={(at) => glimpse(seen, at)}
      >
        {(fit) => (
          <>
            <Layer fit={fit} src={inputSrc(seen.trace, SIDE)} alt="the input" />
            <Layer
              fit={fit}
              src={pictureSrc(seen, alone)}
              alt={`the mask: ${summary.value}`}
              class="mask"
              opacity={opacity.value}
            />
            <Mark fit={fit} />
          </>
        )}
      </Easel>
      <Side
        reading={reading}
        results={
          <>
            <Pixel seen={seen} />
            <Legend content={seen.content} />
          </>
        }
      >
        <fieldset class="sliders">
          <legend class="unseen">Mask</legend>
          <Opacity />
        </fieldset>
        <Sliders reading={reading} />
      </Side>
    </>
  );
}
