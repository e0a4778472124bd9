/** The preparation as a form: what is done to a picture before the network sees it. */
import { useState } from 'preact/hooks';
import type { Step } from '../../client/documents';
import { prepare } from '../../state/actions';
import { stepWords } from '../../state/stepwords';
import { trace } from '../../state/store';
import { closeDialog } from '../dialogs';
import { ColourFields, RangeFields, ResizeFields } from './fields';
import { formOf, stepsOf, wrong } from './form';

interface StagesProps {
  readonly steps: readonly Step[];
  readonly stages: readonly string[];
}

/** The steps as they were carried out, with what came out of each and why it is there. */
function Stages({ steps, stages }: StagesProps) {
  return (
    <ol class="stages">
      {steps.map((step, i) => (
        <li key={i}>
          <strong>{stepWords(step)}</strong>
          <span class="number">{stages[i]}</span>
          {step.why && (
            <em>
              {step.guessed ? 'guessed: ' : ''}
              {step.why}
            </em>
          )}
        </li>
      ))}
    </ol>
  );
}

export function PreparationEditor() {
  const before = (trace.value?.preparation ?? []) as Step[];
  const [form, setForm] = useState(() => formOf(before));
  const problem = wrong(form);
  const apply = (steps: Step[] | null) => {
    closeDialog();
    void prepare(steps);
  };
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (!problem) apply(stepsOf(form, before));
      }}
    >
      <div class="fields">
        <ResizeFields form={form} change={setForm} />
        <ColourFields form={form} change={setForm} />
        <RangeFields form={form} change={setForm} />
      </div>
      <section>
        <h3>Carried out on this input</h3>
        <Stages steps={before} stages={trace.value?.stages ?? []} />
      </section>
      <footer class="row">
        <p class="problem" role="status">
          {problem}
        </p>
        <button
          type="button"
          class="button"
          title="Forget these choices and guess from the model and the picture"
          onClick={() => apply(null)}
        >
          Guess again
        </button>
        <button type="submit" class="button primary" disabled={problem !== null}>
          Apply and run
        </button>
      </footer>
    </form>
  );
}
