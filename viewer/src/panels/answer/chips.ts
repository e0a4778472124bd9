/** Where the labels of boxes go, so that each can be read and belongs to its box. Pure. */
import type { Rect, Size } from './fit';

/** A label that wants a place: its box in the room, and the size of its words. */
export interface Wish {
  readonly box: Rect;
  readonly size: Size;
}

/** Past so many every label but those of the surest would lie over others. */
export const MOST_CHIPS = 60;
/** Share of a label that may lie under others before it is left out. */
const MOST_COVERED = 0.35;

const overlap = (a: Rect, b: Rect): number =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

/** Places at a box, the best first: on its upper edge, beneath, within, at the right. */
function places({ box, size: [width, height] }: Wish): Rect[] {
  const right = box.x + box.width - width;
  const bottom = box.y + box.height;
  const at = (x: number, y: number): Rect => ({ x, y, width, height });
  return [
    at(box.x, box.y - height),
    at(right, box.y - height),
    at(box.x, bottom),
    at(right, bottom),
    at(box.x, box.y),
    at(right, box.y),
    at(box.x, bottom - height),
    at(box.x + box.width, box.y),
    at(box.x - width, box.y),
  ];
}

/** Moved so that it lies in the room. */
function kept(place: Rect, [width, height]: Size): Rect {
  const held = (x: number, length: number, room: number) => Math.max(0, Math.min(room - length, x));
  return {
    ...place,
    x: held(place.x, place.width, width),
    y: held(place.y, place.height, height),
  };
}

/**
 * A place for each label, in the order of their importance; null where it would hide others.
 *
 * @param held a label that is always placed, such as that of the box under the pointer.
 */
export function placeChips(
  wishes: readonly Wish[],
  room: Size,
  held: number | null = null,
): (Rect | null)[] {
  const placed: (Rect | null)[] = wishes.map(() => null);
  const taken: Rect[] = [];
  const order = wishes.map((_, i) => i).slice(0, MOST_CHIPS);
  const first = held === null ? order : [held, ...order.filter((i) => i !== held)];
  for (const i of first) {
    const wish = wishes[i];
    if (!wish) continue;
    const found = bestPlace(wish, room, taken);
    const area = wish.size[0] * wish.size[1];
    if (i !== held && found.covered > area * MOST_COVERED) continue;
    placed[i] = found.place;
    taken.push(found.place);
  }
  return placed;
}

function bestPlace(wish: Wish, room: Size, taken: readonly Rect[]) {
  let best: { place: Rect; covered: number } | null = null;
  for (const wished of places(wish)) {
    const place = kept(wished, room);
    // One that had to be moved far no longer belongs to its box.
    const moved = Math.abs(place.x - wished.x) + Math.abs(place.y - wished.y);
    const covered = taken.reduce((sum, other) => sum + overlap(place, other), moved * 4);
    if (covered === 0) return { place, covered };
    if (!best || covered < best.covered) best = { place, covered };
  }
  const { place } = best as { place: Rect };
  return { place, covered: taken.reduce((sum, other) => sum + overlap(place, other), 0) };
}
