/** What colour a block has: its operator's family, or how much of something it takes. */
import { measureColour } from '../state/amounts';
import { colourBy, measureOf } from '../state/measures';
import { theme } from '../state/store';
import type { Block } from './blocks';
import { familyColour, hex, type Rgb } from './palette';

/** Where what it takes is not known. */
const UNKNOWN: Rgb = [0.45, 0.47, 0.52];

function nodeColour(node: number, family: string): Rgb {
  if (colourBy.value === 'operator') return familyColour(family);
  const share = measureOf(node);
  return share === null ? UNKNOWN : hex(measureColour(share, theme.value));
}

export const blockColour = (block: Block): Rgb =>
  block.node ? nodeColour(block.node.id, block.family) : familyColour(block.family);

/** The colour of what is too small to be a block. */
export function speckColour(what: string, id: number, familyOf: (node: number) => string): Rgb {
  return what === 'node' ? nodeColour(id, familyOf(id)) : familyColour(what);
}
