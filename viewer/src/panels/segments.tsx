/** A few choices side by side, one of them taken. */
import { useId } from 'preact/hooks';

export interface Choice<T extends string> {
  readonly value: T;
  readonly words: string;
  readonly title?: string;
}

interface Props<T extends string> {
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  readonly value: T;
  readonly choose: (value: T) => void;
}

export function Segments<T extends string>({ label, choices, value, choose }: Props<T>) {
  const group = useId();
  return (
    <fieldset class="segments">
      <legend class="unseen">{label}</legend>
      {choices.map((one) => (
        <label key={one.value} title={one.title}>
          <input
            type="radio"
            name={group}
            checked={one.value === value}
            onChange={() => choose(one.value)}
          />
          <span>{one.words}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface SwitchProps {
  readonly words: string;
  readonly title: string;
  readonly on: boolean;
  readonly turn: (on: boolean) => void;
}

/** A switch that is on or off. */
export function Switch({ words, title, on, turn }: SwitchProps) {
  return (
    <label class="switch" title={title}>
      <input
        type="checkbox"
        role="switch"
        checked={on}
        aria-checked={on}
        onChange={() => turn(!on)}
      />
      {words}
    </label>
  );
}
