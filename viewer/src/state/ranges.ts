/** Which range and colour table a tensor is drawn with: pure functions of what is known of it. */
import type { StatsDoc } from '../client/documents';
import type { Graph } from '../client/graph';
import type { RangeChoice } from './store';

export interface Scale {
  readonly low: number;
  readonly high: number;
  /** Whether colours follow the logarithm of the magnitude. */
  readonly log?: boolean;
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

/** Kinds that only move or enlarge pixels: an input's picture stays a picture. */
const KEEPS_PICTURE = new Set('Resize Upsample Pad Slice Cast Identity Transpose'.split(' '));

const MOST_STEPS = 8;

/** How a value came about, back through nodes of certain kinds, itself first. */
export function upstream(graph: Graph, value: number, kinds: ReadonlySet<string>): number[] {
  const found = [value];
  while (found.length < MOST_STEPS) {
    const node = graph.node(graph.producerOf(found.at(-1) ?? -1));
    const first = node?.reads[0];
    if (!node || !first || !kinds.has(node.kind ?? '')) break;
    found.push(first.value);
  }
  return found;
}

/** The value whose range a value is drawn with: upstream through activations and poolings. */
export function rangeOwner(graph: Graph, value: number): number {
  const made = upstream(graph, value, KEEPS_RANGE);
  return made.findLast((v) => graph.whatOf(v) === 'activation') ?? value;
}

/** Whether a value is the network's input, at most enlarged or moved. */
export function isPicture(graph: Graph, value: number): boolean {
  const origin = upstream(graph, value, KEEPS_PICTURE).at(-1) ?? value;
  return graph.whatOf(origin) === 'input';
}

/**
 * How far from zero a symmetric range reaches: the geometric mean of both tails, so that a long
 * tail on one side does not sink the other into the ground.
 */
function reach(low: number, high: number): number {
  const [less, more] = [Math.abs(low), Math.abs(high)].sort((a, b) => a - b);
  if (!less || !more || less < more / MOST_LOPSIDED) return more ?? 0;
  return Math.sqrt(less * more);
}
const MOST_LOPSIDED = 50;

function bounds(stats: StatsDoc, choice: RangeChoice): [number, number] {
  if (choice.kind === 'typed') return [choice.low, choice.high];
  const low = (choice.kind === 'robust' ? stats.robust?.[0] : stats.min) ?? 0;
  const high = (choice.kind === 'robust' ? stats.robust?.[1] : stats.max) ?? 1;
  if (stats.signed || choice.kind === 'symmetric') {
    const most =
      choice.kind === 'robust' ? reach(low, high) : Math.max(Math.abs(low), Math.abs(high));
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
  const log = choice.kind === 'log' ? { log: true } : {};
  return { low, high, table: table ?? automatic, ...log };
}

/** Statistics of what quantized numbers stand for, but for the scale: of those less the zero point. */
export function lessZeroPoint(stats: StatsDoc, zero: number): StatsDoc {
  const less = (x: number | null) => (x === null ? null : x - zero);
  const min = less(stats.min);
  const robust = stats.robust && ([stats.robust[0] - zero, stats.robust[1] - zero] as const);
  return { ...stats, min, max: less(stats.max), robust, signed: (min ?? 0) < 0 } as StatsDoc;
}

/** What holds the ranges of both; the first itself where the second adds nothing. */
export function united(held: StatsDoc, next: StatsDoc): StatsDoc {
  const least = (a: number | null, b: number | null) =>
    a === null || b === null ? (a ?? b) : Math.min(a, b);
  const most = (a: number | null, b: number | null) =>
    a === null || b === null ? (a ?? b) : Math.max(a, b);
  const min = least(held.min, next.min);
  const max = most(held.max, next.max);
  const [a, b] = [held.robust, next.robust];
  const robust = a && b ? [Math.min(a[0], b[0]), Math.max(a[1], b[1])] : (a ?? b);
  const signed = held.signed || next.signed;
  const same =
    min === held.min &&
    max === held.max &&
    robust?.[0] === a?.[0] &&
    robust?.[1] === a?.[1] &&
    signed === held.signed;
  return same ? held : ({ ...held, min, max, robust, signed } as StatsDoc);
}

/** How many times the least magnitude that is told apart the largest is. */
const DECADES = 1000;

/** Where a value lies among the colours, as the scene's shader has it. */
export function shareOf(value: number, { low, high, log }: Scale): number {
  if (!log) return (value - low) / (high - low || 1);
  const both = low < 0 && high > 0;
  const most = both ? Math.max(-low, high) : high - low || 1;
  const far = both ? value : value - low;
  const share = Math.log1p(Math.min(Math.abs(far) / most, 1) * DECADES) / Math.log1p(DECADES);
  return both ? 0.5 + 0.5 * Math.sign(far) * share : far > 0 ? share : 0;
}
