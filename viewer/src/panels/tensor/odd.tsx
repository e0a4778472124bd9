/** NaN and infinities of the open tensor, one after the other. */
import { useState } from 'preact/hooks';
import { cellOf, flatOf } from '../../client/arrangement';
import type { StatsDoc } from '../../client/documents';
import { json } from '../../client/keys';
import { keyOf } from '../../client/tails';
import { complain } from '../../state/actions';
import { isBatched } from '../../state/batch';
import { toItem } from '../../state/items';
import { count } from '../../state/numbers';
import { sourceOf } from '../../state/pictures';
import { choose, chosen } from '../../state/probe';
import { shownMap, view } from '../../state/store';
import { see, viewingOf } from '../../state/viewing';

interface OddDoc {
  readonly flat: number | null;
  readonly index: readonly number[] | null;
  readonly place: number | null;
  readonly count: number;
}

/** Shows an element: its map, its slice where it is sliced away, its cell. */
function show(stats: StatsDoc, index: readonly number[]): void {
  const { value, shape, arrangement: a } = stats;
  const { order, top } = viewingOf(value);
  if (!cellOf(a, shape, index)) {
    const at = new Map(a.axes.sliced.map((axis) => [axis, index[axis] ?? 0]));
    see(value, { at, ...(order === 'index' && top === null ? {} : { order: 'index', top: null }) });
  }
  const cell = cellOf(
    { ...a, order: null, at: a.axes.sliced.map((axis) => index[axis] ?? 0) },
    shape,
    index,
  );
  if (cell && a.maps > 1) {
    const down = Math.floor(cell.row / a.rows);
    shownMap.value = down * a.grid[1] + Math.floor(cell.column / a.columns);
  }
  if (view.value === 'stack') view.value = 'cells';
  choose(value, index);
}

export function NextOdd({ stats }: { readonly stats: StatsDoc }) {
  const [said, say] = useState('');
  if (stats.nan + stats.inf === 0) return null;
  const next = async () => {
    const source = sourceOf(stats.value);
    if (!source) return;
    const now = chosen.peek();
    const after =
      now?.value === stats.value ? (flatOf(now.index, stats.shape) + 1) % stats.size : 0;
    try {
      const found = await json<OddDoc>(keyOf(source, `/next/any/${after}`));
      if (!found.index) return;
      if (isBatched(stats.value)) toItem(found.index[0] ?? 0);
      show(stats, found.index);
      say(`${count(found.place ?? 0)} of ${count(found.count)}, at [${found.index.join(', ')}]`);
    } catch (problem) {
      complain(problem);
    }
  };
  return (
    <p class="row odd">
      <button type="button" class="button" onClick={() => void next()}>
        {said ? 'Next NaN or Inf' : 'First NaN or Inf'}
      </button>
      <span class="number" role="status">
        {said}
      </span>
    </p>
  );
}
