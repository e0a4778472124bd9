/** In which order the maps of the open tensor stand, and how many of them. */
import type { StatsDoc } from '../../client/documents';
import { shownMap } from '../../state/store';
import { see, viewingOf } from '../../state/viewing';

const ORDERS = [
  ['index', 'by index'],
  ['mean', 'largest mean first'],
  ['max', 'largest maximum first'],
  ['variance', 'largest variance first'],
] as const;

/** The order as it is chosen: likeness is to the map that is shown, or to the first. */
function orderOf(chosen: string, a: StatsDoc['arrangement']): string {
  if (chosen !== 'similar') return chosen;
  const slot = shownMap.peek() ?? 0;
  return `similar:${a.order?.[slot] ?? slot}`;
}

export function Order({ stats }: { readonly stats: StatsDoc }) {
  const { value, arrangement: a } = stats;
  const { order, top } = viewingOf(value);
  if (a.maps < 2 && order === 'index' && top === null) return null;
  const like = /^similar:(\d+)$/.exec(order)?.[1];
  return (
    <div class="row">
      <select
        aria-label="Order of the maps"
        value={like === undefined ? order : 'similar'}
        onChange={({ currentTarget }) => see(value, { order: orderOf(currentTarget.value, a) })}
      >
        {ORDERS.map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
        <option value="similar">
          {`most like map ${like ?? a.order?.[shownMap.value ?? 0] ?? shownMap.value ?? 0}`}
        </option>
      </select>
      <label class="field">
        first
        <input
          type="number"
          aria-label="How many maps are shown"
          min={1}
          step={1}
          value={top ?? ''}
          placeholder="all"
          onChange={({ currentTarget }) => {
            const many = currentTarget.valueAsNumber;
            see(value, { top: Number.isInteger(many) && many > 0 ? many : null });
          }}
        />
      </label>
    </div>
  );
}
