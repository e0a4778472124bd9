/** What the eye sees of a sheet: which part, and how many pixels a cell takes. */
import { type Camera, Matrix4, Vector3, Vector4 } from 'three';
import type { Sight } from './drawing';
import type { Local } from './places';
import type { Frame } from './sheets';
import type { Extent } from './sizes';

/** The eye and the window that it looks through. */
export interface Eyepiece {
  readonly camera: Camera;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels to a CSS pixel. */
  readonly ratio: number;
}

/** The part of a sheet that one map takes. */
export function mapLocal(e: Extent, map: number): Local {
  const [gx, gy] = e.gap;
  const x = (map % e.gridColumns) * (1 + gx);
  const y = Math.floor(map / e.gridColumns) * (1 + gy);
  return [x, y, x + 1, y + 1];
}

const matrix = new Matrix4();
const point = new Vector4();

function project(at: Vector3, camera: Camera): Vector4 {
  matrix.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
  return point.set(at.x, at.y, at.z, 1).applyMatrix4(matrix).clone();
}

/** The ray through a place of the window, from -1 to 1 in both axes. */
function rayTo(x: number, y: number, camera: Camera): { from: Vector3; way: Vector3 } {
  const from = new Vector3(x, y, -1).unproject(camera);
  const way = new Vector3(x, y, 1).unproject(camera).sub(from).normalize();
  return { from, way };
}

/** Where a ray meets a frame's plane, in shares of its edges from the lower left; null where it does not. */
export function meet(
  frame: Frame,
  from: Vector3,
  way: Vector3,
): { a: number; u: number; t: number } | null {
  const normal = frame.across.clone().cross(frame.up);
  const slope = normal.dot(way);
  if (Math.abs(slope) < 1e-12) return null;
  const t = normal.dot(frame.corner.clone().sub(from)) / slope;
  if (t <= 0) return null;
  const within = from.clone().addScaledVector(way, t).sub(frame.corner);
  const a = within.dot(frame.across) / frame.across.lengthSq();
  const u = within.dot(frame.up) / frame.up.lengthSq();
  return { a, u, t };
}

/** The part of a frame that the window shows: null for all or nothing of it. */
function windowOf(frame: Frame, part: Local, eye: Eyepiece): Local | null {
  const corners = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ] as const;
  const met = corners.map(([x, y]) => {
    const { from, way } = rayTo(x, y, eye.camera);
    return meet(frame, from, way);
  });
  if (met.some((m) => m === null)) return null;
  const a = met.map((m) => m?.a ?? 0);
  const u = met.map((m) => m?.u ?? 0);
  const [w, h] = [part[2] - part[0], part[3] - part[1]];
  return [
    part[0] + w * Math.max(0, Math.min(...a)),
    part[1] + h * Math.max(0, 1 - Math.max(...u)),
    part[0] + w * Math.min(1, Math.max(...a)),
    part[1] + h * Math.min(1, 1 - Math.min(...u)),
  ];
}

/** How a part of a sheet is seen. */
export function sightOf(frame: Frame, part: Local, e: Extent, eye: Eyepiece): Sight {
  const middle = project(
    frame.corner.clone().addScaledVector(frame.across, 0.5).addScaledVector(frame.up, 0.5),
    eye.camera,
  );
  const cells = (part[3] - part[1]) * e.rows;
  const unit = (eye.camera.projectionMatrix.elements[5] ?? 1) * (eye.height / 2) * eye.ratio;
  const density = (frame.up.length() / cells) * (unit / Math.max(1e-6, middle.w));
  // Only near sheets are larger than the window.
  const window = density * cells > eye.height * eye.ratio * 0.8 ? windowOf(frame, part, eye) : null;
  return { density, window };
}

/** A part of a frame in shares of its edges: from the left, from the bottom. */
export interface Part {
  readonly a0: number;
  readonly a1: number;
  readonly u0: number;
  readonly u1: number;
}

/** What of a frame shows around another that stands before it: at most four strips. */
export function uncovered(frame: Frame, before: Frame, camera: Camera): Part[] {
  const eye = new Vector3().setFromMatrixPosition(camera.matrixWorld);
  const seen = (a: number, u: number) => {
    const corner = before.corner.clone().addScaledVector(before.across, a);
    const way = corner.addScaledVector(before.up, u).sub(eye).normalize();
    return meet(frame, eye, way);
  };
  const [ll, lr, ur, ul] = [seen(0, 0), seen(1, 0), seen(1, 1), seen(0, 1)];
  if (!ll || !lr || !ur || !ul) return [{ a0: 0, a1: 1, u0: 0, u1: 1 }];
  const clip = (x: number) => Math.min(1, Math.max(0, x));
  const hidden = {
    a0: clip(Math.max(ll.a, ul.a)),
    a1: clip(Math.min(lr.a, ur.a)),
    u0: clip(Math.max(ll.u, lr.u)),
    u1: clip(Math.min(ul.u, ur.u)),
  };
  if (hidden.a1 <= hidden.a0 || hidden.u1 <= hidden.u0) return [{ a0: 0, a1: 1, u0: 0, u1: 1 }];
  return [
    { a0: 0, a1: hidden.a0, u0: 0, u1: 1 },
    { a0: hidden.a1, a1: 1, u0: 0, u1: 1 },
    { a0: hidden.a0, a1: hidden.a1, u0: hidden.u1, u1: 1 },
    { a0: hidden.a0, a1: hidden.a1, u0: 0, u1: hidden.u0 },
  ].filter((part) => part.a1 - part.a0 > 1e-3 && part.u1 - part.u0 > 1e-3);
}

/** The rectangle that a part of a frame takes. */
export function partFrame(frame: Frame, part: Part): Frame {
  const corner = frame.corner
    .clone()
    .addScaledVector(frame.across, part.a0)
    .addScaledVector(frame.up, part.u0);
  return {
    corner,
    across: frame.across.clone().multiplyScalar(part.a1 - part.a0),
    up: frame.up.clone().multiplyScalar(part.u1 - part.u0),
  };
}

/** The part of a sheet that lies in a part of the rectangle which shows it. */
export function within(local: Local, part: Part): Local {
  const [left, top, right, bottom] = local;
  const [w, h] = [right - left, bottom - top];
  return [left + w * part.a0, top + h * (1 - part.u1), left + w * part.a1, top + h * (1 - part.u0)];
}
