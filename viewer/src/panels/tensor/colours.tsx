/** How the open tensor is coloured. */
import type { StatsDoc } from '../../client/documents';
import { setStyle, styleAll } from '../../state/actions';
import { short } from '../../state/numbers';
import type { Scale } from '../../state/ranges';
import { scaleFor } from '../../state/scales';
import { type RangeChoice, styleOf } from '../../state/store';
import { Segments } from '../segments';
import { TableChooser } from './tablechooser';

const KINDS: readonly (readonly [RangeChoice['kind'], string])[] = [
  ['robust', 'robust'],
  ['full', 'full'],
  ['symmetric', 'symmetric'],
  ['log', 'logarithmic'],
  ['typed', 'typed'],
];

interface Props {
  readonly value: number;
  readonly scale: Scale;
}

function RangeKind({ value, scale }: Props) {
  const choose = (kind: RangeChoice['kind']) => {
    const { low, high } = scale;
    setStyle(value, { range: kind === 'typed' ? { kind, low, high } : { kind } });
  };
  return (
    <select
      aria-label="Range"
      value={styleOf(value).range.kind}
      onChange={({ currentTarget }) => choose(currentTarget.value as RangeChoice['kind'])}
    >
      {KINDS.map(([kind, words]) => (
        <option key={kind} value={kind}>
          {words}
        </option>
      ))}
    </select>
  );
}

interface EndProps {
  readonly words: string;
  readonly value: number;
  readonly set: (value: number) => void;
}

function End({ words, value, set }: EndProps) {
  return (
    <input
      type="number"
      step="any"
      aria-label={words}
      title={`${words}: ${value}`}
      value={short(value)}
      onChange={({ currentTarget }) => {
        set(currentTarget.valueAsNumber);
        // What cannot be a range is not taken: the field shows again what is drawn.
        currentTarget.value = short(value);
      }}
    />
  );
}

/** The two ends of the range that is drawn; whoever types one has typed the range. */
function Ends({ value, scale }: Props) {
  const set = (ends: { low?: number; high?: number }) => {
    const next = { kind: 'typed' as const, low: scale.low, high: scale.high, ...ends };
    if (next.high > next.low) setStyle(value, { range: next });
  };
  return (
    <>
      <End words="Low end of the range" value={scale.low} set={(low) => set({ low })} />
      <End words="High end of the range" value={scale.high} set={(high) => set({ high })} />
    </>
  );
}

const SCALINGS = [
  { value: 'tensor', words: 'whole tensor', title: 'one range for all maps' },
  { value: 'map', words: 'per map', title: 'each map has its own range' },
] as const;

export function Colours({ stats }: { readonly stats: StatsDoc }) {
  const value = stats.value;
  const scale = scaleFor(value);
  if (!scale) return null;
  return (
    <section class="colours" aria-label="Colours">
      <div class="row ranged">
        <TableChooser value={value} inUse={scale.table} />
        <RangeKind value={value} scale={scale} />
        <Ends value={value} scale={scale} />
      </div>
      <div class="row">
        {stats.arrangement.maps > 1 && (
          <Segments
            label="Scaling"
            choices={SCALINGS}
            value={styleOf(value).scaling}
            choose={(scaling) => setStyle(value, { scaling })}
          />
        )}
        <span class="gap" />
        <button
          type="button"
          class="button"
          title="Colour all tensors of the network with this very range"
          onClick={() => styleAll(value, { kind: 'typed', low: scale.low, high: scale.high })}
        >
          Share range
        </button>
        <button
          type="button"
          class="button"
          title="Colour all tensors of the network as this one"
          onClick={() => styleAll(value)}
        >
          Use for all layers
        </button>
      </div>
    </section>
  );
}
