/** Words as pictures in one texture: rasterized once at their size on screen, in any script. */
import {
  DataTexture,
  LinearFilter,
  RGBAFormat,
  UnsignedByteType,
  Vector2,
  type WebGLRenderer,
} from 'three';

export interface Ink {
  /** CSS pixels. */
  readonly size: number;
  readonly weight: 400 | 500 | 600;
  readonly colour: string;
  /** Drawn around the letters, so that they read on any picture. */
  readonly halo: string;
  readonly digits?: boolean;
}

/** Where a word lies in the texture, in device pixels, its halo included. */
export interface Word {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Sides of the texture: it begins small, because the first touch of every byte costs time. */
const FIRST_SIDE = 1024;
const LAST_SIDE = 4096;
const PAD = 3;
const FAMILY = '"Inter Variable", system-ui, "Noto Sans", sans-serif';
const DIGITS = '"JetBrains Mono Variable", ui-monospace, monospace';

const font = (ink: Ink, ratio: number) =>
  `${ink.weight} ${ink.size * ratio}px ${ink.digits ? DIGITS : FAMILY}`;

function makeTexture(side: number): DataTexture {
  const data = new Uint8Array(side * side * 4);
  const texture = new DataTexture(data, side, side, RGBAFormat, UnsignedByteType);
  texture.minFilter = LinearFilter;
  texture.magFilter = LinearFilter;
  texture.needsUpdate = true;
  return texture;
}

export class Words {
  texture = makeTexture(FIRST_SIDE);
  /** Raised when the texture was full and all words were dropped: they must be asked for again. */
  generation = 0;
  private readonly context: CanvasRenderingContext2D;
  private words = new Map<string, Word>();
  private widths = new Map<string, number>();
  private queue: { word: Word; image: ImageData }[] = [];
  private x = 0;
  private y = 0;
  private tall = 0;
  private ratio = 1;

  constructor() {
    const canvas = document.createElement('canvas');
    canvas.width = FIRST_SIDE;
    canvas.height = 128;
    this.context = canvas.getContext('2d', {
      willReadFrequently: true,
    }) as CanvasRenderingContext2D;
  }

  get side(): number {
    return this.texture.image.width;
  }

  /** Device pixels to a CSS pixel; another one makes all words anew. */
  setRatio(ratio: number): void {
    if (ratio !== this.ratio) this.clear();
    this.ratio = ratio;
  }

  /** Forgets all words: after a change of theme or when a font has come. */
  clear(): void {
    this.words.clear();
    this.widths.clear();
    this.queue = [];
    this.x = this.y = this.tall = 0;
  }

  /** Width in CSS pixels. */
  measure(text: string, ink: Ink): number {
    const key = `${ink.size}|${ink.weight}|${ink.digits ? 1 : 0}|${text}`;
    let found = this.widths.get(key);
    if (found === undefined) {
      this.context.font = font(ink, 1);
      found = this.context.measureText(text).width;
      this.widths.set(key, found);
    }
    return found;
  }

  /** The word's place in the texture, rasterized where it is new; null where the texture is full. */
  word(text: string, ink: Ink): Word | null {
    const key = `${text}|${ink.size}|${ink.weight}|${ink.colour}|${ink.digits ? 1 : 0}`;
    const found = this.words.get(key);
    if (found) return found;
    const image = this.draw(text, ink);
    const place = this.reserve(image.width, image.height);
    if (!place) {
      this.grow();
      return null;
    }
    const word = { ...place, width: image.width, height: image.height };
    this.words.set(key, word);
    this.queue.push({ word, image });
    return word;
  }

  /** Sends new words to the graphics card. */
  upload(renderer: WebGLRenderer): void {
    for (const { word, image } of this.queue) {
      const bytes = new Uint8Array(image.data.buffer);
      const part = new DataTexture(bytes, image.width, image.height, RGBAFormat, UnsignedByteType);
      renderer.copyTextureToTexture(part, this.texture, null, new Vector2(word.x, word.y));
      part.dispose();
    }
    this.queue = [];
  }

  private grow(): void {
    if (this.side < LAST_SIDE) {
      this.texture.dispose();
      this.texture = makeTexture(this.side * 2);
    }
    this.clear();
    this.generation += 1;
  }

  private draw(text: string, ink: Ink): ImageData {
    const c = this.context;
    const pad = PAD * this.ratio;
    const width = Math.min(
      c.canvas.width,
      Math.ceil(this.measure(text, ink) * this.ratio + pad * 2),
    );
    const height = Math.min(c.canvas.height, Math.ceil(ink.size * this.ratio * 1.3 + pad * 2));
    c.clearRect(0, 0, width, height);
    c.font = font(ink, this.ratio);
    c.textBaseline = 'alphabetic';
    c.lineJoin = 'round';
    const base = pad + ink.size * this.ratio * 1.0;
    c.strokeStyle = ink.halo;
    c.lineWidth = PAD * 1.6 * this.ratio;
    c.strokeText(text, pad, base);
    c.fillStyle = ink.colour;
    c.fillText(text, pad, base);
    return c.getImageData(0, 0, Math.max(1, width), height);
  }

  private reserve(width: number, height: number): { x: number; y: number } | null {
    if (this.x + width > this.side) {
      this.x = 0;
      this.y += this.tall;
      this.tall = 0;
    }
    if (this.y + height > this.side) return null;
    const place = { x: this.x, y: this.y };
    this.x += width;
    this.tall = Math.max(this.tall, height);
    return place;
  }
}

/** The padding around a word, in CSS pixels. */
export const WORD_PAD = PAD;
