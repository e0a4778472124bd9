/** Round numbers along an axis. Pure. */

/** From 0 up to below `end`, at most about `most` of them, 1, 2 or 5 times a power of ten apart. */
export function ticksOf(end: number, most: number): number[] {
  if (!(end > 0)) return [0];
  const least = end / most;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least * 0.999) ?? least;
  const found: number[] = [];
  // What stands at the very end would be cut off.
  for (let i = 0; i * step < end * 0.97; i++) found.push(Number((i * step).toPrecision(12)));
  return found;
}

export const timeWords = (seconds: number): string =>
  seconds === 0
    ? '0 s'
    : seconds < 60
      ? `${seconds}`
      : `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;
