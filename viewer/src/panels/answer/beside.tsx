/** A picture that the network gives, held against the input: by a divider, side by side, subtracted. */
import { signal } from '@preact/signals';
import { Fragment } from 'preact';
import { useRef } from 'preact/hooks';
import type { FieldPictureDoc, ReadingDoc } from '../../client/readings';
import { short } from '../../state/numbers';
import { type Seen, seenOf, tailOf } from '../../state/readings';
import { Segments } from '../segments';
import { Easel, Layer, Working } from './easel';
import type { Fit, Size } from './fit';
import { inputSrc, pictureSrc } from './parts';
import { Mark, Pixel } from './pixel';
import { askAt, glimpse } from './place';
import { Side } from './side';
import { Sliders } from './sliders';
import { rangeWords } from './words';

const SIDE = 2048;
type Way = 'swipe' | 'side' | 'answer' | 'difference';
const WAYS = [
  { value: 'swipe', words: 'swipe', title: 'the input left of a divider, the answer at its right' },
  { value: 'side', words: 'side by side', title: 'both, moved together' },
  { value: 'answer', words: 'answer', title: 'the answer alone' },
  { value: 'difference', words: 'difference', title: 'what differs is bright' },
] as const;
const way = signal<Way>('swipe');
/** Where the divider stands, as a share of the room's width. */
const divider = signal(0.5);

interface DividerProps {
  readonly room: Size;
}

function Divider({ room }: DividerProps) {
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

/** The divider's place as a share of the picture, which may be shifted and enlarged. */
const shareOf = (fit: Fit, room: Size): number => {
  const share = (divider.value * room[0] - fit.left) / fit.width;
  return Math.min(1, Math.max(0, fit.mirrored ? 1 - share : share));
};

/** Both halves of a room, each with its own picture at the same place. */
function halves(fit: Fit, room: Size): [Fit, Fit] {
  const times = Math.min(1, (room[0] - 12) / 2 / fit.width);
  const [width, height] = [fit.width * times, fit.height * times];
  const one = { ...fit, width, height, scale: fit.scale * times, top: (room[1] - height) / 2 };
  return [
    { ...one, left: room[0] / 2 - 6 - width },
    { ...one, left: room[0] / 2 + 6 },
  ];
}

function Pictures({
  seen,
  fit,
  room,
}: {
  readonly seen: Seen;
  readonly fit: Fit;
  readonly room: Size;
}) {
  // An output of its own size shows a part of the picture perhaps: the input is laid under it.
  const input =
    seen.reading.kind === 'picture'
      ? tailOf(seen.key, '/picture.png', 'show=source')
      : inputSrc(seen.trace, SIDE);
  const answer = pictureSrc(seen);
  if (way.value === 'side') {
    const [left, right] = halves(fit, room);
    return (
      <>
        <Layer fit={left} src={input} alt="the input" />
        <Layer fit={right} src={answer} alt="the answer" />
      </>
    );
  }
  if (way.value === 'answer') {
    return (
      <>
        <Layer fit={fit} src={answer} alt="the answer" />
        <Mark fit={fit} />
      </>
    );
  }
  const apart = way.value === 'difference';
  return (
    <>
      <Layer fit={fit} src={input} alt="the input" />
      <Layer
        fit={fit}
        src={answer}
        alt="the answer"
        blend={apart}
        {...(apart ? {} : { cut: shareOf(fit, room) })}
      />
      <Mark fit={fit} />
      {!apart && (
        <>
          <span class="half left">input</span>
          <span class="half right">answer</span>
          <Divider room={room} />
        </>
      )}
    </>
  );
}

function Figures({ content }: { readonly content: FieldPictureDoc }) {
  const range = rangeWords(content.low, content.high, content.unit);
  const [width = 0, height = 0] = content.size;
  return (
    <dl class="figures">
      <dt>size</dt>
      <dd class="number">
        {width} × {height}
      </dd>
      {range && (
        <>
          <dt>range</dt>
          <dd class="number">{range}</dd>
        </>
      )}
      {Object.entries(content.beside).map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd class="number">{short(value)}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

export function Beside({ reading }: { readonly reading: ReadingDoc }) {
  const seen = seenOf<FieldPictureDoc>('picture', 'depth', 'flow');
  if (!seen) return <Working words="Reading the outputs…" />;
  const { content } = seen;
  const asks = way.value !== 'side';
  return (
    <>
      <div class="beside">
        <Segments
          label="Beside the input"
          choices={WAYS}
          value={way.value}
          choose={(next) => {
            way.value = next;
          }}
        />
        <Easel
          label={reading.title}
          size={content.size as unknown as Size}
          {...(asks
            ? {
                pick: (at) => void askAt(seen, at),
                point: (at) => glimpse(seen, at),
              }
            : {})}
        >
          {(fit, room) => <Pictures seen={seen} fit={fit} room={room} />}
        </Easel>
      </div>
      <Side reading={reading} results={<Pixel seen={seen} />}>
        <Sliders reading={reading} />
        <Figures content={content} />
        {content.note && <p class="quiet">{content.note}</p>}
      </Side>
    </>
  );
}
