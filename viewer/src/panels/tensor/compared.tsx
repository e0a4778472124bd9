/** The open tensor beside its reference, and the others that were compared. */
import { batch } from '@preact/signals';
import type { CompareDoc } from '../../client/documents';
import {
  comparedRow,
  compareWith,
  comparing,
  forgetComparison,
  showRow,
} from '../../state/comparison';
import { short } from '../../state/numbers';
import { choose } from '../../state/probe';
import { comparison, showsDifference } from '../../state/store';
import { pick } from '../files';
import { Switch } from '../segments';

type Row = CompareDoc['rows'][number];

/** A largest difference: what JSON has no number for is infinite. */
const far = (row: Row, size: number | null): string =>
  row.at === null ? '–' : size === null ? 'infinite' : short(size);

function Line({ row, open }: { readonly row: Row; readonly open: boolean }) {
  return (
    <tr aria-selected={open} class={row.passes ? '' : 'differs'}>
      <th scope="row">
        <button
          type="button"
          class="link"
          title={row.reason || row.name}
          onClick={() => showRow(row)}
        >
          {row.name}
        </button>
      </th>
      <td class="number">{far(row, row.max_absolute)}</td>
      <td class="number">{far(row, row.max_relative)}</td>
      <td>{row.passes ? 'ok' : 'differs'}</td>
    </tr>
  );
}

function Ask() {
  return (
    <p class="sentence">
      Drop an .npz on the page, or an .npy on this panel: the run is held against it.{' '}
      <button
        type="button"
        class="button"
        disabled={comparing.value}
        onClick={() => pick('.npy,.npz', (file) => void compareWith(file))}
      >
        {comparing.value ? 'Comparing…' : 'Choose a file'}
      </button>
    </p>
  );
}

/** What is told of the open tensor alone. */
function Own({ row }: { readonly row: Row }) {
  const worst = row.at;
  return (
    <div class="row">
      <Switch
        words="Show the difference"
        title="The reference less this tensor, in place of the tensor"
        on={showsDifference.value}
        turn={(on) => {
          showsDifference.value = on;
        }}
      />
      {worst && (
        <button
          type="button"
          class="button"
          title={`[${worst.join(', ')}]`}
          onClick={() => choose(row.value, worst)}
        >
          Where it is worst
        </button>
      )}
    </div>
  );
}

export function Compared({ value }: { readonly value: number }) {
  const now = comparison.value;
  if (!now) return <Ask />;
  const row = comparedRow(value);
  return (
    <>
      <div class="row">
        <strong>{now.file}</strong>
        <span class="gap" />
        <button type="button" class="button" onClick={() => batch(forgetComparison)}>
          Forget
        </button>
      </div>
      {row && row.at !== null && <Own row={row} />}
      {row?.reason && <p class="sentence">{row.reason}</p>}
      <div class="channels">
        <table aria-label="Tensors that were compared, in the order of the flow">
          <thead>
            <tr>
              <th scope="col">tensor</th>
              <th scope="col">absolute</th>
              <th scope="col">relative</th>
              <th scope="col" />
            </tr>
          </thead>
          <tbody>
            {now.doc.rows.map((one) => (
              <Line key={one.value} row={one} open={one.value === value} />
            ))}
          </tbody>
        </table>
      </div>
      {now.doc.unmatched.length > 0 && (
        <p class="remarks">{`not in this run: ${now.doc.unmatched.slice(0, 6).join(', ')}`}</p>
      )}
    </>
  );
}
