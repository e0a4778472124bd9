/** Which class was taken for which; a cell shows its entries. */
import type { GalleryResult } from '../../client/documents';
import { filter } from '../../state/gallery';
import { settings } from '../../state/store';
import { named } from './tile';

type Confusion = NonNullable<GalleryResult['confusion']>;

/** Up to so many classes, the cells hold their numbers. */
const NUMBERED = 12;

/** How strongly a cell is coloured, in percent: by its share of the row, small ones still seen. */
export function strength(count: number, row: number): number {
  return count === 0 || row === 0 ? 0 : Math.round(12 + 76 * Math.sqrt(count / row));
}

function choose(truth: number, predicted: number): void {
  const now = filter.value;
  const same = now.truth === truth && now.predicted === predicted;
  filter.value = same
    ? { ...now, truth: null, predicted: null }
    : { show: 'all', truth, predicted };
}

interface CellProps {
  readonly count: number;
  readonly row: number;
  readonly truth: number;
  readonly predicted: number;
  readonly numbered: boolean;
}

function Cell({ count, row, truth, predicted, numbered }: CellProps) {
  const labels = settings.value?.labels ?? null;
  const right = truth === predicted;
  const taken = right
    ? `${count.toLocaleString('en')} ${named(truth, labels)} answered rightly`
    : `${count.toLocaleString('en')} ${named(truth, labels)} taken for ${named(predicted, labels)}`;
  const on = filter.value.truth === truth && filter.value.predicted === predicted;
  return (
    <td class={right ? 'diagonal' : ''}>
      <button
        type="button"
        class={strength(count, row) > 60 ? 'strong' : ''}
        style={{ '--strength': `${strength(count, row)}%` }}
        title={taken}
        aria-label={taken}
        aria-pressed={on}
        disabled={count === 0}
        onClick={() => choose(truth, predicted)}
      >
        {numbered && count > 0 ? count : ''}
      </button>
    </td>
  );
}

export function ConfusionTable({ confusion }: { readonly confusion: Confusion }) {
  const labels = settings.value?.labels ?? null;
  const numbered = confusion.classes.length <= NUMBERED;
  const { classes, counts, shown, total } = confusion;
  return (
    <section class="confusion" aria-label="Confusion matrix">
      <p class="overline">
        <span>Truth, by row</span>
        <span>taken for, by column</span>
      </p>
      <table class={numbered ? 'numbered' : 'small'}>
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">truth</span>
            </th>
            {classes.map((one) => (
              <th key={one} scope="col" title={named(one, labels)}>
                <abbr title={named(one, labels)}>{one}</abbr>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((truth, i) => {
            const row = counts[i] ?? [];
            const sum = row.reduce((a, b) => a + b, 0);
            return (
              <tr key={truth}>
                <th scope="row" title={named(truth, labels)}>
                  {numbered ? named(truth, labels) : truth}
                </th>
                {classes.map((predicted, j) => (
                  <Cell
                    key={predicted}
                    count={row[j] ?? 0}
                    row={sum}
                    truth={truth}
                    predicted={predicted}
                    numbered={numbered}
                  />
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {shown < total && (
        <p class="quiet">
          The {shown} of {total} classes with the most mistakes.
        </p>
      )}
    </section>
  );
}

/** The pairs most often taken for one another, as a list. */
export function WorstPairs({ confusion }: { readonly confusion: Confusion }) {
  const labels = settings.value?.labels ?? null;
  if (confusion.worst.length === 0) return null;
  return (
    <section class="worst" aria-label="Most often taken for another">
      <h3>Most often taken for another</h3>
      <ol>
        {confusion.worst.slice(0, 6).map(({ truth, predicted, count }) => (
          <li key={`${truth} ${predicted}`}>
            <button
              type="button"
              aria-pressed={filter.value.truth === truth && filter.value.predicted === predicted}
              onClick={() => choose(truth, predicted)}
            >
              <span class="number">{count.toLocaleString('en')}</span>
              <span>
                {named(truth, labels)} <span class="quiet">for</span> {named(predicted, labels)}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
