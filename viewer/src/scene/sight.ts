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
