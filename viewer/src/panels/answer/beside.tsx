/** A picture that the network gives, held against the input: by a divider, side by side, subtracted. */
import { signal } from '@preact/signals';
import { Fragment } from 'preact';
import type { FieldPictureDoc, ReadingDoc } from '../../client/readings';
import { short } from '../../state/numbers';
import { type Seen, seenOf, tailOf } from '../../state/readings';
import { Segments } from '../segments';
import { Arrows } from './arrows';
import { Divider, divider } from './divider';
import { Easel, Layer, Working } from './easel';
import type { Fit, Size } from './fit';
import { DepthLegend, FlowLegend } from './legends';
import { inputSrc, pictureSrc } from './parts';
import { Mark, Pixel } from './pixel';
import { askAt, glimpse } from './place';
import { Side } from './side';
import { Sliders } from './sliders';
import { rangeWords } from './words';

const SIDE = 2048;
type Way = 'swipe' | 'side' | 'answer' | 'difference' | 'over';
const COMMON = [
  { value: 'swipe', words: 'swipe', title: 'the input left of a divider, the answer at its right' },
  { value: 'side', words: 'side by side', title: 'both, moved together' },
  { value: 'answer', words: 'answer', title: 'the answer alone' },
] as const;
/** A picture is held against the input number by number; colours of a field are laid over it. */
const WAYS = {
  picture: [
    ...COMMON,
    { value: 'difference', words: 'difference', title: 'what differs is bright' },
  ],
  field: [
    ...COMMON,
    { value: 'over', words: 'over', title: 'the answer laid over the input, half transparent' },
  ],
} as const;
const wished = signal<Way>('swipe');
const OVER = 0.55;

const waysOf = ({ kind }: Pick<ReadingDoc, 'kind'>): readonly { value: Way; words: string }[] =>
  WAYS[kind === 'picture' ? 'picture' : 'field'];

/** How it is shown: as wished, where this kind can be shown so. */
const wayOf = (one: Pick<ReadingDoc, 'kind'>): Way =>
  waysOf(one).some(({ value }) => value === wished.value) ? wished.value : 'swipe';
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
  const way = wayOf(seen.reading);
  const { arrows } = seen.content as FieldPictureDoc;
  if (way === 'side') {
    const [left, right] = halves(fit, room);
    return (
      <>
        <Layer fit={left} src={input} alt="the input" />
        <Layer fit={right} src={answer} alt="the answer" />
        <Arrows arrows={arrows} fit={right} room={room} />
      </>
    );
  }
  if (way === 'answer' || way === 'over') {
    return (
      <>
        {way === 'over' && <Layer fit={fit} src={input} alt="the input" />}
        <Layer fit={fit} src={answer} alt="the answer" opacity={way === 'over' ? OVER : 1} />
        <Arrows arrows={arrows} fit={fit} room={room} />
        <Mark fit={fit} />
      </>
    );
  }
  const apart = way === 'difference';
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
      <Arrows arrows={arrows} fit={fit} room={room} from={divider.value * room[0]} />
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
  const range = content.near ? '' : rangeWords(content.low, content.high, content.unit);
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
  const asks = wayOf(reading) !== 'side';
  return (
    <>
      <div class="beside">
        <Segments
          label="Beside the input"
          choices={waysOf(reading)}
          value={wayOf(reading)}
          choose={(next) => {
            wished.value = next;
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
        {content.near && <DepthLegend content={content} />}
        {content.arrows.length > 0 && <FlowLegend most={content.high} unit={content.unit} />}
        <Figures content={content} />
        {content.note && <p class="quiet">{content.note}</p>}
      </Side>
    </>
  );
}
