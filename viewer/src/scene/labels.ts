/** Words that stand upright to the eye: placed greedily, none over another, in one draw. */
import { type Camera, GLSL3, RawShaderMaterial, Vector2, Vector3 } from 'three';
import { Quads } from './quads';
import fragment from './shaders/label.frag?raw';
import vertex from './shaders/label.vert?raw';
import { type Ink, WORD_PAD, type Words } from './text';
import { cut } from './words';

export interface Line {
  readonly text: string;
  readonly ink: Ink;
  /** Left out where it does not fit: half a number says something else. */
  readonly whole?: boolean;
}

/** A label that would like to be drawn. */
export interface Want {
  /** Same label, same id: one that was drawn is kept before a new one. */
  readonly id: string;
  readonly lines: readonly Line[];
  readonly at: Vector3;
  /** Where the anchor lies in the label's box: 0 left or top, 1 right or bottom. */
  readonly align: readonly [number, number];
  readonly priority: number;
  /** Longer lines are cut, in CSS pixels. */
  readonly room: number;
  /** Height of a line in sizes of its ink; less where lines of a list stand close. */
  readonly lead?: number;
}

/** A label as it was placed, in CSS pixels from the upper left. */
export interface Placed {
  readonly id: string;
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Window {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

const LEAD = 1.28;
const BUCKET = 64;
/** Free room beside a word, in CSS pixels: two that touch would be read as one. */
const GAP = 3;
const MOST = 400;
const MOST_TRIES = 4;
/** Where its neighbours leave it, a label may be wider than its own block. */
const ROOMIER = 1.7;

/** A grid of buckets in which boxes find those that they may hit. */
class Taken {
  private buckets = new Map<number, Placed[]>();

  private *keys(b: Placed): Iterable<number> {
    for (let x = Math.floor(b.left / BUCKET); x <= b.right / BUCKET; x++) {
      for (let y = Math.floor(b.top / BUCKET); y <= b.bottom / BUCKET; y++) yield x * 4096 + y;
    }
  }

  hits(b: Placed): boolean {
    for (const key of this.keys(b)) {
      for (const o of this.buckets.get(key) ?? []) {
        const [left, right] = [b.left - GAP, b.right + GAP];
        if (left < o.right && o.left < right && b.top < o.bottom && o.top < b.bottom) {
          return true;
        }
      }
    }
    return false;
  }

  add(b: Placed): void {
    for (const key of this.keys(b)) {
      const bucket = this.buckets.get(key);
      if (bucket) bucket.push(b);
      else this.buckets.set(key, [b]);
    }
  }
}

export class Labels {
  readonly quads: Quads;
  placed: readonly Placed[] = [];
  private readonly material: RawShaderMaterial;
  private before = new Set<string>();

  constructor(private readonly words: Words) {
    this.material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader: vertex,
      fragmentShader: fragment,
      transparent: true,
      depthTest: false,
      depthWrite: false,
      uniforms: { words: { value: words.texture }, viewport: { value: new Vector2(1, 1) } },
    });
    this.quads = new Quads({ position: 2, uv: 2 }, this.material);
  }

  /** Places as many labels as fit, the most important first. */
  place(wants: readonly Want[], camera: Camera, window: Window, area: Placed): void {
    this.words.setRatio(window.ratio);
    this.material.uniforms.viewport?.value.set(window.width, window.height);
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const { generation } = this.words;
      this.placeAll(wants, camera, window, area);
      // A texture that was full has dropped the first words: once more, it has room now.
      if (generation === this.words.generation) break;
    }
    this.uniform('words', this.words.texture);
  }

  private uniform(name: string, value: unknown): void {
    const slot = this.material.uniforms[name];
    if (slot) slot.value = value;
  }

  private placeAll(wants: readonly Want[], camera: Camera, window: Window, area: Placed): void {
    const taken = new Taken();
    const placed: Placed[] = [];
    const rank = (w: Want) => w.priority + (this.before.has(w.id) ? 0.5 : 0);
    this.quads.clear();
    for (const want of [...wants].sort((a, b) => rank(b) - rank(a))) {
      if (placed.length >= MOST) break;
      for (const room of [want.room * ROOMIER, want.room]) {
        const lines = this.fit(want, room);
        const box = lines.length > 0 && this.box(want, lines, camera, window);
        if (!box || !inside(box, area) || taken.hits(box)) continue;
        taken.add(box);
        placed.push(box);
        this.write(lines, want, box, window);
        break;
      }
    }
    this.quads.flush();
    this.before = new Set(placed.map((p) => p.id));
    this.placed = placed;
  }

  private fit(want: Want, room: number): Line[] {
    const lines: Line[] = [];
    for (const { text, ink, whole } of want.lines) {
      const measure = (t: string) => this.words.measure(t, ink);
      const shown = whole && measure(text) > room ? '' : cut(text, room, measure);
      if (shown) lines.push({ text: shown, ink });
      else if (lines.length === 0) return [];
    }
    return lines;
  }

  private box(want: Want, lines: readonly Line[], camera: Camera, w: Window): Placed | null {
    const at = want.at.clone().project(camera);
    if (at.z < -1 || at.z > 1) return null;
    const width = Math.max(...lines.map((l) => this.words.measure(l.text, l.ink)));
    const height = lines.reduce((h, l) => h + l.ink.size * (want.lead ?? LEAD), 0);
    const left = Math.round(((at.x + 1) / 2) * w.width - width * want.align[0]);
    const top = Math.round(((1 - at.y) / 2) * w.height - height * want.align[1]);
    const text = lines.map((l) => l.text).join('\n');
    return { id: want.id, text, left, top, right: left + width, bottom: top + height };
  }

  private write(lines: readonly Line[], want: Want, box: Placed, w: Window): void {
    const lead = want.lead ?? LEAD;
    let y = box.top;
    for (const { text, ink } of lines) {
      const word = this.words.word(text, ink);
      if (!word) return;
      const width = this.words.measure(text, ink);
      const x = Math.round(box.left + (box.right - box.left - width) * want.align[0]);
      const l = x - WORD_PAD;
      const t = y - WORD_PAD + Math.round(ink.size * (lead - 1.25));
      const r = l + word.width / w.ratio;
      const b = t + word.height / w.ratio;
      const side = this.words.side;
      const [u0, u1] = [word.x / side, (word.x + word.width) / side];
      const [v0, v1] = [word.y / side, (word.y + word.height) / side];
      this.quads.push([l, b, r, b, r, t, l, t], [u0, v1, u1, v1, u1, v0, u0, v0]);
      y += ink.size * lead;
    }
  }
}

function inside(b: Placed, area: Placed): boolean {
  return (
    b.left >= area.left + GAP &&
    b.right <= area.right - GAP &&
    b.top >= area.top &&
    b.bottom <= area.bottom
  );
}

const upper = new Vector3();

/** CSS pixels to a world unit at a point. */
export function pixelsPerUnit(at: Vector3, camera: Camera, height: number): number {
  const here = at.clone().project(camera).y;
  upper.copy(at);
  upper.y += 0.01;
  return Math.abs(((upper.project(camera).y - here) / 2) * height * 100);
}
