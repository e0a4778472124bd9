/** NaN and infinities of the open tensor, one after the other. */
import { useState } from 'preact/hooks';
import { flatOf } from '../../client/arrangement';
import type { StatsDoc } from '../../client/documents';
import { json } from '../../client/keys';
import { keyOf } from '../../client/tails';
import { complain } from '../../state/actions';
import { isBatched } from '../../state/batch';
import { showElement } from '../../state/elements';
import { toItem } from '../../state/items';
import { count } from '../../state/numbers';
import { sourceOf } from '../../state/pictures';
import { chosen } from '../../state/probe';

interface OddDoc {
  readonly flat: number | null;
  readonly index: readonly number[] | null;
  readonly place: number | null;
  readonly count: number;
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
      showElement(stats, found.index);
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
