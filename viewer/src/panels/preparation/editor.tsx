/** The preparation as a list of steps: what is done to the input before the network sees it. */
import { useEffect } from 'preact/hooks';
import type { Step } from '../../client/documents';
import { complain, prepare } from '../../state/actions';
import { catalogue, needCatalogue, presetSteps } from '../../state/preparing';
import { editorAsked, stepsShown, toggleSteps } from '../../state/stepcards';
import { closeDialog } from '../dialogs';
import { pick } from '../files';
import { Menu } from '../menu';
import { Switch } from '../segments';
import { type Draft, useDraft } from './draft';
import { added, moved, replaced, stepsIn, without } from './list';
import { StepRow } from './row';

function apply(steps: readonly Step[] | null): void {
  closeDialog();
  void prepare(steps && [...steps]);
}

/** Hands the steps out as a file that can be loaded again, here or by --preprocess. */
function save(steps: readonly Step[]): void {
  const text = JSON.stringify({ version: 1, preparation: steps }, null, 1);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = 'preparation.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function load(file: File, draft: Draft): Promise<void> {
  try {
    const steps = stepsIn(await file.text());
    if (!steps) throw new Error(`${file.name} holds no list of steps: choose another file`);
    draft.set(steps);
  } catch (problem) {
    complain(problem);
  }
}

function Bar({ draft }: { readonly draft: Draft }) {
  const all = catalogue.value;
  const take = (name: string) => presetSteps(name).then(draft.set, complain);
  return (
    <div class="row editor-bar">
      <Menu
        below
        label="Add a step"
        title="Add a step where it belongs"
        items={(all?.kinds ?? []).map((kind) => ({
          words: kind.name,
          note: kind.words,
          act: () => all && draft.set(added(draft.steps, kind, all)),
        }))}
      />
      <Menu
        below
        label="Presets"
        title="Preparations by name"
        items={(all?.presets ?? []).map((preset) => ({
          words: preset.title,
          note: preset.words,
          act: () => void take(preset.name),
        }))}
      />
      <button type="button" class="button" onClick={() => save(draft.steps)}>
        Save as file
      </button>
      <button
        type="button"
        class="button"
        onClick={() => pick('.json', (file) => void load(file, draft))}
      >
        Load from file
      </button>
      <Switch
        words="In the scene"
        title="Whether the steps stand before the first layer (s)"
        on={stepsShown.value}
        turn={toggleSteps}
      />
    </div>
  );
}

export function PreparationEditor() {
  const draft = useDraft();
  const { steps, seen, set } = draft;
  const kinds = new Map((catalogue.value?.kinds ?? []).map((kind) => [kind.name, kind]));
  useEffect(() => {
    void needCatalogue().catch(complain);
    return () => {
      editorAsked.value = null;
    };
  }, []);
  const problem = draft.problem ?? (seen?.problem ? `Step ${(seen.at ?? 0) + 1} is wrong.` : null);
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (!problem) apply(steps);
      }}
    >
      <Bar draft={draft} />
      <ol class="steps">
        {steps.map((step, i) => (
          <StepRow
            key={`${i} ${step.step}`}
            step={step}
            number={i}
            last={i === steps.length - 1}
            kind={kinds.get(step.step)}
            stage={seen?.stages[i]}
            problem={seen?.at === i ? seen.problem : null}
            asked={editorAsked.value?.step === i}
            change={(next) => set(replaced(steps, i, next))}
            move={(by) => set(moved(steps, i, by))}
            remove={() => set(without(steps, i))}
          />
        ))}
      </ol>
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
