/** Colours of points: what is left, right, or of one finger stays apart. Pure. */
import { markOf } from './classcolours';

const SIDES = { left: '#56b4e9', right: '#ff8a5b' } as const;
const FINGERS = ['thumb', 'index', 'middle', 'ring', 'little'];

function ownColour(name: string): string | null {
  const [first = ''] = name.split(' ');
  if (first === 'left' || first === 'right') return SIDES[first];
  const finger = FINGERS.indexOf(first);
  return finger < 0 ? null : markOf(finger + 1).colour;
}

/** A colour for each of `count` points; `plain` for those that are of no side and no finger. */
export function pointColours(names: readonly string[], count: number, plain: string): string[] {
  return Array.from({ length: count }, (_, i) => ownColour(names[i] ?? '') ?? plain);
}

/** What joins two points: of their colour where both are of one part, or one is of the middle. */
export function boneColour(a: string, b: string, plain: string): string {
  if (a === b || b === plain) return a;
  return a === plain ? b : plain;
}

/** What the colours mean, where they mean sides. */
export function sidesOf(names: readonly string[]): readonly (readonly [string, string])[] {
  const all = Object.entries(SIDES);
  return all.every(([side]) => names.some((name) => name.startsWith(`${side} `))) ? all : [];
}
