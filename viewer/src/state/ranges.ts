/** Which range and colour table a tensor is drawn with: pure functions of what is known of it. */
import type { GraphDoc, StatsDoc } from '../client/documents';
import type { RangeChoice } from './store';

export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly table: string;
}

/** Tables by theme: zero sinks into the ground, whatever its colour. */
const TABLES = {
  dark: { signed: 'crameri:berlin', positive: 'inferno', picture: 'gray' },
  light: { signed: 'crameri:vik', positive: 'cmocean:amp', picture: 'gray' },
} as const;

/** Kinds whose output is made of their input's numbers, so that before and after compare. */
const KEEPS_RANGE = new Set(
  'Relu LeakyRelu PRelu Clip MaxPool AveragePool GlobalAveragePool GlobalMaxPool Dropout Identity Flatten Reshape Transpose'.split(
    ' ',
  ),
);

/** The value whose range a value is drawn with: upstream through activations and poolings. */
export function rangeOwner(graph: GraphDoc, value: number): number {
  const producers = new Map<number, number>();
  for (const node of graph.nodes) for (const v of node.writes) producers.set(v, node.id);
  let current = value;
  for (let step = 0; step < 8; step++) {
    const node = graph.nodes[producers.get(current) ?? -1];
    const first = node?.reads[0];
    if (!node || !first || !KEEPS_RANGE.has(node.kind ?? '')) return current;
    if (graph.values[first.value]?.what !== 'activation') return current;
    current = first.value;
  }
  return current;
}

function bounds(stats: StatsDoc, choice: RangeChoice): [number, number] {
  if (choice.kind === 'typed') return [choice.low, choice.high];
  const low = (choice.kind === 'robust' ? stats.robust?.[0] : stats.min) ?? 0;
  const high = (choice.kind === 'robust' ? stats.robust?.[1] : stats.max) ?? 1;
  if (stats.signed || choice.kind === 'symmetric') {
    const most = Math.max(Math.abs(low), Math.abs(high));
    return [-most, most];
  }
  return [Math.min(low, 0), high];
}

/**
 * Range and table of a tensor.
 *
 * @param own statistics of the tensor itself: decide the table.
 * @param owner statistics of the tensor whose range it shares.
 */
export function scaleOf(
  own: StatsDoc,
  owner: StatsDoc,
  theme: 'dark' | 'light',
  choice: RangeChoice = { kind: 'robust' },
  table: string | null = null,
  image = false,
): Scale {
  let [low, high] = bounds(choice.kind === 'typed' ? own : owner, choice);
  if (choice.kind !== 'typed' && !own.signed && choice.kind !== 'symmetric') low = Math.max(low, 0);
  if (!(high > low)) {
    const around = Math.abs(high) || 1;
    [low, high] = own.signed ? [-around, around] : [0, around];
  }
  const names = TABLES[theme];
  const automatic = image ? names.picture : own.signed ? names.signed : names.positive;
  return { low, high, table: table ?? automatic };
}
