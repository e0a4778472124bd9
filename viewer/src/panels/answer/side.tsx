/** What stands beside the picture: choices, what was found, why it is read so, the raw tensors. */
import type { ComponentChildren } from 'preact';
import type { ReadingDoc } from '../../client/readings';
import { select } from '../../state/actions';
import { times } from '../../state/numbers';
import { unread } from '../../state/readings';
import { opened } from '../../state/store';
import { nameOf } from './cells';
import { chosenWords } from './words';

/** The outputs as they are, each a click away. */
function Raw({ values }: { readonly values: readonly number[] }) {
  const graph = opened.value?.graph;
  return (
    <section class="raw-tensors" aria-label="Raw tensors">
      <h3>{values.length === 1 ? 'Raw tensor' : 'Raw tensors'}</h3>
      <ul>
        {values.map((value) => (
          <li key={value}>
            <button
              type="button"
              class="cell-link number"
              title="Open the tensor"
              onClick={() => {
                const node = graph?.producerOf(value) ?? -1;
                select({ value, node: node < 0 ? null : node, map: null });
              }}
            >
              <span>{nameOf(value)}</span>
              {times(graph?.shapeOf(value) ?? null)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface Props {
  readonly reading: ReadingDoc;
  /** What was found, each a way to the cells that made it. */
  readonly results?: ComponentChildren;
  /** What can be chosen. */
  readonly children?: ComponentChildren;
}

export function Side({ reading, results, children }: Props) {
  return (
    <div class={results ? 'answer-side' : 'answer-side bare'}>
      <div class="side-choices">
        {unread.value && (
          <p class="problem" role="alert">
            {unread.value}
          </p>
        )}
        {children}
      </div>
      {results && <div class="side-results">{results}</div>}
      <div class="side-told">
        <section class="reasons">
          <h3>
            Read as {reading.title} <em class={reading.chosen}>{chosenWords(reading)}</em>
          </h3>
          <p class="quiet">{reading.why}</p>
        </section>
        <Raw values={reading.values} />
      </div>
    </div>
  );
}
