/** Edges as ribbons of a constant width on screen: one merged draw. */
import { GLSL3, RawShaderMaterial, Vector2, Vector3 } from 'three';
import type { Rgb } from './palette';
import { Quads } from './quads';
import fragment from './shaders/line.frag?raw';
import vertex from './shaders/line.vert?raw';

export type Point = readonly [number, number, number];

export class Lines {
  readonly quads: Quads;
  /** Near the eye: what is written is relative to it. */
  readonly origin = new Vector3();
  private readonly material: RawShaderMaterial;

  constructor() {
    this.material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader: vertex,
      fragmentShader: fragment,
      transparent: true,
      depthWrite: false,
      uniforms: { viewport: { value: new Vector2(1, 1) } },
    });
    this.material.side = 2;
    this.quads = new Quads({ position: 3, other: 3, place: 3, colour: 4 }, this.material);
  }

  /** Size of the drawing area in device pixels. */
  setViewport(width: number, height: number): void {
    this.material.uniforms.viewport?.value.set(width, height);
  }

  clear(): void {
    this.quads.clear();
  }

  flush(): void {
    this.quads.mesh.position.copy(this.origin);
    this.quads.flush();
  }

  /**
   * One polyline.
   *
   * @param width in device pixels.
   * @param dash length of dash and gap in world units, 0 for a full line.
   * @param ahead how much nearer it is in normalized depth than where it stands.
   */
  path(
    points: readonly Point[],
    colour: Rgb,
    alpha: number,
    width: number,
    dash = 0,
    ahead = 0,
  ): void {
    let along = 0;
    for (let i = 1; i < points.length; i++) {
      const a = points[i - 1];
      const b = points[i];
      if (!a || !b) continue;
      const length = Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]);
      this.segment(a, b, along, along + length, [...colour, alpha], width, dash, ahead);
      along += length;
    }
  }

  private segment(
    a: Point,
    b: Point,
    from: number,
    to: number,
    colour: readonly number[],
    width: number,
    dash: number,
    ahead: number,
  ): void {
    const start = dash > 0 ? from / dash : -1;
    const end = dash > 0 ? to / dash : -1;
    const { x, y, z } = this.origin;
    const [ax, ay, az] = [a[0] - x, a[1] - y, a[2] - z];
    const [bx, by, bz] = [b[0] - x, b[1] - y, b[2] - z];
    this.quads.push(
      [ax, ay, az, bx, by, bz, bx, by, bz, ax, ay, az],
      [bx, by, bz, ax, ay, az, ax, ay, az, bx, by, bz],
      // The sign is the side of the ribbon; it turns where the direction is looked at from the end.
      [
        ...[-width, start, ahead],
        ...[width, end, ahead],
        ...[-width, end, ahead],
        ...[width, start, ahead],
      ],
      [...colour, ...colour, ...colour, ...colour],
    );
  }
}
