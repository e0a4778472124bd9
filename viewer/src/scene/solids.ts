/** Everything plain that stands or lies in the scene: coloured quads in one draw. */
import { CustomBlending, GLSL3, RawShaderMaterial, Vector3 } from 'three';
import type { Rgb } from './palette';
import { Quads } from './quads';
import fragment from './shaders/solid.frag?raw';
import vertex from './shaders/solid.vert?raw';

/** What the quad's own shader draws on it. */
export const PATTERN = { plain: 0, dots: 1, outline: 2, chevron: 3, rounded: 4, ring: 5 } as const;

type Point = readonly [number, number, number];

export class Solids {
  readonly quads: Quads;
  /** Near the eye: what is written is relative to it, so that it stays exact far from the middle. */
  readonly origin = new Vector3();

  /** @param under whether they lie under everything else, whatever their depth. */
  constructor(under = false) {
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader: vertex,
      fragmentShader: fragment,
      transparent: !under,
      // Blended although drawn with the opaque things, which come first.
      blending: CustomBlending,
      depthWrite: !under,
      uniforms: {},
    });
    material.side = 2;
    this.quads = new Quads({ position: 3, uv: 2, colour: 4, pattern: 3 }, material);
  }

  clear(): void {
    this.quads.clear();
  }

  flush(): void {
    this.quads.mesh.position.copy(this.origin);
    this.quads.flush();
  }

  /**
   * One quad by its corners, counter-clockwise from the lower left.
   *
   * @param pattern what is drawn on it, and the quad's width and height in world units.
   */
  quad(
    corners: readonly [Point, Point, Point, Point],
    colour: Rgb,
    alpha = 1,
    pattern: readonly [number, number, number] = [PATTERN.plain, 1, 1],
  ): void {
    const c = [...colour, alpha];
    const { x, y, z } = this.origin;
    this.quads.push(
      corners.flatMap((corner) => [corner[0] - x, corner[1] - y, corner[2] - z]),
      [0, 0, 1, 0, 1, 1, 0, 1],
      [...c, ...c, ...c, ...c],
      [...pattern, ...pattern, ...pattern, ...pattern],
    );
  }

  /** An upright rectangle from its lower left corner along two edges. */
  panel(
    corner: Vector3,
    across: Vector3,
    up: Vector3,
    colour: Rgb,
    alpha = 1,
    pattern: number = PATTERN.plain,
  ): void {
    const at = (a: number, u: number): Point => [
      corner.x + across.x * a + up.x * u,
      corner.y + across.y * a + up.y * u,
      corner.z + across.z * a + up.z * u,
    ];
    const size: [number, number, number] = [pattern, across.length(), up.length()];
    this.quad([at(0, 0), at(1, 0), at(1, 1), at(0, 1)], colour, alpha, size);
  }

  /** A low box: its top and its front, as much as is ever seen. */
  slab(
    x: number,
    y: number,
    z: number,
    w: number,
    h: number,
    d: number,
    top: Rgb,
    front: Rgb,
  ): void {
    const [l, r, f, b] = [x - w / 2, x + w / 2, z, z - d];
    this.quad(
      [
        [l, y + h, f],
        [r, y + h, f],
        [r, y + h, b],
        [l, y + h, b],
      ],
      top,
    );
    this.quad(
      [
        [l, y, f],
        [r, y, f],
        [r, y + h, f],
        [l, y + h, f],
      ],
      front,
    );
  }
}
