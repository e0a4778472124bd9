/** Where the parts of a block stand in the world: pedestal, ports, sheets. Pure. */
import { Vector3 } from 'three';
import type { Block, Standing } from './blocks';
import type { Place } from './rows';
import type { Frame } from './sheets';
import { FAN_RISE } from './sizes';

/** Sheets are turned so that the planes behind them show: about 17 degrees. */
const TURN = 0.3;
const ACROSS = new Vector3(Math.cos(TURN), 0, Math.sin(TURN));
/** From a sheet to the planes behind it: further aside than straight back, so that they show. */
const BEHIND = new Vector3(0.52, 0, -0.85);

export const PEDESTAL = { height: 0.075, front: 0.2, back: -0.22 } as const;
export const PORT = 0.1;
const FOOT = 0.035;

/** A block where it stands now. */
export interface Stood {
  readonly block: Block;
  readonly place: Place;
  /** How far its tensors are lifted under the cursor; what is clicked on stays. */
  readonly lift: number;
}

/** The front sheet of a tensor. */
export function sheetFrame(stood: Stood, s: Standing): Frame {
  const { x, y } = stood.place;
  const across = ACROSS.clone().multiplyScalar(s.size.width);
  const foot = new Vector3(x + s.dx - s.depth * 0.2, y + PEDESTAL.height + FOOT + stood.lift, 0);
  const corner = foot.addScaledVector(across, -0.5);
  return { corner, across, up: new Vector3(0, s.size.height, 0) };
}

/** A plane behind the front sheet; `part` runs from 0 (front) to 1 (last). */
export function planeFrame(front: Frame, s: Standing, part: number): Frame {
  const corner = front.corner.clone().addScaledVector(BEHIND, s.depth * part);
  corner.y += s.depth * 0.12 * part;
  return { corner, across: front.across, up: front.up };
}

/** Plane `index` of a fanned stack, each one map. */
export function fanFrame(stood: Stood, s: Standing, index: number): Frame {
  const { x, y } = stood.place;
  const wide = s.tall * (s.extent.columns / s.extent.rows);
  const way = s.step * index;
  const corner = new Vector3(
    x + s.dx - s.size.width / 2 + way,
    y + PEDESTAL.height + FOOT + stood.lift + FAN_RISE.up * way,
    -FAN_RISE.back * way,
  );
  const across = new Vector3(Math.cos(TURN * 1.6), 0, Math.sin(TURN * 1.6)).multiplyScalar(wide);
  return { corner, across, up: new Vector3(0, s.tall, 0) };
}

/** Middle of a port: on the pedestal's left end for what is read, on its right for what is written. */
export function portPlace(stood: Stood, side: 'left' | 'right', index: number): Vector3 {
  const { x, y } = stood.place;
  const half = stood.block.size.width / 2;
  const end = side === 'left' ? x - half + PORT / 2 : x + half - PORT / 2;
  return new Vector3(end, y + portHeight(index, stood.block[side].length), PEDESTAL.front + 0.012);
}

/** How tall a post of ports is at most: very many stand closer. */
const MOST_POST = 2.4;

/** Height that so many ports of one side take. */
export const postHeight = (count: number): number => Math.min(MOST_POST, count * PORT * 1.08);

/** How far over the base the middle of a port lies, of so many on its side. */
export const portHeight = (index: number, count: number): number =>
  PORT / 2 - 0.01 + (index * postHeight(count)) / Math.max(1, count);
