/** How the outputs are read, as a form: a kind, which outputs, their roles and settings. */
import { useState } from 'preact/hooks';
import type { ReadingKind } from '../../client/readings';
import { times } from '../../state/numbers';
import { readAs } from '../../state/reading';
import { reading } from '../../state/readings';
import { opened } from '../../state/store';
import { closeDialog, dialog } from '../dialogs';
import { nameOf } from './cells';
import { type Field, fieldsOf, fieldWords, type OutputChoice, valuesOf } from './fields';
import { listText, type Numbers, parseList } from './lists';
import { chosenWords, KIND_NOTES, KINDS } from './words';

export function ReadAsButton() {
  return (
    <button
      type="button"
      class="text-button"
      title="Say how the outputs are to be read"
      aria-haspopup="dialog"
      onClick={() => {
        dialog.value = 'reading';
      }}
    >
      Read as…
    </button>
  );
}

function outputs(): OutputChoice[] {
  const graph = opened.value?.graph;
  return (graph?.outputs ?? []).map((value) => ({
    value,
    words: `${nameOf(value)}  ${times(graph?.shapeOf(value) ?? null)}`,
  }));
}

type Settings = Readonly<Record<string, unknown>>;

interface ListProps {
  readonly name: string;
  readonly value: Numbers;
  readonly change: (value: unknown) => void;
}

/** Numbers as plain text; what is no list of them is said, and keeps the form from being sent. */
function List({ name, value, change }: ListProps) {
  // As it was when the form opened: how many numbers there are is not changed by typing.
  const [like] = useState(value);
  const [text, setText] = useState(() => listText(value));
  const [wrong, setWrong] = useState('');
  const lines = listText(like).split('\n').length;
  return (
    <div class="role-list">
      <textarea
        id={`role-${name}`}
        class="number"
        rows={lines}
        spellcheck={false}
        aria-invalid={wrong !== ''}
        aria-describedby={`wrong-${name}`}
        value={text}
        onInput={({ currentTarget }) => {
          const read = parseList(currentTarget.value, like);
          setText(currentTarget.value);
          setWrong(typeof read === 'string' ? read : '');
          currentTarget.setCustomValidity(typeof read === 'string' ? read : '');
          if (typeof read !== 'string') change(read);
        }}
      />
      <p id={`wrong-${name}`} class="problem" role="alert">
        {wrong}
      </p>
    </div>
  );
}

interface FieldProps {
  readonly field: Field;
  readonly outputs: readonly OutputChoice[];
  readonly change: (value: unknown) => void;
}

function Entry({ field, outputs: all, change }: FieldProps) {
  if (field.what === 'output') {
    return (
      <select
        id={`role-${field.name}`}
        value={field.value ?? ''}
        onChange={({ currentTarget }) =>
          change(currentTarget.value === '' ? null : Number(currentTarget.value))
        }
      >
        <option value="">none</option>
        {all.map((one) => (
          <option key={one.value} value={one.value}>
            {one.words}
          </option>
        ))}
      </select>
    );
  }
  if (field.what === 'choice') {
    return (
      <select
        id={`role-${field.name}`}
        value={field.value}
        onChange={({ currentTarget }) => change(currentTarget.value)}
      >
        {field.choices.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    );
  }
  if (field.what === 'flag') {
    return (
      <input
        id={`role-${field.name}`}
        type="checkbox"
        checked={field.value}
        onChange={({ currentTarget }) => change(currentTarget.checked)}
      />
    );
  }
  if (field.what === 'list') {
    return <List name={field.name} value={field.value} change={change} />;
  }
  if (field.what === 'number') {
    return (
      <input
        id={`role-${field.name}`}
        type="number"
        step="any"
        value={field.value ?? ''}
        onInput={({ currentTarget }) =>
          change(currentTarget.value === '' ? null : Number(currentTarget.value))
        }
      />
    );
  }
  return (
    <input
      id={`role-${field.name}`}
      type="text"
      value={field.value}
      onInput={({ currentTarget }) => change(currentTarget.value)}
    />
  );
}

interface KindsProps {
  readonly kind: ReadingKind;
  readonly choose: (kind: ReadingKind) => void;
}

function Kinds({ kind, choose }: KindsProps) {
  return (
    <fieldset class="kinds">
      <legend>Kind</legend>
      {(Object.keys(KINDS) as ReadingKind[]).map((one) => (
        <label key={one} class="kind">
          <input type="radio" name="kind" checked={one === kind} onChange={() => choose(one)} />
          <span>
            <strong>{KINDS[one]}</strong>
            <small>{KIND_NOTES[one]}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface TicksProps {
  readonly all: readonly OutputChoice[];
  readonly ticked: readonly number[];
  readonly tick: (ticked: number[]) => void;
}

function Ticks({ all, ticked, tick }: TicksProps) {
  if (all.length < 2) return null;
  return (
    <fieldset class="ticks">
      <legend>Outputs</legend>
      {all.map(({ value, words }) => (
        <label key={value} class="field">
          <input
            type="checkbox"
            checked={ticked.includes(value)}
            onChange={() =>
              tick(
                all
                  .map((one) => one.value)
                  .filter((one) => (one === value ? !ticked.includes(one) : ticked.includes(one))),
              )
            }
          />
          <span class="number">{words}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function ReadAs() {
  const now = reading.value;
  const all = outputs();
  const [kind, setKind] = useState<ReadingKind>(now?.kind ?? 'tensor');
  const [ticked, setTicked] = useState<readonly number[]>(now?.values ?? []);
  const [settings, setSettings] = useState<Settings>(now?.settings ?? {});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const begin = (next: ReadingKind, values: readonly number[]) => {
    setKind(next);
    setTicked(values);
    setProblem(null);
    // Roles of another kind are recognized among the outputs that are ticked.
    const same = next === now?.kind && values.join() === now.values.join();
    setSettings(same ? now.settings : {});
  };
  const send = async (correction: Parameters<typeof readAs>[0]) => {
    setBusy(true);
    const refused = await readAs(correction);
    setBusy(false);
    setProblem(refused);
    if (refused === null) closeDialog();
  };
  const values = valuesOf(settings, ticked);
  return (
    <form
      class="editor read-as"
      onSubmit={(event) => {
        event.preventDefault();
        void send({ kind, values, settings });
      }}
    >
      <div class="read-as-columns">
        <Kinds kind={kind} choose={(next) => begin(next, ticked)} />
        <div class="roles">
          {now && (
            <p class="quiet">
              Now read as {now.title}, {chosenWords(now)}: {now.why}
            </p>
          )}
          {kind !== now?.kind && (
            <p class="quiet">
              Roles and settings follow from the outputs that are ticked; they can be changed here
              afterwards.
            </p>
          )}
          <Ticks all={all} ticked={ticked} tick={(next) => begin(kind, next)} />
          {fieldsOf(settings, kind, all).map((field) => (
            <div key={`${kind} ${ticked.join()} ${field.name}`} class="role-field">
              <label for={`role-${field.name}`}>{fieldWords(field.name, kind)}</label>
              <Entry
                field={field}
                outputs={all}
                change={(value) => setSettings({ ...settings, [field.name]: value })}
              />
            </div>
          ))}
        </div>
      </div>
      <footer class="row">
        <p class="problem" role="status">
          {problem}
        </p>
        <button
          type="button"
          class="button"
          disabled={busy}
          title="Forget what was chosen, and judge by shapes, names and operators"
          onClick={() => void send(null)}
        >
          Recognize again
        </button>
        <button
          type="submit"
          class="button primary"
          disabled={busy || (values.length === 0 && kind !== 'tensor')}
        >
          {busy ? 'Reading…' : `Read as ${KINDS[kind].toLowerCase()}`}
        </button>
      </footer>
    </form>
  );
}
