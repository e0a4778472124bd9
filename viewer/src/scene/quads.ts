/** Merged quads: one growable vertex buffer, one draw. Instancing is slower in software WebGL. */
import {
  BufferAttribute,
  BufferGeometry,
  DynamicDrawUsage,
  Mesh,
  type RawShaderMaterial,
} from 'three';

export type Attributes = Readonly<Record<string, number>>;

export class Quads {
  readonly mesh: Mesh<BufferGeometry, RawShaderMaterial>;
  private readonly names: readonly string[];
  private readonly sizes: readonly number[];
  private arrays: Float32Array[];
  private room = 0;
  private used = 0;

  /** @param attributes attribute name to its number of floats a vertex. */
  constructor(attributes: Attributes, material: RawShaderMaterial) {
    this.names = Object.keys(attributes);
    this.sizes = Object.values(attributes);
    this.arrays = this.sizes.map(() => new Float32Array());
    this.mesh = new Mesh(new BufferGeometry(), material);
    this.mesh.frustumCulled = false;
    // Nothing is drawn, and no program made, before there is something to draw.
    this.mesh.visible = false;
    this.grow(64);
  }

  get count(): number {
    return this.used;
  }

  clear(): void {
    this.used = 0;
  }

  /** One quad: per attribute the floats of its corners (lower left, lower right, upper right, upper left). */
  push(...corners: readonly (readonly number[])[]): void {
    if (this.used === this.room) this.grow(this.room * 2);
    for (let a = 0; a < this.arrays.length; a++) {
      this.arrays[a]?.set(corners[a] ?? [], this.used * 4 * (this.sizes[a] ?? 0));
    }
    this.used += 1;
  }

  /** Hands what was pushed since `clear` to the graphics card. */
  flush(): void {
    const geometry = this.mesh.geometry;
    this.names.forEach((name, a) => {
      const attribute = geometry.getAttribute(name) as BufferAttribute;
      attribute.clearUpdateRanges();
      attribute.addUpdateRange(0, this.used * 4 * (this.sizes[a] ?? 0));
      attribute.needsUpdate = true;
    });
    geometry.setDrawRange(0, this.used * 6);
    this.mesh.visible = this.used > 0;
  }

  private grow(room: number): void {
    const before = this.arrays;
    const geometry = new BufferGeometry();
    this.arrays = this.sizes.map((size, a) => {
      const array = new Float32Array(room * 4 * size);
      array.set(before[a] ?? []);
      const attribute = new BufferAttribute(array, size);
      attribute.setUsage(DynamicDrawUsage);
      geometry.setAttribute(this.names[a] ?? '', attribute);
      return array;
    });
    const index = new Uint32Array(room * 6);
    for (let q = 0; q < room; q++) {
      index.set(
        [0, 1, 2, 0, 2, 3].map((corner) => q * 4 + corner),
        q * 6,
      );
    }
    geometry.setIndex(new BufferAttribute(index, 1));
    this.mesh.geometry.dispose();
    this.mesh.geometry = geometry;
    this.room = room;
  }
}
