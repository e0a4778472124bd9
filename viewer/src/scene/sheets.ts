/** All tensors in view as merged quads, each with a record of where its cells lie and how they are coloured. */
import {
  DataTexture,
  DoubleSide,
  FloatType,
  GLSL3,
  NearestFilter,
  RawShaderMaterial,
  RGBAFormat,
  UnsignedByteType,
  Vector3,
} from 'three';
import type { Atlas, Slot } from './atlas';
import { PAGE } from './atlas';
import type { TextPages, TextSlot } from './digits';
import type { Rgb } from './palette';
import { Quads } from './quads';
import fragment from './shaders/sheet.frag?raw';
import vertex from './shaders/sheet.vert?raw';

export const MODE = {
  smooth: 1,
  perMap: 2,
  rgb: 4,
  gaps: 8,
  dead: 16,
  numbers: 32,
  log: 64,
} as const;
const FIELDS = 32;
const RECORD_ROW = 128;
/** One layer of what lies in one plane, in normalized depth: above the error of a float32. */
export const LAYER = 1e-5;

/** How one tile of one tensor is drawn. */
export interface SheetRecord {
  readonly slots: readonly Slot[];
  readonly columns: number;
  readonly rows: number;
  readonly gapX: number;
  readonly gapY: number;
  readonly mode: number;
  readonly low: number;
  readonly high: number;
  readonly scale: number;
  readonly center: number;
  /** First cell of the tile in the sheet at this level. */
  readonly tileX: number;
  readonly tileY: number;
  readonly gridColumns: number;
  readonly maps: number;
  readonly table: number;
  /** First texel of the tensor's maps in the map texture. */
  readonly mapsAt: number;
  /** 0 is the ground, 1 the picture in full. */
  readonly strength: number;
  /** Cells in use where a vector was folded, else -1. */
  readonly cells: number;
  /** Cells of level 0 to one of this level, along an axis, and columns of a map at level 0. */
  readonly step: number;
  readonly full: number;
  /** 0 for the overview; what is finer covers it in layers, though all lie in one plane. */
  readonly layer: number;
  /** The page of numbers written on its cells. */
  readonly text?: TextPlace;
}

/** A page of numbers and the cells that it belongs to. */
export interface TextPlace extends TextSlot {
  /** First cell of the page in the sheet. */
  readonly cellX: number;
  readonly cellY: number;
}

/** A rectangle in the world: its lower left corner and its two edges. */
export interface Frame {
  readonly corner: Vector3;
  readonly across: Vector3;
  readonly up: Vector3;
}

function floatTexture(width: number, height: number): DataTexture {
  const data = new Float32Array(width * height * 4);
  const texture = new DataTexture(data, width, height, RGBAFormat, FloatType);
  texture.minFilter = NearestFilter;
  texture.magFilter = NearestFilter;
  texture.needsUpdate = true;
  return texture;
}

/** What both programs read. */
export interface Sources {
  readonly atlas: Atlas;
  readonly texts: TextPages;
  readonly glyphs: DataTexture;
}

export class Sheets {
  /** Cells without and with numbers: two programs, so that the plain one stays cheap. */
  readonly plain: Quads;
  /** Near the eye: what is written is relative to it. */
  readonly origin = new Vector3();
  readonly numbered: Quads;
  private readonly uniforms: Record<string, { value: unknown }>;
  private records = floatTexture(RECORD_ROW * 8, 8);
  private maps = floatTexture(1024, 4);
  private recordCount = 0;
  private mapCount = 0;

  constructor(private readonly sources: Sources) {
    this.uniforms = {
      pages: { value: sources.atlas.texture },
      records: { value: this.records },
      tables: { value: null },
      maps: { value: this.maps },
      texts: { value: sources.texts.texture },
      glyphs: { value: sources.glyphs },
      ground: { value: new Vector3() },
      ink: { value: new Vector3(1, 1, 1) },
    };
    const attributes = { position: 3, local: 2, record: 1 };
    this.plain = new Quads(attributes, this.program({}));
    this.numbered = new Quads(attributes, this.program({ DIGITS: 1 }));
  }

  private program(defines: Record<string, number>): RawShaderMaterial {
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader: vertex,
      fragmentShader: fragment,
      uniforms: this.uniforms,
      defines,
    });
    // Both sides are drawn: one may fly behind a sheet.
    material.side = DoubleSide;
    return material;
  }

  /** What shows between maps, and the colour of numbers that stand alone. */
  setColours(ground: Rgb, ink: Rgb): void {
    this.uniform('ground', new Vector3(...ground));
    this.uniform('ink', new Vector3(...ink));
  }

  set tables(texture: DataTexture) {
    this.uniform('tables', texture);
  }

  clear(): void {
    this.plain.clear();
    this.numbered.clear();
    this.recordCount = 0;
    this.mapCount = 0;
  }

  /** Keeps the maps' own ranges: low and high by map, and whether a map is zero everywhere. */
  addMaps(count: number, fill: (map: number) => readonly [number, number, boolean]): number {
    const at = this.mapCount;
    this.mapCount += count;
    if (this.mapCount > (this.maps.image.data?.length ?? 0) / 4) this.growMaps();
    const data = this.maps.image.data as Float32Array;
    for (let map = 0; map < count; map++) {
      const [low, high, dead] = fill(map);
      data.set([low, high, dead ? 1 : 0, 0], (at + map) * 4);
    }
    return at;
  }

  addRecord(r: SheetRecord): number {
    const at = this.recordCount++;
    if (this.recordCount > RECORD_ROW * this.records.image.height) this.growRecords();
    const [one, two = one, three = one] = r.slots;
    const linear = (slot: Slot | undefined) => (slot ? slot.x + slot.y * PAGE : 0);
    const fields = [
      ...[one?.x ?? 0, one?.y ?? 0, one?.layer ?? 0, r.columns],
      ...[r.rows, r.gapX, r.gapY, r.mode],
      ...[r.low, r.high, r.scale, r.center],
      ...[linear(two), two?.layer ?? 0, linear(three), three?.layer ?? 0],
      ...[r.tileX, r.tileY, r.gridColumns, r.maps],
      ...[r.table, r.mapsAt, r.strength, r.cells],
      ...[r.text?.x ?? 0, r.text?.y ?? 0, r.text?.longest ?? 0, r.step],
      ...[r.text?.cellX ?? 0, r.text?.cellY ?? 0, r.full, r.layer * LAYER],
    ];
    (this.records.image.data as Float32Array).set(fields, at * FIELDS);
    return at;
  }

  /**
   * One quad of a record.
   *
   * @param frame where it stands.
   * @param local left, top, right, bottom in map pitches: what of the tensor it shows.
   */
  addQuad(
    frame: Frame,
    local: readonly [number, number, number, number],
    record: number,
    numbered = false,
  ): void {
    const { across: a, up: u } = frame;
    const c = frame.corner.clone().sub(this.origin);
    const [left, top, right, bottom] = local;
    const positions = [
      ...[c.x, c.y, c.z],
      ...[c.x + a.x, c.y + a.y, c.z + a.z],
      ...[c.x + a.x + u.x, c.y + a.y + u.y, c.z + a.z + u.z],
      ...[c.x + u.x, c.y + u.y, c.z + u.z],
    ];
    const places = [left, bottom, right, bottom, right, top, left, top];
    const quads = numbered ? this.numbered : this.plain;
    quads.push(positions, places, [record, record, record, record]);
  }

  flush(): void {
    this.plain.mesh.position.copy(this.origin);
    this.numbered.mesh.position.copy(this.origin);
    this.plain.flush();
    this.numbered.flush();
    this.records.needsUpdate = true;
    this.maps.needsUpdate = true;
  }

  /** The atlas may have a new texture after it grew. */
  bind(): void {
    this.uniform('pages', this.sources.atlas.texture);
  }

  private uniform(name: string, value: unknown): void {
    const slot = this.uniforms[name];
    if (slot) slot.value = value;
  }

  private growRecords(): void {
    this.records = this.grown(this.records, 'records');
  }

  private growMaps(): void {
    while (this.mapCount > (this.maps.image.data?.length ?? 0) / 4) {
      this.maps = this.grown(this.maps, 'maps');
    }
  }

  private grown(from: DataTexture, name: string): DataTexture {
    const next = floatTexture(from.image.width, from.image.height * 2);
    (next.image.data as Float32Array).set(from.image.data as Float32Array);
    from.dispose();
    this.uniform(name, next);
    return next;
  }
}

/** One colour table a row, 256 wide, in RGBA. */
export function tableTexture(tables: readonly Uint8Array[]): DataTexture {
  const data = new Uint8Array(256 * 4 * Math.max(1, tables.length));
  tables.forEach((table, row) => {
    for (let i = 0; i < 256; i++) {
      data.set(table.subarray(i * 3, i * 3 + 3), (row * 256 + i) * 4);
      data[(row * 256 + i) * 4 + 3] = 255;
    }
  });
  const texture = new DataTexture(
    data,
    256,
    Math.max(1, tables.length),
    RGBAFormat,
    UnsignedByteType,
  );
  texture.minFilter = NearestFilter;
  texture.magFilter = NearestFilter;
  texture.needsUpdate = true;
  return texture;
}
