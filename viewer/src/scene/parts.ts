/** The buffers and textures that the whole scene draws from. */
import type { DataTexture } from 'three';
import { Atlas } from './atlas';
import { Cards } from './cards';
import { drawGlyphs, TextPages } from './digits';
import { Lines } from './lines';
import { Sheets } from './sheets';
import { Solids } from './solids';
import { Words } from './text';

export interface Parts {
  readonly atlas: Atlas;
  readonly texts: TextPages;
  readonly words: Words;
  readonly sheets: Sheets;
  readonly plates: Solids;
  readonly solids: Solids;
  readonly lines: Lines;
  readonly cards: Cards;
}

/** What the scene and the panel's inset share, and the scene's own buffers. */
export function makeParts(): Parts & { readonly inset: Sheets; readonly glyphs: DataTexture } {
  const atlas = new Atlas();
  const texts = new TextPages();
  const sources = { atlas, texts, glyphs: drawGlyphs() };
  return {
    glyphs: sources.glyphs,
    atlas,
    texts,
    words: new Words(),
    sheets: new Sheets(sources),
    inset: new Sheets(sources),
    plates: new Solids(true),
    solids: new Solids(),
    lines: new Lines(),
    cards: new Cards(),
  };
}
