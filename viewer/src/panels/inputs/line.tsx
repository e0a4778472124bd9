/** The lengths of what was fed, in one line that opens the list of inputs. */
import { opened, trace } from '../../state/store';
import { dialog } from '../dialogs';
import { type Input, inputsOf, lengthWords } from './lengths';

function wordsOf(inputs: readonly Input[]): string {
  const [first] = inputs;
  if (inputs.length > 1) {
    const free = inputs.reduce((n, one) => n + one.axes.filter((axis) => axis.free).length, 0);
    const axes = free === 1 ? '1 free axis' : `${free} free axes`;
    return `${inputs.length} inputs${free > 0 ? `, ${axes}` : ''}`;
  }
  return first ? lengthWords(first.axes) : '';
}

/** Nothing where there is one input of fixed lengths: its shape says all. */
export function InputsLine() {
  const graph = opened.value?.graph;
  if (!graph) return null;
  const inputs = inputsOf(graph, trace.value?.inputs ?? []);
  if (inputs.length === 0) return null;
  if (inputs.length === 1 && !inputs[0]?.axes.some((axis) => axis.free)) return null;
  const words = wordsOf(inputs);
  return (
    <button
      type="button"
      class="inputs-line"
      title={`${words}\nChange lengths, and what each input is given`}
      onClick={() => {
        dialog.value = 'inputs';
      }}
    >
      <span>{words}</span>
      <b>Set</b>
    </button>
  );
}
