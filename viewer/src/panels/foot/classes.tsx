/** The best classes as bars; each leads to the number that made it. */
import type { AnswerDoc, TraceDoc } from '../../client/documents';
import type { ClassesDoc, ReadingDoc } from '../../client/readings';
import { areShares, best, className, lengths, modeOf, type Shown } from '../../state/answers';
import { isBatched, item } from '../../state/batch';
import { goToElement } from '../../state/elements';
import { itemAnswer } from '../../state/itemanswers';
import { score } from '../../state/numbers';
import { seenOf } from '../../state/readings';
import { type AnswerMode, answerMode, settings } from '../../state/store';
import { Segments } from '../segments';
import { AnswerBar } from './bar';

const MODES = [
  { value: 'raw', words: 'raw', title: 'the values as the model gives them' },
  { value: 'softmax', words: 'softmax', title: 'shares that sum to one' },
  { value: 'sigmoid', words: 'sigmoid', title: 'each class by itself' },
] as const;

/** What the scores are, and whose work. */
function modeWords(answer: AnswerDoc, mode: AnswerMode): string {
  if (!answer.raw) return 'as the model gives it';
  return mode === 'raw' ? 'raw values of the model' : `${mode}, not part of the model`;
}

interface BarsProps {
  readonly shown: readonly Shown[];
  readonly shares: boolean;
  /** Goes to the number of a class. */
  readonly go: (index: number) => void;
}

function Bars({ shown, shares, go }: BarsProps) {
  const long = lengths(shown, shares);
  return (
    <ol class="bars" aria-label={`Top ${shown.length}`}>
      {shown.map((one, i) => (
        <li key={one.index} class={i === 0 ? 'winner' : ''}>
          <button
            type="button"
            title={`${className(one)}: see the number that says so`}
            onClick={() => go(one.index)}
          >
            <span class="bar-name">{className(one)}</span>
            <span class="bar-track" aria-hidden="true">
              <span style={{ transform: `scaleX(${long[i] ?? 0})` }} />
            </span>
            <span class="number">{score(one.score, shares)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

/** The class vector of a reading that is not the one that the run came with. */
function asAnswer(reading: ReadingDoc | null): AnswerDoc | null {
  const value = reading?.values[0];
  const content = seenOf<ClassesDoc>('classes')?.content;
  if (!content || value === undefined) return null;
  const { raw, applied, classes, top } = content;
  return { value, raw, applied, classes, top };
}

interface Props {
  readonly doc: TraceDoc;
  readonly reading: ReadingDoc | null;
}

export function Classes({ doc, reading }: Props) {
  const own = doc.answer && (!reading || reading.values[0] === doc.answer.value);
  const answer = own ? itemAnswer.value : asAnswer(reading);
  if (!answer) {
    return (
      <div class="verdict">
        <AnswerBar words={reading?.why ?? ''} />
        <p class="winner-line">
          <strong>{reading?.summary}</strong>
        </p>
      </div>
    );
  }
  const mode = modeOf(answer, answerMode.value);
  const shares = areShares(answer, mode);
  const shown = best(answer, mode, settings.value);
  const [first] = shown;
  const go = (index: number) => {
    const place = answer.classes.findIndex((one) => one.index === index);
    const before = isBatched(answer.value) ? item.peek() * answer.classes.length : 0;
    if (place >= 0) void goToElement(answer.value, before + place);
  };
  return (
    <>
      <div class="verdict">
        <AnswerBar words="" />
        {first && (
          <p class="winner-line">
            <strong title={className(first)}>{className(first)}</strong>
            <span class="number">{score(first.score, shares)}</span>
          </p>
        )}
        <p class="why one-line">{modeWords(answer, mode)}</p>
        {answer.raw && (
          <Segments
            label="Scores"
            choices={MODES}
            value={mode}
            choose={(next) => {
              answerMode.value = next;
            }}
          />
        )}
      </div>
      <Bars shown={shown} shares={shares} go={go} />
    </>
  );
}
