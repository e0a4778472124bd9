/** What the network says, and how sure it is where that can be told. */
import type { AnswerDoc, FailureDoc, TraceDoc } from '../../client/documents';
import { areShares, best, className, lengths, modeOf, type Shown } from '../../state/answers';
import { score } from '../../state/numbers';
import { type AnswerMode, answerMode, opened, settings, trace } from '../../state/store';
import { Segments } from '../segments';

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
}

function Bars({ shown, shares }: BarsProps) {
  const long = lengths(shown, shares);
  return (
    <ol class="bars" aria-label={`Top ${shown.length}`}>
      {shown.map((one, i) => (
        <li key={one.index} class={i === 0 ? 'winner' : ''}>
          <span class="bar-name" title={className(one)}>
            {className(one)}
          </span>
          <span class="bar-track" aria-hidden="true">
            <span style={{ transform: `scaleX(${long[i] ?? 0})` }} />
          </span>
          <span class="number">{score(one.score, shares)}</span>
        </li>
      ))}
    </ol>
  );
}

function Heading({ doc, words }: { readonly doc: TraceDoc; readonly words: string }) {
  return (
    <p class="overline">
      <span>{doc.synthetic ? 'Output for a synthetic input' : 'Answer'}</span>
      <span>{words}</span>
    </p>
  );
}

function Classes({ doc, answer }: { readonly doc: TraceDoc; readonly answer: AnswerDoc }) {
  const mode = modeOf(answer, answerMode.value);
  const shares = areShares(answer, mode);
  const shown = best(answer, mode, settings.value);
  const [first] = shown;
  return (
    <>
      <div class="verdict">
        <Heading doc={doc} words={modeWords(answer, mode)} />
        {first && (
          <p class="winner-line">
            <strong title={className(first)}>{className(first)}</strong>
            <span class="number">{score(first.score, shares)}</span>
          </p>
        )}
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
      <Bars shown={shown} shares={shares} />
    </>
  );
}

function Failed({
  failure,
  message,
}: {
  readonly failure: FailureDoc | null;
  readonly message: string | null;
}) {
  const node = failure?.node == null ? null : opened.value?.graph.node(failure.node);
  const where = node ? `The run stopped at ${node.name} (${node.op})` : 'The run stopped';
  const said = failure?.message ?? message ?? 'The engine gave no reason.';
  return (
    <div class="verdict failed">
      <p class="winner-line">
        <strong>{where}</strong>
      </p>
      {failure && failure.shapes.length > 0 && (
        <p class="number" title={failure.shapes.join('\n')}>
          inputs: {failure.shapes.join(', ')}
        </p>
      )}
      <p class="clamped" title={said}>
        {said}
      </p>
    </div>
  );
}

export function Answer() {
  const doc = trace.value;
  if (!doc) return <section class="answer" aria-label="Answer" />;
  const answer = doc.answer;
  return (
    <section class="answer" aria-label="Answer">
      {doc.state === 'failed' ? (
        <Failed failure={doc.failure} message={doc.message} />
      ) : answer ? (
        <Classes doc={doc} answer={answer} />
      ) : (
        <div class="verdict">
          <Heading doc={doc} words="" />
          <p>The output is a tensor, not a class vector.</p>
        </div>
      )}
    </section>
  );
}
