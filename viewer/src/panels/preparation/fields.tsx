/** The fields of the preparation editor, grouped by what they change. */
import { useState } from 'preact/hooks';
import { Segments, Switch } from '../segments';
import { type Form, IMAGENET } from './form';

interface Props {
  readonly form: Form;
  readonly change: (form: Form) => void;
}

const MODES = [
  { value: 'stretch', words: 'stretch', title: 'to the size, whatever the proportions' },
  { value: 'crop', words: 'crop', title: 'fill the size, cut what is over' },
  { value: 'letterbox', words: 'letterbox', title: 'fit into the size, pad the rest' },
];

const FILTERS = ['nearest', 'bilinear', 'bicubic', 'lanczos'].map((value) => ({
  value,
  words: value,
}));

export function ResizeFields({ form, change }: Props) {
  const { resize } = form;
  if (!resize) return null;
  return (
    <fieldset>
      <legend>Size</legend>
      <Segments
        label="Fit"
        choices={MODES}
        value={resize.mode}
        choose={(mode) => change({ ...form, resize: { ...resize, mode } })}
      />
      <Segments
        label="Filter"
        choices={FILTERS}
        value={resize.filter}
        choose={(filter) => change({ ...form, resize: { ...resize, filter } })}
      />
    </fieldset>
  );
}

const COLOURS = [
  { value: 'as-is', words: 'as it is' },
  { value: 'gray', words: 'grey' },
  { value: 'rgb', words: 'RGB' },
  { value: 'bgr', words: 'BGR' },
];

export function ColourFields({ form, change }: Props) {
  return (
    <fieldset>
      <legend>Colour</legend>
      <Segments
        label="Channels"
        choices={COLOURS}
        value={form.colour ?? 'as-is'}
        choose={(to) => change({ ...form, colour: to === 'as-is' ? null : to })}
      />
      <Switch
        words="Invert"
        title="Black becomes white and white black"
        on={form.invert}
        turn={(invert) => change({ ...form, invert })}
      />
    </fieldset>
  );
}

const RANGES: readonly (readonly [number, number])[] = [
  [0, 1],
  [0, 255],
  [-1, 1],
];
const rangeName = (low: number, high: number): string => `${low}..${high}`;
const RANGE_CHOICES = [
  ...RANGES.map(([low, high]) => ({ value: rangeName(low, high), words: rangeName(low, high) })),
  { value: 'other', words: 'other' },
];

interface NumberProps {
  readonly words: string;
  readonly value: number;
  readonly set: (value: number) => void;
}

function NumberField({ words, value, set }: NumberProps) {
  return (
    <label class="field">
      {words}
      <input
        type="number"
        step="any"
        value={Number.isNaN(value) ? '' : value}
        onInput={({ currentTarget }) => set(currentTarget.valueAsNumber)}
      />
    </label>
  );
}

function Ends({ form, change }: Props) {
  const range = form.range ?? { low: 0, high: 1 };
  const [typed, setTyped] = useState(
    () => !RANGES.some(([low, high]) => low === range.low && high === range.high),
  );
  const choose = (name: string) => {
    const ends = RANGES.find((one) => rangeName(...one) === name);
    setTyped(!ends);
    if (ends) change({ ...form, range: { low: ends[0], high: ends[1] } });
  };
  return (
    <>
      <Segments
        label="Range"
        choices={RANGE_CHOICES}
        value={typed ? 'other' : rangeName(range.low, range.high)}
        choose={choose}
      />
      {typed && (
        <div class="row">
          <NumberField
            words="black"
            value={range.low}
            set={(low) => change({ ...form, range: { ...range, low } })}
          />
          <NumberField
            words="white"
            value={range.high}
            set={(high) => change({ ...form, range: { ...range, high } })}
          />
        </div>
      )}
    </>
  );
}

interface ListProps {
  readonly words: string;
  readonly value: string;
  readonly set: (value: string) => void;
}

function ListField({ words, value, set }: ListProps) {
  return (
    <label class="field wide">
      {words}
      <input
        type="text"
        spellcheck={false}
        value={value}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
    </label>
  );
}

export function RangeFields({ form, change }: Props) {
  const { normalize } = form;
  const usual = form.colour === 'gray' ? { mean: '0.5', std: '0.5' } : { ...IMAGENET };
  return (
    <fieldset>
      <legend>Values</legend>
      <Ends form={form} change={change} />
      <Switch
        words="Then subtract a mean, divide by a deviation"
        title="One number, or one for each channel"
        on={normalize !== null}
        turn={(on) => change({ ...form, normalize: on ? usual : null })}
      />
      {normalize && (
        <>
          <ListField
            words="mean"
            value={normalize.mean}
            set={(mean) => change({ ...form, normalize: { ...normalize, mean } })}
          />
          <ListField
            words="deviation"
            value={normalize.std}
            set={(std) => change({ ...form, normalize: { ...normalize, std } })}
          />
        </>
      )}
    </fieldset>
  );
}
