/** Where each axis of the open tensor lies, and which index of it is shown where it lies nowhere. */
import type { StatsDoc } from '../../client/documents';
import { isBatched } from '../../state/batch';
import { toItem } from '../../state/items';
import { PLACES, PLAIN, type Place, placesOf, queryOf, transposed } from '../../state/seeing';
import { see, viewingOf } from '../../state/viewing';
import { axesOf } from '../names';
import { Order } from './order';

const WORDS: Readonly<Record<Place, string>> = {
  sliced: 'one index',
  grid: 'maps',
  rows: 'down',
  columns: 'across',
};

interface AxisProps {
  readonly stats: StatsDoc;
  readonly axis: number;
  readonly name: string;
  readonly places: readonly Place[];
}

function Index({ stats, axis, name }: Omit<AxisProps, 'places'>) {
  const { value, shape, arrangement: a } = stats;
  const most = (shape[axis] ?? 1) - 1;
  const now = a.at[a.axes.sliced.indexOf(axis)] ?? 0;
  const set = (index: number) => {
    if (!Number.isInteger(index) || index < 0 || index > most) return;
    // The item of a batch is one for all tensors.
    if (axis === 0 && isBatched(value)) toItem(index);
    else see(value, { at: new Map(viewingOf(value).at).set(axis, index) });
  };
  return (
    <>
      <input
        type="range"
        aria-label={`Index shown of axis ${name}`}
        min={0}
        max={most}
        value={now}
        disabled={most === 0}
        onInput={({ currentTarget }) => set(currentTarget.valueAsNumber)}
      />
      <input
        type="number"
        aria-label={`Index of axis ${name}`}
        min={0}
        max={most}
        value={now}
        disabled={most === 0}
        onChange={({ currentTarget }) => {
          set(currentTarget.valueAsNumber);
          currentTarget.value = String(now);
        }}
      />
    </>
  );
}

function Axis({ stats, axis, name, places }: AxisProps) {
  const { value } = stats;
  const place = places[axis] ?? 'sliced';
  const move = (to: Place) => {
    const at = new Map(viewingOf(value).at);
    at.delete(axis);
    see(value, { places: places.map((one, i) => (i === axis ? to : one)), at });
  };
  return (
    <li>
      <b class="number">{name}</b>
      <span class="number quiet">{stats.shape[axis]}</span>
      <select
        aria-label={`Where axis ${name} lies`}
        value={place}
        onChange={({ currentTarget }) => move(currentTarget.value as Place)}
      >
        {PLACES.map((one) => (
          <option key={one} value={one}>
            {WORDS[one]}
          </option>
        ))}
      </select>
      {place === 'sliced' && <Index stats={stats} axis={axis} name={name} />}
    </li>
  );
}

interface Props {
  readonly stats: StatsDoc;
  readonly letters: string | null;
}

export function Axes({ stats, letters }: Props) {
  const { value, shape } = stats;
  const places = viewingOf(value).places ?? placesOf(stats.arrangement, shape.length);
  const axes = axesOf(shape, letters);
  if (shape.length === 0) return <p class="sentence">One number has no axes.</p>;
  return (
    <>
      <ul class="axes-list">
        {axes.map(({ letter }, axis) => (
          <Axis
            key={axis}
            stats={stats}
            axis={axis}
            name={letter ?? String(axis)}
            places={places}
          />
        ))}
      </ul>
      <div class="row">
        <button
          type="button"
          class="button"
          disabled={!places.includes('rows') && !places.includes('columns')}
          title="Rows for columns"
          onClick={() => see(value, { places: transposed(places) })}
        >
          Transpose
        </button>
        <button
          type="button"
          class="button"
          disabled={queryOf(viewingOf(value)) === ''}
          title="As it is seen at first"
          onClick={() => see(value, PLAIN)}
        >
          Reset
        </button>
      </div>
      <Order stats={stats} />
    </>
  );
}
