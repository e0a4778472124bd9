/** What stands before the network: the steps of the preparation, as cards on a block of their own. */
import type { TraceDoc } from '../client/documents';
import type { Graph } from '../client/graph';
import type { Layout } from '../client/layouts';
import { editStep, preparedValue, stepCards } from '../state/stepcards';
import { stepWords } from '../state/stepwords';
import type { Block, BlockKey } from './blocks';
import { type Card, cardsWide, sideBySide } from './cards';
import { grownBy, ROOMY } from './standings';

/** The id of the preparation among the children of the whole network. */
export const BEFORE = -2;
export const BEFORE_KEY: BlockKey = 'prep';

/** Height of a card, and how wide it may be. */
const TALL = 0.8;
const WIDEST = 1.15;

/** The preparation of the run that is shown. */
export interface Before {
  /** The input's value that it leads to. */
  readonly value: number;
  readonly cards: readonly Card[];
  /** Tells one preparation's look from another's. */
  readonly sign: string;
}

/** What is to stand before the input; null for nothing. */
export function beforeOf(trace: TraceDoc | null, shown: boolean): Before | null {
  const value = preparedValue(trace);
  const steps = shown ? stepCards(trace) : [];
  if (!trace || value === null || steps.length === 0) return null;
  const cards = steps.map(({ number, step, aspect, small }) => {
    const wide = Math.min(TALL * aspect, WIDEST);
    return {
      url: `./t/${trace.id}/step/${number}/picture.png`,
      words: stepWords(step),
      width: wide,
      height: Math.min(TALL, wide / aspect),
      pixelated: small,
      act: () => editStep(number),
    };
  });
  const sizes = cards.map((card) => `${card.width.toFixed(3)}x${card.height.toFixed(3)}`);
  return { value, cards: sideBySide(cards), sign: `${value} ${sizes.join(' ')}` };
}

/** The layout of the whole network with the preparation before the input, on one ground with it. */
export function withBefore(layout: Layout, before: Before | null): Layout {
  const at = layout.children.findIndex(
    ({ what, id }) => what === 'input' && before !== null && id === before.value,
  );
  const input = layout.children[at];
  if (!input || !before) return layout;
  const from = input.rank;
  const later = (rank: number) => (rank >= from ? rank + 1 : rank);
  const children = layout.children.map((child) => ({ ...child, rank: later(child.rank) }));
  const added = children.length;
  const edge = { value: before.value, from: added, to: at, port: 0, points: [] };
  return {
    ...layout,
    ranks: layout.ranks + 1,
    children: [...children, { what: 'node', id: BEFORE, rank: from, lane: input.lane }],
    edges: [
      ...layout.edges.map((one) => ({
        ...one,
        points: one.points.map(([rank, lane]) => [later(rank), lane] as const),
      })),
      edge,
    ],
    frames: [...layout.frames, { group: BEFORE, children: [added, at] }],
  };
}

/** The block that the cards stand on. */
export function beforeBlock(before: Before, grown: number, graph: Graph): Block {
  const { value, cards } = before;
  const height = Math.max(...cards.map((card) => card.height));
  const size = grownBy({ width: cardsWide(cards), height, ...ROOMY }, grown);
  return {
    key: BEFORE_KEY,
    what: 'before',
    node: null,
    group: null,
    family: 'input',
    title: 'Preparation',
    shape: `${cards.length} ${cards.length === 1 ? 'step' : 'steps'}`,
    detail: `for ${graph.value(value)?.name ?? 'the input'}`,
    left: [],
    right: [{ value, role: 'input' }],
    standing: [],
    cards,
    size,
  };
}
