/** Numbers in cells: a picture of every glyph, and pages of which glyph stands where. */
import {
  DataTexture,
  LinearFilter,
  LinearMipmapLinearFilter,
  NearestFilter,
  RedFormat,
  RedIntegerFormat,
  UnsignedByteType,
  Vector2,
  type WebGLRenderer,
} from 'three';
import { TEXT_PAGE } from '../client/documents';

/** Glyphs by their index, from 1; 0 is no glyph. */
export const GLYPHS =
  ' 0123456789.-+enifaTrueFlsj,()∞…xXbcdghkmopqtvwyzABCDEGHIJKLMNOPQRSUVWYZ/:;=_\'"?!%#&*<>[]';
/** Size of one glyph's field in the picture; powers of two, so that coarser levels do not mix. */
export const GLYPH = { width: 32, height: 64, columns: 16, rows: 8 } as const;
/** Texels kept for one cell: how many glyphs it has, then the glyphs. */
export const SLOTS = 32;
/** Characters that a cell can have: every float64 in full, with its sign and exponent. */
export const LONGEST = SLOTS - 1;

const ROW = TEXT_PAGE * SLOTS;
/** Pages of text kept: as wide as any graphics card's textures, at least. */
const ACROSS = 4;
const DOWN = 32;

const INDEX = new Map([...GLYPHS].map((glyph, i) => [glyph, i]));

/**
 * The text that fits into `room` characters: exact where it is short enough, else rounded as far
 * as needed; other text is cut.
 */
export function fitNumber(text: string, room: number): string {
  if (text.length <= room) return text;
  const value = Number(text);
  if (!Number.isFinite(value) || text === '') return `${text.slice(0, Math.max(1, room - 1))}…`;
  const plain = (t: string) => t.replace(/^(-?)0\./, '$1.').replace(/e\+?/, 'e');
  for (let digits = 15; digits > 0; digits--) {
    const short = plain(String(Number(value.toPrecision(digits))));
    if (short.length <= room) return short;
    const exponent = plain(value.toExponential(digits - 1));
    if (exponent.length <= room) return exponent;
  }
  return '…';
}

/** The coverage of every glyph, white on black, in rows of sixteen. */
export function drawGlyphs(): DataTexture {
  const { width, height, columns, rows } = GLYPH;
  const canvas = document.createElement('canvas');
  canvas.width = width * columns;
  canvas.height = height * rows;
  const c = canvas.getContext('2d') as CanvasRenderingContext2D;
  c.font = `500 ${height * 0.78}px "JetBrains Mono Variable", ui-monospace, monospace`;
  c.textAlign = 'center';
  c.textBaseline = 'alphabetic';
  c.fillStyle = '#fff';
  [...GLYPHS].forEach((glyph, i) => {
    const x = (i % columns) * width + width / 2;
    const y = Math.floor(i / columns) * height + height * 0.76;
    c.fillText(glyph, x, y);
  });
  const rgba = c.getImageData(0, 0, canvas.width, canvas.height).data;
  const coverage = new Uint8Array(canvas.width * canvas.height);
  for (let i = 0; i < coverage.length; i++) coverage[i] = rgba[i * 4 + 3] ?? 0;
  const texture = new DataTexture(
    coverage,
    canvas.width,
    canvas.height,
    RedFormat,
    UnsignedByteType,
  );
  texture.minFilter = LinearMipmapLinearFilter;
  texture.magFilter = LinearFilter;
  texture.generateMipmaps = true;
  texture.unpackAlignment = 1;
  texture.needsUpdate = true;
  return texture;
}

/** Where a page of text lies in the texture, in glyphs. */
export interface TextSlot {
  readonly x: number;
  readonly y: number;
  /** Characters of its longest text, which sets the size of all. */
  readonly longest: number;
}

/** Shorter texts are written no larger than this many characters. */
const SHORTEST = 6;

/** Pages of glyph indices, the oldest overwritten when all places are taken. */
export class TextPages {
  readonly texture: DataTexture;
  private readonly slots = new Map<string, TextSlot>();
  private next = 0;
  private queue: { slot: TextSlot; glyphs: Uint8Array }[] = [];

  constructor() {
    const size = ROW * ACROSS * TEXT_PAGE * DOWN;
    this.texture = new DataTexture(
      new Uint8Array(size),
      ROW * ACROSS,
      TEXT_PAGE * DOWN,
      RedIntegerFormat,
      UnsignedByteType,
    );
    this.texture.internalFormat = 'R8UI';
    this.texture.minFilter = NearestFilter;
    this.texture.magFilter = NearestFilter;
    this.texture.unpackAlignment = 1;
    this.texture.needsUpdate = true;
  }

  /** The place of a page, written where it is new. `columns` is the page's width in cells. */
  slot(key: string, room: number, columns: number, texts: readonly string[]): TextSlot {
    const name = `${key}|${room}`;
    const found = this.slots.get(name);
    if (found) return found;
    const at = this.next++ % (ACROSS * DOWN);
    const written = texts.map((text) => [...fitNumber(text, room)].slice(0, LONGEST));
    const longest = written.reduce((most, one) => Math.max(most, one.length), SHORTEST);
    const slot = { x: (at % ACROSS) * ROW, y: Math.floor(at / ACROSS) * TEXT_PAGE, longest };
    for (const [old, place] of this.slots) {
      if (place.x === slot.x && place.y === slot.y) this.slots.delete(old);
    }
    this.slots.set(name, slot);
    this.queue.push({ slot, glyphs: encode(written, columns) });
    return slot;
  }

  upload(renderer: WebGLRenderer): void {
    for (const { slot, glyphs } of this.queue) {
      const part = new DataTexture(glyphs, ROW, TEXT_PAGE, RedIntegerFormat, UnsignedByteType);
      part.internalFormat = 'R8UI';
      part.unpackAlignment = 1;
      renderer.copyTextureToTexture(part, this.texture, null, new Vector2(slot.x, slot.y));
      part.dispose();
    }
    this.queue = [];
  }

  /** Forgets all pages: after a lost context. */
  clear(): void {
    this.slots.clear();
    this.queue = [];
  }
}

/** Glyph indices of a page, each cell's length before its text. */
function encode(texts: readonly (readonly string[])[], columns: number): Uint8Array {
  const glyphs = new Uint8Array(ROW * TEXT_PAGE);
  texts.forEach((written, i) => {
    const base = Math.floor(i / columns) * ROW + (i % columns) * SLOTS;
    glyphs[base] = written.length;
    written.forEach((glyph, k) => {
      glyphs[base + 1 + k] = INDEX.get(glyph) ?? INDEX.get('?') ?? 0;
    });
  });
  return glyphs;
}
