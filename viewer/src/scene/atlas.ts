/**
 * Rectangles of float16 bits in one texture array: every sheet in view draws from it in one call.
 *
 * Pages of 1024 x 1024 in layers; layers are added by doubling up to the byte budget. The cells
 * stay with their owners on the CPU, so that all pages can be written again after growing or
 * after a lost context.
 */
import {
  DataArrayTexture,
  DataTexture,
  NearestFilter,
  RedIntegerFormat,
  UnsignedShortType,
  Vector3,
  type WebGLRenderer,
} from 'three';

export const PAGE = 1024;
const MOST_LAYERS = 96;

/** Where a rectangle lies. */
export interface Slot {
  readonly layer: number;
  readonly x: number;
  readonly y: number;
}

interface Entry {
  readonly slot: Slot;
  readonly cells: Uint16Array;
  readonly width: number;
  readonly height: number;
}

/** A run of equally tall rectangles, filled from the left. */
interface Shelf {
  readonly layer: number;
  readonly y: number;
  readonly height: number;
  used: number;
}

function makePages(layers: number): DataArrayTexture {
  const texture = new DataArrayTexture(null, PAGE, PAGE, layers);
  texture.format = RedIntegerFormat;
  texture.type = UnsignedShortType;
  texture.internalFormat = 'R16UI';
  texture.minFilter = NearestFilter;
  texture.magFilter = NearestFilter;
  texture.unpackAlignment = 1;
  // Its storage is made without data: rectangles are written one by one.
  texture.source.dataReady = false;
  texture.needsUpdate = true;
  return texture;
}

export class Atlas {
  texture = makePages(2);
  private layers = 2;
  private shelves: Shelf[] = [];
  private tops: number[] = [];
  private entries = new Map<string, Entry>();
  private queue: Entry[] = [];
  /** Places that were given back, by width and height. */
  private free = new Map<string, Slot[]>();
  /** Raised when all rectangles were dropped: whoever drew them must add them again. */
  generation = 0;

  get(key: string): Slot | null {
    return this.entries.get(key)?.slot ?? null;
  }

  /** A place for these cells, row by row; null where they cannot fit at all. */
  add(key: string, cells: Uint16Array, width: number, height: number): Slot | null {
    const found = this.entries.get(key);
    if (found) return found.slot;
    if (width > PAGE || height > PAGE || !width || !height) return null;
    const slot = this.free.get(`${width}x${height}`)?.pop() ?? this.place(width, height);
    if (!slot) {
      this.clear();
      return null;
    }
    const entry = { slot, cells, width, height };
    this.entries.set(key, entry);
    this.queue.push(entry);
    return slot;
  }

  /** Gives back the places of all rectangles whose keys begin so: others of their size take them. */
  release(prefix: string): void {
    for (const [key, entry] of this.entries) {
      if (!key.startsWith(prefix)) continue;
      const size = `${entry.width}x${entry.height}`;
      this.free.set(size, [...(this.free.get(size) ?? []), entry.slot]);
      this.entries.delete(key);
    }
    const left = new Set(this.entries.values());
    this.queue = this.queue.filter((one) => left.has(one));
  }

  /** Drops everything. */
  clear(): void {
    this.shelves = [];
    this.tops = [];
    this.entries.clear();
    this.free.clear();
    this.queue = [];
    this.generation += 1;
  }

  /** Writes every rectangle again: after the context was lost. */
  rewrite(): void {
    this.queue = [...this.entries.values()];
    this.texture.needsUpdate = true;
  }

  /** Writes the rectangles that came since the last call. */
  upload(renderer: WebGLRenderer): void {
    this.fit();
    for (const { slot, cells, width, height } of this.queue) {
      const part = new DataTexture(cells, width, height, RedIntegerFormat, UnsignedShortType);
      part.internalFormat = 'R16UI';
      part.unpackAlignment = 1;
      const to = new Vector3(slot.x, slot.y, slot.layer);
      renderer.copyTextureToTexture(part, this.texture, null, to);
      part.dispose();
    }
    this.queue = [];
  }

  private fit(): void {
    const needed = this.tops.length;
    if (needed <= this.layers) return;
    while (this.layers < needed) this.layers *= 2;
    this.texture.dispose();
    this.texture = makePages(Math.min(this.layers, MOST_LAYERS));
    this.queue = [...this.entries.values()];
  }

  private place(width: number, height: number): Slot | null {
    // Heights are rounded up so that a shelf serves many sheets: eighths of a power of two.
    const step = Math.max(4, 2 ** Math.floor(Math.log2(height) - 2));
    const tall = Math.min(PAGE, Math.ceil(height / step) * step);
    let shelf = this.shelves.find((s) => s.height === tall && s.used + width <= PAGE);
    shelf ??= this.addShelf(tall) ?? undefined;
    if (!shelf) return null;
    const slot = { layer: shelf.layer, x: shelf.used, y: shelf.y };
    shelf.used += width;
    return slot;
  }

  private addShelf(height: number): Shelf | null {
    let layer = this.tops.findIndex((top) => top + height <= PAGE);
    if (layer < 0) {
      if (this.tops.length >= MOST_LAYERS) return null;
      layer = this.tops.push(0) - 1;
    }
    const y = this.tops[layer] ?? 0;
    this.tops[layer] = y + height;
    const shelf = { layer, y, height, used: 0 };
    this.shelves.push(shelf);
    return shelf;
  }
}
