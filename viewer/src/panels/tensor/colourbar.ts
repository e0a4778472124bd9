/** Heights and colours of the histogram: pure functions of what is known of a tensor. */
import type { StatsDoc, Table } from '../../client/documents';
import { type Scale, shareOf } from '../../state/ranges';

/** Stops of the colour bar, and of a small strip in a list of hundreds. */
const STOPS = { bar: 48, strip: 16 } as const;

/** The colour of a value, as CSS. */
function colourAt(table: Table, share: number): string {
  const row = Math.round(Math.min(1, Math.max(0, share)) * 255) * 3;
  const [r = 0, g = 0, b = 0] = table.colours.subarray(row, row + 3);
  return `rgb(${r} ${g} ${b})`;
}

/**
 * The colours of all values from `low` to `high` as a CSS gradient.
 *
 * Beyond the range of the scale the colours at its ends go on, as they do in the scene.
 */
export function gradient(
  table: Table,
  scale: Scale,
  low: number,
  high: number,
  most: number = STOPS.bar,
): string {
  const stops = Array.from({ length: most + 1 }, (_, i) => {
    const value = low + ((high - low) * i) / most;
    return `${colourAt(table, shareOf(value, scale))} ${((100 * i) / most).toFixed(2)}%`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

/** A whole table as a CSS gradient, for lists. */
export const strip = (table: Table): string =>
  gradient(table, { low: 0, high: 1, table: table.name }, 0, 1, STOPS.strip);

/** Heights of the bars from 0 to 1: mostly logarithmic, so that a peak at zero leaves the rest visible. */
export function heights(counts: readonly number[], log = true): number[] {
  const size = log ? Math.log1p : (n: number) => n;
  const most = size(Math.max(1, ...counts));
  return counts.map((n) => size(n) / most);
}

/** Where a value stands between two ends, from 0 to 1; null outside of them. */
export function placeOf(value: number, low: number, high: number): number | null {
  const share = high > low ? (value - low) / (high - low) : Number.NaN;
  return share >= 0 && share <= 1 ? share : null;
}

/** Why a tensor has no statistics; null where it has them. */
export function unmeasured(stats: StatsDoc): string | null {
  if (stats.min !== null && stats.max !== null) return null;
  if (stats.size === 0) return 'This tensor is empty: one of its axes has length 0.';
  if (stats.nan === stats.size)
    return `All ${stats.size} values are NaN: there is no range to show.`;
  if (stats.nan + stats.inf >= stats.size) {
    return `No value is finite: ${stats.nan} are NaN and ${stats.inf} infinite.`;
  }
  return `Values of type ${stats.dtype} have no order: there is nothing to measure.`;
}

/** What each zoom costs is pixels: the largest that keeps a picture to 16 million. */
export function zoomFor(height: number, width: number): number {
  return [4, 2].find((zoom) => height * width * zoom * zoom <= 1 << 24) ?? 1;
}
