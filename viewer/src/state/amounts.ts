/** How amounts that differ by orders of magnitude are shared out, coloured and added up. */
import type { Graph } from '../client/graph';
import type { Measure } from './measures';
import { amount, bytes, milliseconds } from './numbers';

/** A measure's smallest number over zero and its largest, as logarithms. */
export function span(column: Float64Array): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const one of column) {
    if (!(one > 0)) continue;
    low = Math.min(low, one);
    high = Math.max(high, one);
  }
  return [Math.log(low), Math.log(high)];
}

/** Where a number stands between the smallest and the largest: 0..1, logarithmic; null where unknown. */
export function share(value: number | undefined, [low, high]: readonly [number, number]) {
  if (value === undefined || Number.isNaN(value)) return null;
  if (!(value > 0)) return 0;
  return high > low ? (Math.log(value) - low) / (high - low) : 1;
}

/** Dark to light on dark ground, so that what costs most stands out; red, green, blue in 0..255. */
const RAMP = {
  dark: [
    [52, 64, 92],
    [38, 128, 142],
    [94, 190, 130],
    [249, 222, 90],
  ],
  light: [
    [196, 206, 222],
    [110, 176, 182],
    [44, 122, 140],
    [56, 30, 96],
  ],
} as const;

/** The colour of a measure, such as `#5ebe82`. */
export function measureColour(at: number, theme: 'dark' | 'light'): string {
  const ramp = RAMP[theme];
  const place = Math.min(1, Math.max(0, at)) * (ramp.length - 1);
  const from = Math.min(ramp.length - 2, Math.floor(place));
  const [a, b] = [ramp[from] ?? ramp[0], ramp[from + 1] ?? ramp[0]];
  const mixed = a.map((one, i) => Math.round(one + ((b[i] ?? one) - one) * (place - from)));
  return `#${mixed.map((one) => one.toString(16).padStart(2, '0')).join('')}`;
}

/** Of every group, the sum over the nodes within whose cost is known; NaN where none is. */
export function groupSums(graph: Graph, data: Float64Array): Float64Array {
  const sums = new Float64Array(graph.groupCount).fill(Number.NaN);
  for (let node = 0; node < graph.nodeCount; node++) {
    const one = data[node] ?? Number.NaN;
    if (Number.isNaN(one)) continue;
    for (let group = graph.groupOf(node); group >= 0; group = graph.parentOf(group)) {
      sums[group] = (sums[group] || 0) + one;
    }
  }
  return sums;
}

/** A measure's number as it is written: `1.2 M`, `187 MB`, `0.0065 ms`; a dash where it is not known. */
export function written(by: Measure, number: number): string {
  if (Number.isNaN(number)) return '–';
  if (by === 'time') return milliseconds(number);
  return by === 'bytes' ? bytes(number) : amount(Math.round(number));
}
