/** The best class under each usual preparation, side by side. */
import { useEffect, useState } from 'preact/hooks';
import type { Step, TryRow } from '../../client/documents';
import { prepare, tryAll } from '../../state/actions';
import { className, labelOf } from '../../state/answers';
import { score } from '../../state/numbers';
import { sameSteps, takenSteps } from '../../state/stepwords';
import { settings, trace } from '../../state/store';
import { closeDialog } from '../dialogs';

function Row({ row }: { readonly row: TryRow }) {
  const steps = row.preparation as Step[];
  const top = row.top;
  const before = (trace.value?.preparation ?? []) as Step[];
  const used = sameSteps(steps, before);
  const named = top && { index: top.index, label: labelOf(top.index, top.label, settings.value) };
  return (
    <tr class={used ? 'used' : ''}>
      <th scope="row">{row.name}</th>
      <td>{named ? className(named) : 'no class'}</td>
      <td class="number">{top ? score(top.score, true) : ''}</td>
      <td>
        {used ? (
          <span class="quiet">in use</span>
        ) : (
          <button
            type="button"
            class="button"
            aria-label={`Use ${row.name}`}
            onClick={() => {
              closeDialog();
              void prepare(takenSteps(steps, before));
            }}
          >
            Use
          </button>
        )}
      </td>
    </tr>
  );
}

export function TryAll() {
  const [rows, setRows] = useState<readonly TryRow[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    tryAll().then(setRows, (e: unknown) => setProblem(e instanceof Error ? e.message : String(e)));
  }, []);
  if (problem) return <p role="alert">{problem}</p>;
  if (!rows) return <p role="status">Running the picture under each preparation…</p>;
  return (
    <table class="try-all">
      <thead>
        <tr>
          <th scope="col">Preparation</th>
          <th scope="col">Best class</th>
          <th scope="col">Score</th>
          <th scope="col">
            <span class="unseen">Take it</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.name} row={row} />
        ))}
      </tbody>
    </table>
  );
}
