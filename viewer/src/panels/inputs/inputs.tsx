/** All inputs of the network: the lengths of their free axes, and what each is given. */
import { useState } from 'preact/hooks';
import type { GivenDoc } from '../../client/documents';
import { runWith, uploadFile } from '../../state/actions';
import { given, opened, running, trace } from '../../state/store';
import { closeDialog } from '../dialogs';
import { FileButton } from '../filebutton';
import { fieldOf, type Input, inputsOf, lengthWords, shapesOf, type Typed } from './lengths';

interface RowProps {
  readonly input: Input;
  readonly typed: Typed;
  readonly type: (field: string, text: string) => void;
  /** Runs with a file for this input; with null as without one. */
  readonly give: (file: File | null) => void;
}

function Lengths({ input, typed, type }: Omit<RowProps, 'give'>) {
  const free = input.axes.flatMap((axis, at) => (axis.free ? [{ axis, at }] : []));
  if (free.length === 0) return null;
  return (
    <div class="input-fields">
      {free.map(({ axis, at }) => (
        <label key={at}>
          {axis.name}
          <input
            type="text"
            inputMode="numeric"
            autocomplete="off"
            aria-label={`Length of ${axis.name} of ${input.name}`}
            placeholder={axis.length === null ? 'free' : String(axis.length)}
            value={
              typed.get(fieldOf(input, at)) ?? (axis.chosen === null ? '' : String(axis.chosen))
            }
            onInput={({ currentTarget }) => type(fieldOf(input, at), currentTarget.value)}
          />
        </label>
      ))}
    </div>
  );
}

/** The key under which the number of an input is typed. */
const numberOf = (input: Input): string => `${input.name} =`;

function One({ input, typed, type }: Omit<RowProps, 'give'>) {
  const number = input.doc?.number ?? null;
  const first = opened.value?.graph.inputs[0] === input.value;
  // The one number of a network's only input is what was fed, not a default.
  if (number === null || (first && opened.value?.graph.inputs.length === 1)) return null;
  return (
    <div class="input-fields">
      <label>
        value
        <input
          type="text"
          inputMode="decimal"
          autocomplete="off"
          aria-label={`Value of ${input.name}`}
          value={typed.get(numberOf(input)) ?? String(number)}
          onInput={({ currentTarget }) => type(numberOf(input), currentTarget.value)}
        />
      </label>
    </div>
  );
}

/** Who chose what it was given, and what that is. */
function givenWords({ by, given: words }: GivenDoc): string {
  if (by === 'user') return `given: ${words}`;
  return words.startsWith('synthetic') ? words : `default: ${words}`;
}

function Row({ input, typed, type, give }: RowProps) {
  const [over, setOver] = useState(false);
  const { doc } = input;
  return (
    <li
      class={over ? 'input-row over' : 'input-row'}
      onDragOver={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(false);
        const [file] = event.dataTransfer?.files ?? [];
        if (file) give(file);
      }}
    >
      <div class="input-words">
        <p>
          <strong class="number">{input.name}</strong>
          <span class="quiet number">{input.dtype}</span>
        </p>
        <p>{lengthWords(input.axes)}</p>
        <p class="quiet">{doc ? givenWords(doc) : 'nothing has been fed yet'}</p>
      </div>
      <Lengths input={input} typed={typed} type={type} />
      <One input={input} typed={typed} type={type} />
      <div class="row">
        <FileButton
          accept=".npy,.npz"
          take={give}
          title={`An array for ${input.name}; it can be dropped here too`}
        >
          Array…
        </FileButton>
        {given.value.has(input.name) && (
          <button
            type="button"
            class="button"
            aria-label={`Default for ${input.name}`}
            onClick={() => give(null)}
          >
            Default
          </button>
        )}
      </div>
    </li>
  );
}

/** What single inputs are given, with the numbers that were typed; a sentence where one is none. */
function numbersIn(inputs: readonly Input[], typed: Typed): typeof given.value | string {
  const next = new Map(given.value);
  for (const input of inputs) {
    const text = typed.get(numberOf(input))?.trim();
    if (text === undefined || Number(text) === input.doc?.number) continue;
    const number = text === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(number)) {
      return `${input.name} wants a number; ${text || 'nothing'} was typed: type one.`;
    }
    next.set(input.name, { number });
  }
  return next;
}

export function Inputs() {
  const [typed, setTyped] = useState<Typed>(new Map());
  const [problem, setProblem] = useState('');
  const graph = opened.value?.graph;
  if (!graph) return null;
  const inputs = inputsOf(graph, trace.value?.inputs ?? []);
  const attempt = async (change: Parameters<typeof runWith>[0]): Promise<boolean> => {
    setProblem('');
    const said = await runWith(change);
    if (said === null) setTyped(new Map());
    else setProblem(said);
    return said === null;
  };
  const apply = async (): Promise<void> => {
    const [shapes, values] = [shapesOf(inputs, typed), numbersIn(inputs, typed)];
    if (typeof shapes === 'string') setProblem(shapes);
    else if (typeof values === 'string') setProblem(values);
    else if (await attempt({ shapes, given: values })) closeDialog();
  };
  const give = async (input: Input, file: File | null): Promise<void> => {
    const next = new Map(given.value);
    try {
      if (file) next.set(input.name, { upload: await uploadFile(file), name: file.name });
      else next.delete(input.name);
    } catch (failed) {
      setProblem(failed instanceof Error ? failed.message : String(failed));
      return;
    }
    await attempt({ given: next });
  };
  return (
    <form
      class="inputs"
      onSubmit={(event) => {
        event.preventDefault();
        void apply();
      }}
    >
      <p class="quiet">
        A free axis may have any length: type one, or leave its field empty to have one chosen.
      </p>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <ul>
        {inputs.map((input) => (
          <Row
            key={input.value}
            input={input}
            typed={typed}
            type={(field, text) => setTyped(new Map(typed).set(field, text))}
            give={(file) => void give(input, file)}
          />
        ))}
      </ul>
      <div class="row">
        <button type="submit" class="button primary" disabled={running.value !== null}>
          Run with these
        </button>
      </div>
    </form>
  );
}
