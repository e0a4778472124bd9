/** How the open tensor is coloured, and its files. */
import type { StatsDoc } from '../../client/documents';
import { setStyle, styleAll } from '../../state/actions';
import type { Scale } from '../../state/ranges';
import { scaleFor } from '../../state/scales';
import { type RangeChoice, styleOf } from '../../state/store';
import { Icon } from '../icons';
import { fileName } from '../names';
import { short } from '../numbers';
import { Segments } from '../segments';
import { zoomFor } from './colourbar';
import { TableChooser } from './tablechooser';

const KINDS: readonly (readonly [RangeChoice['kind'], string])[] = [
  ['robust', 'robust'],
  ['full', 'full'],
  ['symmetric', 'symmetric'],
  ['typed', 'typed'],
];

function rangeOf(kind: RangeChoice['kind'], scale: Scale): RangeChoice {
  return kind === 'typed' ? { kind, low: scale.low, high: scale.high } : { kind };
}

interface Props {
  readonly value: number;
  readonly scale: Scale;
}

function Ends({ value, scale }: Props) {
  const { range } = styleOf(value);
  if (range.kind !== 'typed') {
    return (
      <span class="quiet number ends">
        {short(scale.low)} .. {short(scale.high)}
      </span>
    );
  }
  const set = (ends: { low?: number; high?: number }) => {
    const next = { ...range, ...ends };
    if (next.high > next.low) setStyle(value, { range: next });
  };
  return (
    <>
      <input
        type="number"
        step="any"
        aria-label="Low end of the range"
        value={range.low}
        onChange={({ currentTarget }) => set({ low: currentTarget.valueAsNumber })}
      />
      <input
        type="number"
        step="any"
        aria-label="High end of the range"
        value={range.high}
        onChange={({ currentTarget }) => set({ high: currentTarget.valueAsNumber })}
      />
    </>
  );
}

function Range({ value, scale }: Props) {
  return (
    <div class="row">
      <label class="field">
        range
        <select
          value={styleOf(value).range.kind}
          onChange={({ currentTarget }) => {
            const kind = currentTarget.value as RangeChoice['kind'];
            setStyle(value, { range: rangeOf(kind, scale) });
          }}
        >
          {KINDS.map(([kind, words]) => (
            <option key={kind} value={kind}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <Ends value={value} scale={scale} />
    </div>
  );
}

const SCALINGS = [
  { value: 'tensor', words: 'whole tensor', title: 'one range for all maps' },
  { value: 'map', words: 'per map', title: 'each map has its own range' },
] as const;

interface FilesProps {
  readonly stats: StatsDoc;
  readonly source: string;
  readonly name: string;
  readonly scale: Scale;
}

/** The tensor as a file, and its sheet as a picture in the colours shown. */
function Files({ stats, source, name, scale }: FilesProps) {
  const [finest] = stats.levels;
  const query = new URLSearchParams({
    table: scale.table,
    low: String(scale.low),
    high: String(scale.high),
    scale: String(zoomFor(finest?.height ?? 1, finest?.width ?? 1)),
    ...(styleOf(stats.value).scaling === 'map' ? { per: 'map' } : {}),
  });
  const plain = fileName(name);
  return (
    <>
      <a
        class="button"
        href={`.${source}/array.npy`}
        download={`${plain}.npy`}
        title="Save the tensor"
      >
        <Icon name="save" />
        .npy
      </a>
      <a
        class="button"
        href={`.${source}/picture.png?${query}`}
        download={`${plain}.png`}
        title="Save its maps as a picture"
      >
        <Icon name="save" />
        .png
      </a>
    </>
  );
}

interface ColoursProps {
  readonly stats: StatsDoc;
  readonly source: string;
  readonly name: string;
}

export function Colours({ stats, source, name }: ColoursProps) {
  const value = stats.value;
  const scale = scaleFor(value);
  if (!scale) return null;
  const many = stats.arrangement.maps > 1;
  return (
    <section class="colours" aria-label="Colours">
      <div class="row">
        <TableChooser value={value} inUse={scale.table} />
        {many && (
          <Segments
            label="Scaling"
            choices={SCALINGS}
            value={styleOf(value).scaling}
            choose={(scaling) => setStyle(value, { scaling })}
          />
        )}
      </div>
      <Range value={value} scale={scale} />
      <div class="row">
        <button
          type="button"
          class="button"
          title="Colour all tensors of the network as this one"
          onClick={() => styleAll(value)}
        >
          Use for all layers
        </button>
        <span class="gap" />
        <Files stats={stats} source={source} name={name} scale={scale} />
      </div>
    </section>
  );
}
