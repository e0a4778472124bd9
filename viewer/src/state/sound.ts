/** Sound as samples: what was heard last, and its rate changed. Pure. */

/** The newest samples of a stream, in a ring. */
export class Heard {
  private readonly ring: Float32Array;
  private at = 0;
  /** Samples that have come so far. */
  count = 0;

  constructor(readonly length: number) {
    this.ring = new Float32Array(length);
  }

  add(samples: Float32Array): void {
    const fresh = samples.length > this.length ? samples.subarray(-this.length) : samples;
    const first = Math.min(fresh.length, this.length - this.at);
    this.ring.set(fresh.subarray(0, first), this.at);
    this.ring.set(fresh.subarray(first), 0);
    this.at = (this.at + fresh.length) % this.length;
    this.count += samples.length;
  }

  /** All of it, the oldest first; zeros where nothing has come yet. */
  newest(): Float32Array {
    const found = new Float32Array(this.length);
    found.set(this.ring.subarray(this.at), 0);
    found.set(this.ring.subarray(0, this.at), this.length - this.at);
    return found;
  }
}

/** Zero crossings of the filter on either side. */
const LOBES = 12;

/** Samples of another rate: `length` of them, band-limited (a sinc under a Hann window). */
export function resampled(
  samples: Float32Array,
  from: number,
  to: number,
  length: number,
): Float32Array {
  if (from === to) return samples.slice(-length);
  const found = new Float32Array(length);
  const ratio = from / to;
  // Going down, nothing above the new rate's half may stay.
  const cut = Math.min(1, to / from);
  const reach = LOBES / cut;
  const offset = samples.length - length * ratio;
  for (let i = 0; i < length; i++) {
    const middle = offset + i * ratio;
    let sum = 0;
    let weight = 0;
    for (let j = Math.ceil(middle - reach); j <= middle + reach; j++) {
      const far = j - middle;
      const x = Math.PI * far * cut;
      const sinc = x === 0 ? 1 : Math.sin(x) / x;
      const one = sinc * (0.5 + 0.5 * Math.cos((Math.PI * far) / reach));
      sum += one * (samples[j] ?? 0);
      weight += one;
    }
    found[i] = weight === 0 ? 0 : sum / weight;
  }
  return found;
}

/** Samples of the stream's rate that a window of the model's rate takes. */
export const needed = (samples: number, from: number, to: number): number =>
  Math.ceil((samples * from) / to) + 2 * LOBES;

/** Loudest and mean level, in decibels below full scale; at most 90. */
export function levels(samples: Float32Array): { readonly peak: number; readonly mean: number } {
  let most = 0;
  let squares = 0;
  for (const one of samples) {
    most = Math.max(most, Math.abs(one));
    squares += one * one;
  }
  const decibels = (x: number) => Math.max(-90, 20 * Math.log10(Math.max(x, 1e-9)));
  return { peak: decibels(most), mean: decibels(Math.sqrt(squares / Math.max(1, samples.length))) };
}
