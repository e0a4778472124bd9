/** Numbers of a sheet on the CPU: the bits of float16 read back. */

/** The value of float16 bits (IEEE 754 binary16). */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const TABLE = new Float32Array(65536);
let filled = false;

/** All 65,536 values of float16, by their bits. */
export function halves(): Float32Array {
  if (!filled) for (let i = 0; i < 65536; i++) TABLE[i] = fromHalf(i);
  filled = true;
  return TABLE;
}

const asFloat = new Float32Array(1);
const asBits = new Uint32Array(asFloat.buffer);

/** The float16 bits of a value, rounded to nearest even for the normal range. */
export function toHalf(value: number): number {
  asFloat[0] = value;
  const bits = asBits[0] ?? 0;
  const sign = (bits >> 16) & 0x8000;
  const exponent = ((bits >> 23) & 255) - 112;
  if (Number.isNaN(value)) return sign | 0x7e00;
  if (exponent >= 31) return sign | (Number.isFinite(value) ? 0x7bff : 0x7c00);
  if (exponent <= 0) return sign | Math.round(Math.abs(value) * 2 ** 24);
  const mantissa = bits & 0x7fffff;
  const rounded = (exponent << 10) + ((mantissa + 0xfff + ((mantissa >> 13) & 1)) >> 13);
  return sign | Math.min(rounded, 0x7bff);
}
