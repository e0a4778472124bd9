/** Where the arrow keys lead in a grid: pure. */

/** Tiles side by side in a width; at least one. */
export const across = (width: number, tile: number): number =>
  Math.max(1, Math.floor(width / Math.max(1, tile)));

/**
 * The place that a key leads to.
 *
 * @param at the place in focus; -1 for none.
 * @param per tiles in one row.
 * @returns null for a key that does not move, or where there is nothing beyond.
 */
export function moved(key: string, at: number, per: number, count: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: per,
    ArrowUp: -per,
  };
  if (count === 0) return null;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const step = steps[key];
  if (step === undefined) return null;
  if (at < 0) return 0;
  const next = at + step;
  return next >= 0 && next < count ? next : null;
}
