/** What stands on a block, and the room that it takes. Pure. */
import type { Ingredients, Standing } from './blocks';
import {
  extentOf,
  type Footprint,
  fanSize,
  guessExtent,
  type Size,
  sheetSize,
  stackDepth,
} from './sizes';
import { postHeight } from './solid';

const PAD = 0.09;
/** A block with several ports on its left keeps its maps clear of them. */
const POST = 0.05;
const SPACE = 0.1;
const LEAST = 0.5;
/** Of many outputs the first few are shown; ports open the rest. */
export const MOST_STANDING = 4;
/** So few fanned stacks may each take all the room that they like. */
const FEW_FANNED = 3;
export const ANSWER: Size = { width: 2.3, height: 1.95 };

export function standings(values: readonly number[], fan: boolean, from: Ingredients): Standing[] {
  const found: Standing[] = [];
  const shown = values.slice(0, MOST_STANDING);
  const scale = shown.length > 1 ? 0.8 : 1;
  let x = 0;
  for (const value of shown) {
    const doc = from.graph.value(value);
    const stats = from.pictureOf(value)?.stats;
    const extent = stats ? extentOf(stats.arrangement) : doc && guessExtent(doc);
    if (!extent || extent.rows * extent.columns === 0) continue;
    const spread = fan && extent.maps > 1;
    const own = spread
      ? fanSize(extent, from.fanned.size <= FEW_FANNED)
      : { ...sheetSize(extent), planes: 0, step: 0, tall: 0 };
    const size = { width: own.width * scale, height: own.height * scale };
    const depth = spread ? 0 : stackDepth(extent.maps) * scale;
    found.push({
      value,
      extent,
      size,
      dx: x + size.width / 2,
      depth,
      fan: own.planes,
      step: own.step * scale,
      tall: own.tall * scale,
    });
    x += size.width + SPACE + depth * 0.4;
  }
  const middle = (x - SPACE) / 2;
  return found.map((s) => ({ ...s, dx: s.dx - middle }));
}

/** Words need room; what holds only a few numbers, as shapes do, needs less. */
export const ROOMY = { above: 0.24, under: 0.46 } as const;
const TIGHT = { above: 0.1, under: 0.2 } as const;
const FEW_CELLS = 8;

export function footprint(standing: readonly Standing[], left: number): Footprint {
  const post = left > 1 ? POST * 2 : 0;
  const width = standing.reduce((w, s) => w + s.size.width + s.depth * 0.4 + SPACE, post - SPACE);
  const height = Math.max(0, ...standing.map((s) => s.size.height + s.depth * 0.12));
  const cells = standing.reduce((n, { extent: e }) => n + e.maps * e.rows * e.columns, 0);
  const words = standing.length > 0 && cells <= FEW_CELLS ? TIGHT : ROOMY;
  const least = words === TIGHT ? LEAST * 0.7 : LEAST;
  // A block without maps is still wide enough for its name.
  return {
    width: Math.max(least, width + PAD * 2),
    height: Math.max(height, postHeight(left)),
    ...words,
  };
}

/** Under a folded group is told what it holds. */
export const GROUP_UNDER = 0.62;

/** Room for words that are larger. */
export function grownBy(size: Footprint, grown: number): Footprint {
  const more = 1 + (grown - 1) * 0.7;
  return { ...size, above: size.above * more, under: size.under * more };
}
