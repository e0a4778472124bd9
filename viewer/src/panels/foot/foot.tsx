/** The foot of the page: what was fed, how it was prepared, and what came out. */

import { flip } from '../../state/actions';
import { hold } from '../../state/scales';
import { holdRange, opened, previous } from '../../state/store';
import { Icon } from '../icons';
import { useEdge } from '../measure';
import { Switch } from '../segments';
import { Answer } from './answer';
import { Fed } from './fed';
import { LabelsMenu } from './labels';
import { Samples } from './samples';

function Choices() {
  return (
    <div class="choices">
      <LabelsMenu />
      <Switch
        words="Hold ranges"
        title="Keep the colour ranges from one input to the next (r)"
        on={holdRange.value}
        turn={hold}
      />
      <button
        type="button"
        class="button"
        title="Back to the previous input, and forth (b)"
        disabled={!previous.value}
        onClick={() => void flip()}
      >
        <Icon name="flip" />
        Previous
      </button>
    </div>
  );
}

/** Instead of an input and an answer, where there is nothing to run. */
function Weights() {
  return (
    <section class="weights-only" aria-label="Weights without a network">
      <p>
        <strong>Weights without a network.</strong> They can be looked at, not run: click on a
        module, or on the squares at its left, to see its tensors. To run it, open the whole model;
        for a PyTorch checkpoint, say what builds it with <code>--model module:Class</code>.
      </p>
    </section>
  );
}

export function Foot() {
  const edge = useEdge<HTMLElement>('bottom');
  if (opened.value?.graph.runs === false) {
    return (
      <footer class="foot panel" ref={edge}>
        <Weights />
      </footer>
    );
  }
  return (
    <footer class="foot panel" ref={edge}>
      <div class="foot-row">
        <Fed />
        <Answer />
        <Choices />
        <Samples />
      </div>
    </footer>
  );
}
