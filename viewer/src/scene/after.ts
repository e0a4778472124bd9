/** What stands behind the last layer where the answer is no class vector: a block for it. Pure. */
import type { Body } from './blocks';
import { type Card, cardsWide } from './cards';
import type { Footprint } from './sizes';
import { grownBy, ROOMY } from './standings';

/** A block that carries words alone. */
const WORDS = { width: 1.1, height: 0.12 } as const;

/** The answer of the run that is shown. */
export interface After {
  readonly value: number;
  readonly title: string;
  readonly words: string;
  readonly cards: readonly Card[];
  /** Tells one answer's look from another's. */
  readonly sign: string;
}

export function afterBody(after: After, grown: number): Body {
  const height = Math.max(WORDS.height, ...after.cards.map((card) => card.height));
  const width = after.cards.length > 0 ? cardsWide(after.cards) : WORDS.width;
  const size: Footprint = grownBy({ width, height, ...ROOMY }, grown);
  return { standing: [], size };
}
