/** The terms of a sum as the windows that they were read through: pure. */
import type { SumDoc } from '../../client/documents';

type Term = SumDoc['terms'][number];

/** The terms of one window: those whose input differs along the last two axes that vary only. */
export interface TermGroup {
  /** The index along the axes that they share. */
  readonly title: string;
  readonly columns: number;
  /** Row by row; null where no term was sent. */
  readonly cells: readonly (Term | null)[];
  /** The sum of the products. */
  readonly total: number;
}

/** The two axes along which the window reaches farthest; the last ones where several do. */
function windowAxes(terms: readonly Term[]): [number, number] {
  const rank = terms[0]?.input.index.length ?? 0;
  const reach = Array.from({ length: rank }, (_, axis) => {
    const at = new Set(terms.map((term) => term.input.index[axis]));
    return at.size;
  });
  const spatial = steppedBy(terms, reach);
  const [first = rank - 2, second = rank - 1] = spatial;
  return [first, second];
}

/** Axes along which the weight's index moves with the input's, kernel-like, the last two of them. */
function steppedBy(terms: readonly Term[], reach: readonly number[]): number[] {
  const many = reach.flatMap((n, axis) => (n > 1 ? [axis] : []));
  // Along its longest axis a convolution reads channels: the kernel is small.
  if (many.length <= 2) return many;
  const channels = many.reduce((a, b) => ((reach[a] ?? 0) >= (reach[b] ?? 0) ? a : b));
  const groups = new Set(terms.map((term) => term.input.index[channels])).size;
  return many.filter((axis) => axis !== channels || groups === 1).slice(-2);
}

export function groupsOf(terms: readonly Term[]): TermGroup[] {
  if (terms.length === 0) return [];
  const [down, across] = windowAxes(terms);
  const groups = new Map<string, Term[]>();
  for (const term of terms) {
    const title = term.input.index
      .map((at, axis) => (axis === down || axis === across ? ':' : at))
      .join(', ');
    groups.set(title, [...(groups.get(title) ?? []), term]);
  }
  const places = (axis: number) =>
    [...new Set(terms.map((term) => term.input.index[axis] ?? 0))].sort((a, b) => a - b);
  const [rows, columns] = [places(down), places(across)];
  const found = [...groups].map(([title, held]): TermGroup => {
    const cells: (Term | null)[] = new Array(rows.length * columns.length).fill(null);
    for (const term of held) {
      const row = rows.indexOf(term.input.index[down] ?? 0);
      cells[row * columns.length + columns.indexOf(term.input.index[across] ?? 0)] = term;
    }
    const total = held.reduce((n, term) => n + (term.product ?? 0), 0);
    return { title, columns: columns.length, cells, total };
  });
  return found.sort((a, b) => Math.abs(b.total) - Math.abs(a.total));
}
