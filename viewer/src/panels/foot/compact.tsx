/** An answer that is no class vector, in short: its picture, its line, and why it is read so. */
import type { ItemsDoc, NumbersDoc, ReadingDoc, TextDoc } from '../../client/readings';
import { goToElement } from '../../state/elements';
import { labelled } from '../../state/labelled';
import { short } from '../../state/numbers';
import { openAnswer } from '../../state/reading';
import { type Seen, seenOf, summary, unread } from '../../state/readings';
import { Layer, useRoom } from '../answer/easel';
import { fitted, type Size } from '../answer/fit';
import { Overlay } from '../answer/overlay';
import { inputSrc, isBeside, isOver, pictureSrc, sizeOf } from '../answer/parts';
import { chosenWords } from '../answer/words';
import { AnswerBar } from './bar';

/** The foot's picture is small: the scene's own size is more than enough. */
const SIDE = 512;

function Drawn({ seen, room }: { readonly seen: Seen; readonly room: Size }) {
  const { reading, content } = seen;
  const place = fitted(room, sizeOf(seen));
  const items = reading.kind === 'boxes' || reading.kind === 'keypoints';
  const masks = items && (content as ItemsDoc).masks;
  return (
    <>
      {isOver(reading) && <Layer fit={place} src={inputSrc(seen.trace, SIDE)} alt="" />}
      {(!items || masks) && (
        <Layer fit={place} src={pictureSrc(seen)} alt="" opacity={isOver(reading) ? 0.75 : 1} />
      )}
      {items && (
        <Overlay
          content={labelled(content as ItemsDoc)}
          fit={place}
          room={room}
          labels={false}
          item={null}
          hovered={null}
        />
      )}
    </>
  );
}

/** The picture with what is drawn over it; a click opens the answer. */
function Thumb({ reading }: { readonly reading: ReadingDoc }) {
  const [ref, room] = useRoom<HTMLButtonElement>();
  const seen = seenOf(reading.kind);
  return (
    <button
      type="button"
      class="answer-thumb"
      ref={ref}
      title="Open the answer (z)"
      aria-label={`Open the answer: ${summary.value}`}
      onClick={openAnswer}
    >
      {seen && room[0] > 0 && <Drawn seen={seen} room={room} />}
    </button>
  );
}

/** The first numbers, or the first words, where there is no picture. */
function Told({ reading }: { readonly reading: ReadingDoc }) {
  const numbers = seenOf<NumbersDoc>('numbers')?.content;
  const text = seenOf<TextDoc>('text')?.content;
  if (reading.kind === 'numbers' && numbers) {
    return (
      <ul class="told-numbers">
        {numbers.rows.slice(0, 5).map((row) => (
          <li key={row.name}>
            <button
              type="button"
              disabled={row.cells.length === 0}
              title="See the number in its tensor"
              onClick={() =>
                row.cells[0] && void goToElement(row.cells[0].value, row.cells[0].flat)
              }
            >
              <span>{row.name}</span>
              <b class="number">
                {short(row.value)} {row.unit ?? ''}
              </b>
            </button>
          </li>
        ))}
      </ul>
    );
  }
  if (reading.kind === 'text' && text) {
    const words = text.text ?? text.tokens.map((one) => one.text ?? `#${one.id}`).join(' ');
    return <p class="told-text">{words}</p>;
  }
  return null;
}

export function Compact({ reading }: { readonly reading: ReadingDoc }) {
  const pictured = isOver(reading) || isBeside(reading);
  return (
    <>
      {pictured && <Thumb reading={reading} />}
      <div class="verdict">
        <AnswerBar words={chosenWords(reading)} />
        <p class="winner-line">
          <strong title={summary.value}>{summary.value}</strong>
        </p>
        <p class="why clamped" title={reading.why}>
          {unread.value || reading.why}
        </p>
      </div>
      {!pictured && <Told reading={reading} />}
    </>
  );
}
