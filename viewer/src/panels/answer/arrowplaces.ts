/** Where arrows of a flow are drawn, and how long. Pure. */
import type { FieldPictureDoc } from '../../client/readings';
import { type Fit, type Spot, toRoom } from './fit';

export interface Arrow {
  readonly x: number;
  readonly y: number;
  readonly tip: Spot;
  /** The head, as a path from its one end over the tip to the other; none on a short arrow. */
  readonly head: string;
}

/** The longest arrow, of the way to the next one. */
const FULL = 0.85;
const HEAD = 5;

/** The way from one arrow to the next, in the picture's pixels. */
function pitchOf(arrows: FieldPictureDoc['arrows']): number {
  const [first] = arrows;
  const ways = arrows.flatMap(([x, y]) =>
    first && (x !== first[0] || y !== first[1]) ? [Math.hypot(x - first[0], y - first[1])] : [],
  );
  return ways.length > 0 ? Math.min(...ways) : 0;
}

/** Arrows in the room: the longest nearly reaches the next place, the others are to its scale. */
export function arrowsIn(arrows: FieldPictureDoc['arrows'], fit: Fit): Arrow[] {
  const most = Math.max(...arrows.map(([, , across, down]) => Math.hypot(across, down)));
  const gain = most > 0 ? ((pitchOf(arrows) || most) * FULL) / most : 0;
  return arrows.map(([left, top, across, down]) => {
    const [x, y] = toRoom(fit, [left, top]);
    const tip = toRoom(fit, [left + across * gain, top + down * gain]);
    return { x, y, tip, head: headOf([x, y], tip) };
  });
}

function headOf([x, y]: Spot, [to, under]: Spot): string {
  const [dx, dy] = [to - x, under - y];
  const long = Math.hypot(dx, dy);
  if (long < HEAD) return '';
  const [ux, uy] = [(dx / long) * HEAD, (dy / long) * HEAD];
  const wing = (side: number) => `${to - ux - side * uy * 0.6} ${under - uy + side * ux * 0.6}`;
  return `M${wing(1)}L${to} ${under}L${wing(-1)}`;
}
