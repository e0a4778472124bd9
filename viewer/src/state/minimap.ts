/** The whole network in outline, for the small map; written by the scene. */
import { signal } from '@preact/signals';

/** Left, lower, right, upper edge in the scene's units; y grows upward. */
export type Bounds = readonly [x0: number, y0: number, x1: number, y1: number];

export interface Plan {
  readonly bounds: Bounds;
  /** x0, y0, x1, y1 of each block. */
  readonly boxes: Float32Array;
  /** The operator family of each block, by whose colour it is drawn. */
  readonly colours: readonly string[];
  /** x0, y0, x1, y1 of each group's frame, outer ones first. */
  readonly frames: Float32Array;
}

/** Null before anything stands. */
export const plan = signal<Plan | null>(null);
/** The part of it that is in view. */
export const seen = signal<Bounds | null>(null);
