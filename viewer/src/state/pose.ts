/** Where the camera stands, in the scene's units; the scene writes one signal and follows the other. */
import { signal } from '@preact/signals';

/** Looked-at x and y, distance to it, turn and tilt in radians. */
export type Pose = readonly [x: number, y: number, distance: number, turn: number, tilt: number];

/** Where it rests; null before anything was drawn. Written by the scene alone. */
export const pose = signal<Pose | null>(null);

export interface PoseAsked {
  readonly pose: Pose;
  /** Whether it flies there; else it stands there at once. */
  readonly smooth: boolean;
}

/** Where it is asked to stand; a new object asks again. */
export const poseAsked = signal<PoseAsked | null>(null);
