/** Inputs made here, where no file is at hand: noise, one number, a gradient. */
import { useState } from 'preact/hooks';
import { currentSource, run } from '../../state/actions';
import { running } from '../../state/store';
import { closeDialog, dialog } from '../dialogs';
import { Icon } from '../icons';
import { type Choice, Segments } from '../segments';
import { asked, type Kind, type Wish, wishOf } from './kinds';

const CHOICES: readonly Choice<Kind>[] = [
  { value: 'usual', words: 'Mixture' },
  { value: 'noise', words: 'Noise' },
  { value: 'constant', words: 'Constant' },
  { value: 'gradient', words: 'Gradient' },
];
const NOTES: Readonly<Record<Kind, string>> = {
  usual:
    'A gradient with rings and a little noise, or whole numbers in turn: what a first run takes.',
  noise: 'Every value between the least and the largest that the input takes is as likely.',
  constant: 'Every element is this number: an empty input, but for borders and biases.',
  gradient: 'From the least value to the largest.',
};
const WAYS: readonly Choice<string>[] = [
  { value: '', words: 'lower right' },
  { value: 'right', words: 'right' },
  { value: 'down', words: 'down' },
];

/** @param small whether there is room for no more than an icon. */
export function SyntheticButton({ small }: { readonly small: boolean }) {
  return (
    <button
      type="button"
      class={small ? 'icon-button' : 'button'}
      {...(small ? { 'aria-label': 'Synthetic' } : {})}
      title="Noise, one number or a gradient: no file is needed"
      aria-haspopup="dialog"
      onClick={() => {
        dialog.value = 'synthetic';
      }}
    >
      {small ? <Icon name="wave" /> : 'Synthetic'}
    </button>
  );
}

interface MoreProps {
  readonly wish: Wish;
  readonly say: (more: string) => void;
}

/** What the kind still leaves open. */
function More({ wish: { kind, more }, say }: MoreProps) {
  if (kind === 'usual') return null;
  if (kind === 'gradient') {
    return (
      <div class="synthetic-more">
        <span>To the</span>
        <Segments label="Way" choices={WAYS} value={more} choose={say} />
      </div>
    );
  }
  const noise = kind === 'noise';
  return (
    <label class="synthetic-more">
      <span>{noise ? 'Seed' : 'Value'}</span>
      <input
        type="text"
        class="number"
        inputMode={noise ? 'numeric' : 'decimal'}
        autocomplete="off"
        placeholder={noise ? 'always the same' : 'the middle of the range'}
        value={more}
        onInput={({ currentTarget }) => say(currentTarget.value)}
      />
    </label>
  );
}

export function Synthetic() {
  const [wish, setWish] = useState(() => wishOf(currentSource()));
  const [problem, setProblem] = useState('');
  const change = (next: Wish) => {
    setWish(next);
    setProblem('');
  };
  return (
    <form
      class="synthetic-form"
      onSubmit={(event) => {
        event.preventDefault();
        const what = asked(wish);
        if (typeof what === 'string') {
          setProblem(what);
          return;
        }
        closeDialog();
        void run(what);
      }}
    >
      <Segments
        label="Kind"
        choices={CHOICES}
        value={wish.kind}
        choose={(kind) => change({ kind, more: '' })}
      />
      <p class="quiet">{NOTES[wish.kind]}</p>
      <More wish={wish} say={(more) => change({ ...wish, more })} />
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="row">
        <button type="submit" class="button primary" disabled={running.value !== null}>
          Feed it
        </button>
      </div>
    </form>
  );
}
