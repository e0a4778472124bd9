/** One map of a tensor, or all of them. */
import type { ArrangementDoc } from '../../client/documents';
import { shownMap } from '../../state/store';
import { mapName, type Shaped } from '../cells';
import { Icon } from '../icons';

interface Props {
  readonly arrangement: ArrangementDoc;
  readonly of: Shaped;
}

function show(map: number, most: number): void {
  if (Number.isInteger(map)) shownMap.value = Math.min(most, Math.max(0, map));
}

export function MapStepper({ arrangement, of }: Props) {
  const most = arrangement.maps - 1;
  const map = shownMap.value;
  if (most < 1) return null;
  const { order } = arrangement;
  const number = map === null ? null : (order?.[map] ?? map);
  const name = map === null ? '' : mapName(arrangement, map, of);
  // A plain name says no more than the field does.
  const all = order ? `${most + 1} of them, sorted` : `of 0..${most}`;
  const rest = name === '' || name === `map ${number}` ? all : name;
  // Whoever types a number means the map's own, wherever it stands.
  const typed = (wanted: number) => {
    const slot = order ? order.indexOf(wanted) : wanted;
    if (slot >= 0) show(slot, most);
  };
  return (
    <div class="row maps">
      <button
        type="button"
        class="button"
        aria-pressed={map === null}
        onClick={() => {
          shownMap.value = null;
        }}
      >
        All maps
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Previous map"
        disabled={map === 0}
        onClick={() => show((map ?? most + 1) - 1, most)}
      >
        <Icon name="left" />
      </button>
      <label class="field">
        map
        <input
          type="number"
          min={0}
          max={order ? Math.max(...order) : most}
          step={1}
          value={number ?? ''}
          placeholder="all"
          onChange={({ currentTarget }) => {
            typed(currentTarget.valueAsNumber);
            currentTarget.value = shownMap.value === null ? '' : String(number ?? '');
          }}
        />
      </label>
      <button
        type="button"
        class="icon-button"
        aria-label="Next map"
        disabled={map === most}
        onClick={() => show((map ?? -1) + 1, most)}
      >
        <Icon name="right" />
      </button>
      <span class="map-name" title={rest}>
        {rest}
      </span>
    </div>
  );
}
