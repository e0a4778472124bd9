/** Numbers and sizes as they are written. */
import type { Graph, Quantization } from '../client/graph';

/** Four significant digits, or so many, without trailing zeros: `0.905`, `12.35`, `1.2e-7`; never NaN. */
export function short(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return trimmed(value.toExponential(2));
  return size >= 1e4 ? String(Math.round(value)) : trimmed(value.toPrecision(digits));
}

/** Without zeros after the last digit that says something. */
function trimmed(text: string): string {
  const [digits = '', exponent] = text.split('e');
  const plain = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
  return exponent === undefined ? plain : `${plain}e${exponent.replace('+', '')}`;
}

/** A share of one, such as `93.8%`; never rounded to a certainty that it is not. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return '–';
  if (share > 0 && share < 0.0005) return '<0.1%';
  if (share < 1 && share >= 0.9995) return '>99.9%';
  return `${(share * 100).toFixed(1)}%`;
}

/** A score: a share of one, or the number as it is. */
export const score = (value: number | null, share: boolean): string =>
  share ? percent(value) : short(value);

/** Groups of three digits: `99,466`. */
export const count = (n: number): string => n.toLocaleString('en');

/** Parameters of a model: exact while short, else in millions or billions. */
export function amount(n: number): string {
  if (n < 1e6) return count(n);
  const [size, unit] = n < 1e9 ? [n / 1e6, 'M'] : [n / 1e9, 'B'];
  return `${size.toFixed(size < 100 ? 1 : 0)} ${unit}`;
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size in decimal units: `187 MB`. */
export function bytes(n: number): string {
  let size = n;
  let unit = 0;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit && size < 10 ? size.toFixed(1) : Math.round(size)} ${UNITS[unit]}`;
}

/** A time: `26 ms`, `1.3 s`, `2 min 5 s`. */
export function duration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A time to three digits: `0.0065 ms`, `12.3 ms`, `1,240 ms`. */
export function milliseconds(seconds: number): string {
  const size = seconds * 1000;
  return `${size < 999.5 ? short(size, 3) : count(Number(size.toPrecision(3)))} ms`;
}

/** A shape: `28 × 28 × 16`; `?` for an axis that is free. */
export function times(shape: readonly (number | string | null)[] | null): string {
  if (shape === null) return 'unknown shape';
  if (shape.length === 0) return 'one number';
  return shape.map((axis) => axis ?? '?').join(' × ');
}

/** Nodes in words: `3 operators`, or `1 module` among weights without a network. */
export const nodesInWords = (graph: Graph, many: number): string =>
  `${count(many)} ${graph.runs ? 'operator' : 'module'}${many === 1 ? '' : 's'}`;

/** The real number that a quantized one stands for, as `= 0.0235`; null where there is none. */
export function realWords(told: Quantization | null, text: string): string | null {
  if (!told || !/^-?\d+$/.test(text)) return null;
  return `= ${Number((told.scale * (Number(text) - told.zero)).toPrecision(6))}`;
}
