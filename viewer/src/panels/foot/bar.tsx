/** The title of an answer, or tabs where there are several, and what can be done with it. */
import { openAnswer, showReading } from '../../state/reading';
import { reading, readings } from '../../state/readings';
import { trace } from '../../state/store';
import { ReadAsButton } from '../answer/readas';
import { Icon } from '../icons';

/** Which of several readings; their titles say what each is. */
function Titles() {
  const all = readings.value;
  const doc = trace.value;
  const heading = doc?.synthetic ? 'Output for a synthetic input' : 'Answer';
  if (all.length < 2) return <span title={heading}>{heading}</span>;
  return (
    <span class="reading-tabs">
      <span class="unseen">{heading}</span>
      {all.map((one, i) => (
        <button
          key={`${one.kind} ${one.values.join()}`}
          type="button"
          aria-pressed={one === reading.value}
          title={one.why}
          onClick={() => showReading(i)}
        >
          {one.title}
        </button>
      ))}
    </span>
  );
}

/** Title or tabs, and what can be done with the answer. */
export function AnswerBar({ words }: { readonly words: string }) {
  return (
    <p class="overline answer-bar">
      <Titles />
      {words && <span>{words}</span>}
      {reading.value && (
        <span class="answer-ways">
          <button
            type="button"
            class="text-button"
            title="Open the answer (z)"
            onClick={openAnswer}
          >
            <Icon name="screen" />
            Open
          </button>
          <ReadAsButton />
        </span>
      )}
    </p>
  );
}
