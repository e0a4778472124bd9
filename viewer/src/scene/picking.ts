/** What lies under the cursor: by arithmetic on the CPU, ports before sheets before blocks. */
import { type Camera, Vector3 } from 'three';
import type { Card, DrawnCard } from './cards';
import { wholeOf } from './drawing';
import type { DrawnSheet } from './painter';
import { toCell } from './places';
import { type Eyepiece, mapLocal, meet } from './sight';
import { PEDESTAL, PORT, portPlace, type Stood } from './solid';
import type { Open } from './walk';

export interface Hit {
  readonly stood: Stood;
  readonly kind: 'port' | 'sheet' | 'block';
  readonly value: number;
  readonly map: number | null;
  /** In cells of level 0 of the sheet. */
  readonly cell: { readonly row: number; readonly column: number } | null;
}

/** Ports are caught from so many CSS pixels around. */
const REACH = 10;

export interface Pointer {
  /** CSS pixels from the upper left of the window. */
  readonly x: number;
  readonly y: number;
}

function toScreen(at: Vector3, eye: Eyepiece): Pointer {
  const p = at.clone().project(eye.camera);
  return { x: ((p.x + 1) / 2) * eye.width, y: ((1 - p.y) / 2) * eye.height };
}

function portHit(stood: readonly Stood[], at: Pointer, eye: Eyepiece): Hit | null {
  let best: Hit | null = null;
  let nearest = Number.POSITIVE_INFINITY;
  for (const one of stood) {
    for (const side of ['left', 'right'] as const) {
      one.block[side].forEach((port, i) => {
        const place = portPlace(one, side, i);
        const middle = toScreen(place, eye);
        const edge = toScreen(place.clone().setX(place.x + PORT / 2), eye);
        const far = Math.max(Math.abs(at.x - middle.x), Math.abs(at.y - middle.y));
        const half = Math.abs(edge.x - middle.x);
        if (far < Math.max(half, Math.min(REACH, half * 2)) && far < nearest) {
          nearest = far;
          best = { stood: one, kind: 'port', value: port.value, map: null, cell: null };
        }
      });
    }
  }
  return best;
}

function sheetHit(drawn: readonly DrawnSheet[], from: Vector3, way: Vector3): Hit | null {
  const [met] = sheetsMet(drawn, from, way);
  if (!met) return null;
  const { stood, standing } = met.drawn;
  const e = standing.extent;
  const part = met.map === null ? wholeOf(e) : mapLocal(e, met.map);
  const x = part[0] + (part[2] - part[0]) * met.at.a;
  const y = part[1] + (part[3] - part[1]) * (1 - met.at.u);
  const column = Math.floor(toCell(x, e.columns, e.gap[0]));
  const row = Math.floor(toCell(y, e.rows, e.gap[1]));
  const slot = Math.floor(row / e.rows) * e.gridColumns + Math.floor(column / e.columns);
  const used = slot < e.maps;
  return {
    stood,
    kind: 'sheet',
    value: standing.value,
    map: used ? slot : null,
    cell: used ? { row, column } : null,
  };
}

function blockHit(stood: readonly Stood[], at: Pointer, eye: Eyepiece): Hit | null {
  for (const one of stood) {
    const { place, block } = one;
    const half = block.size.width / 2;
    const left = toScreen(new Vector3(place.x - half, place.y - 0.4, PEDESTAL.front), eye);
    const top = place.y + PEDESTAL.height;
    const right = toScreen(new Vector3(place.x + half, top, PEDESTAL.front), eye);
    if (at.x < left.x || at.x > right.x || at.y < right.y || at.y > left.y) continue;
    const value = block.right[0]?.value ?? block.left[0]?.value;
    if (value === undefined) continue;
    return { stood: one, kind: 'block', value, map: null, cell: null };
  }
  return null;
}

/** The card under the cursor, null where there is none. */
export function pickCard(drawn: readonly DrawnCard[], at: Pointer, eye: Eyepiece): Card | null {
  const { from, way } = rayAt(at, eye);
  for (const { card, frame } of drawn) {
    const met = meet(frame, from, way);
    if (met && met.a >= 0 && met.a <= 1 && met.u >= 0 && met.u <= 1) return card;
  }
  return null;
}

/** How far away, along the line of sight, what lies under the cursor is: a sheet, else the ground. */
export function farAt(drawn: readonly DrawnSheet[], at: Pointer, eye: Eyepiece): number | null {
  const { from, way } = rayAt(at, eye);
  const origin = new Vector3().setFromMatrixPosition(eye.camera.matrixWorld);
  const met = sheetsMet(drawn, from, way);
  const t = met[0]?.t ?? -from.z / way.z;
  if (!(t > 0)) return null;
  const sight = eye.camera.getWorldDirection(new Vector3());
  return from.addScaledVector(way, t).sub(origin).dot(sight);
}

interface Met {
  readonly drawn: DrawnSheet;
  readonly map: number | null;
  readonly at: NonNullable<ReturnType<typeof meet>>;
  readonly t: number;
}

/** The sheets that a ray goes through, the nearest first. */
function sheetsMet(drawn: readonly DrawnSheet[], from: Vector3, way: Vector3): Met[] {
  const found: Met[] = [];
  for (const one of drawn) {
    for (const { frame, map } of one.frames) {
      const at = meet(frame, from, way);
      if (!at || at.a < 0 || at.a > 1 || at.u < 0 || at.u > 1) continue;
      found.push({ drawn: one, map, at, t: at.t });
    }
  }
  return found.sort((a, b) => a.t - b.t);
}

/** The ray through a place of the window. */
export function rayAt(at: Pointer, eye: Eyepiece): { from: Vector3; way: Vector3 } {
  const x = (at.x / eye.width) * 2 - 1;
  const y = 1 - (at.y / eye.height) * 2;
  return through(x, y, eye.camera);
}

function through(x: number, y: number, camera: Camera): { from: Vector3; way: Vector3 } {
  const from = new Vector3(x, y, -1).unproject(camera);
  const way = new Vector3(x, y, 1).unproject(camera).sub(from).normalize();
  return { from, way };
}

/** What lies under the cursor, null where nothing does. */
export function pick(
  stood: readonly Stood[],
  drawn: readonly DrawnSheet[],
  at: Pointer,
  eye: Eyepiece,
): Hit | null {
  const { from, way } = rayAt(at, eye);
  return portHit(stood, at, eye) ?? sheetHit(drawn, from, way) ?? blockHit(stood, at, eye);
}

/** A pointer over an open group: over its title, or on the ground between its blocks. */
export interface OpenHit {
  readonly open: Open;
  readonly title: boolean;
}

/** Height of an open group's title, in CSS pixels. */
const TITLE = 22;
const TITLE_WIDE = 240;

/** The innermost open group under the cursor, null where there is none. */
export function pickOpen(opens: readonly Open[], at: Pointer, eye: Eyepiece): OpenHit | null {
  const { from, way } = rayAt(at, eye);
  const t = -from.z / way.z;
  if (!(t > 0)) return null;
  const [x, y] = [from.x + way.x * t, from.y + way.y * t];
  let best: OpenHit | null = null;
  for (const open of opens) {
    const { left, right, top, bottom } = open.box;
    if (x < left || x > right || y < bottom || y > top) continue;
    const [across, tall] = [(x - left) * open.scale, (top - bottom) * open.scale];
    const title = (top - y) * open.scale < TITLE && across < TITLE_WIDE && tall > TITLE * 2;
    if (!best || open.depth > best.open.depth) best = { open, title };
  }
  return best;
}
