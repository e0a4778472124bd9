/** One parameter of a step as a field, by the rule that the catalogue states. */
import { useId, useState } from 'preact/hooks';
import type { Parameter } from '../../state/preparing';
import { numbersIn } from './list';

interface Props {
  readonly parameter: Parameter;
  readonly value: unknown;
  /** Called with undefined where an optional parameter is left out. */
  readonly set: (value: unknown) => void;
  /** Of the field, for its label. */
  readonly id?: string;
}

const LISTS = new Set(['numbers', 'nonzero']);
const NUMBERS = new Set(['number', 'share', 'radius', 'seed', 'size', 'count', 'place']);

export function ParameterField({ parameter, value, set }: Props) {
  const { name, rule, words, optional } = parameter;
  const id = useId();
  const title = `${words}${optional ? '; may be left empty' : ''}`;
  return (
    <span class="parameter" title={title}>
      <label for={id}>{name}</label>
      {rule === 'choice' ? (
        <Choice parameter={parameter} value={value} set={set} id={id} />
      ) : NUMBERS.has(rule) ? (
        <NumberField parameter={parameter} value={value} set={set} id={id} />
      ) : rule === 'shapes' ? (
        <Shapes value={value} set={set} id={id} />
      ) : (
        <TextField parameter={parameter} value={value} set={set} id={id} />
      )}
    </span>
  );
}

function Choice({ parameter, value, set, id }: Props) {
  return (
    <select
      id={id}
      value={String(value ?? '')}
      onChange={({ currentTarget }) => set(currentTarget.value)}
    >
      {parameter.choices.map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </select>
  );
}

function NumberField({ parameter, value, set, id }: Props) {
  const [low, high, step] = parameter.slide ?? [undefined, undefined, 'any'];
  return (
    <input
      id={id}
      type="number"
      step={step}
      min={low}
      max={high}
      value={typeof value === 'number' ? value : ''}
      placeholder={parameter.optional ? 'auto' : ''}
      onInput={({ currentTarget }) => {
        const typed = currentTarget.valueAsNumber;
        if (Number.isFinite(typed)) set(typed);
        else set(parameter.optional ? undefined : null);
      }}
    />
  );
}

const written = (value: unknown): string =>
  value === undefined || value === null
    ? ''
    : Array.isArray(value) && value.every((one) => typeof one !== 'object')
      ? value.join(', ')
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);

/** What the rule makes of a text; what cannot be read stays a text, and the problem is told. */
function readAs(rule: string, text: string): unknown {
  if (LISTS.has(rule)) return numbersIn(text);
  if (rule === 'colour') {
    const numbers = numbersIn(text);
    return Array.isArray(numbers) && numbers.length === 1 ? numbers[0] : numbers;
  }
  return text;
}

function TextField({ parameter, value, set, id }: Props) {
  const { rule, optional } = parameter;
  // What is typed stays as it is typed; what comes from elsewhere replaces it.
  const [typed, setTyped] = useState({ text: written(value), value: JSON.stringify(value) });
  const text = typed.value === JSON.stringify(value) ? typed.text : written(value);
  return (
    <input
      id={id}
      type="text"
      class={LISTS.has(rule) ? 'long' : ''}
      spellcheck={false}
      value={text}
      placeholder={optional ? 'none' : ''}
      onInput={({ currentTarget }) => {
        const next = currentTarget.value;
        const read = next === '' && optional ? undefined : readAs(rule, next);
        setTyped({ text: next, value: JSON.stringify(read) });
        set(read);
      }}
    />
  );
}

function Shapes({ value, set, id }: Omit<Props, 'parameter'>) {
  const count = Array.isArray(value) ? value.length : 0;
  return (
    <span class="row" id={id}>
      {count === 0 ? 'none: paint them in the panel Disturb' : `${count}`}
      {count > 0 && (
        <button type="button" class="button" onClick={() => set([])}>
          Clear
        </button>
      )}
    </span>
  );
}
