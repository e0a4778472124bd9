/** The elements of tensors that made what is drawn, each a way to its arithmetic. */
import { indexOf } from '../../client/arrangement';
import type { CellDoc } from '../../client/readings';
import { goToElement } from '../../state/elements';
import { count } from '../../state/numbers';
import { chosen } from '../../state/probe';
import { opened } from '../../state/store';
import { titleOf } from '../names';
import { runsOf } from './words';

const MOST = 12;

/** A value's shape as it was run, where every length is known. */
export function ranShape(value: number): readonly number[] | null {
  const shape = opened.value?.graph.shapeOf(value) ?? null;
  return shape?.every((n) => typeof n === 'number') ? (shape as readonly number[]) : null;
}

export function nameOf(value: number): string {
  const graph = opened.value?.graph;
  const doc = graph?.value(value);
  return graph && doc ? doc.name || titleOf(graph, doc) : `tensor ${value}`;
}

/** `made by  boxes[0, 1234, 0..3]`, a button for each stretch. */
export function MadeBy({ cells }: { readonly cells: readonly CellDoc[] }) {
  if (cells.length === 0) return null;
  const runs = runsOf(cells, ranShape);
  const looked = chosen.value;
  return (
    <div class="made-by">
      <h3>Made by</h3>
      <ul>
        {runs.slice(0, MOST).map(({ value, flat, index }) => (
          <li key={`${value} ${flat}`}>
            <button
              type="button"
              class="cell-link number"
              aria-current={looked?.value === value}
              title="Open the tensor at this cell, with the sum that made it"
              onClick={() => void goToElement(value, flat)}
            >
              <span>{nameOf(value)}</span>[{index}]
            </button>
          </li>
        ))}
      </ul>
      {runs.length > MOST && <p class="quiet">and {count(runs.length - MOST)} more</p>}
    </div>
  );
}

/** Goes to the first of the elements that made something. */
export function go(cells: readonly CellDoc[]): void {
  const [first] = cells;
  if (first) void goToElement(first.value, first.flat);
}

/** Whether the number that is looked at is one of these. */
export function looked(cells: readonly CellDoc[]): boolean {
  const now = chosen.value;
  return cells.some(({ value, flat }) => {
    const shape = now?.value === value ? ranShape(value) : null;
    return shape !== null && indexOf(flat, shape).join() === now?.index.join();
  });
}
