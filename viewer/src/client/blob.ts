/** One safetensors buffer: named arrays and a metadata record. */

export type Numbers = Uint8Array | Uint16Array | Int32Array | Float32Array | Float64Array;

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Numbers;
}

export interface Blob {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const ARRAYS: Record<string, (b: ArrayBuffer) => Numbers> = {
  U8: (b) => new Uint8Array(b),
  U16: (b) => new Uint16Array(b),
  F16: (b) => new Uint16Array(b),
  I32: (b) => new Int32Array(b),
  // Counts: those that a page can show are exact in a double.
  I64: (b) => Float64Array.from(new BigInt64Array(b), Number),
  F32: (b) => new Float32Array(b),
  F64: (b) => new Float64Array(b),
};

/**
 * The arrays and metadata of a blob. Bytes are copied where the buffer's alignment asks for it.
 *
 * Layout: 8 bytes little-endian header length, JSON header, data (safetensors' format description).
 */
export function decode(buffer: ArrayBuffer, start = 0): Blob {
  const view = new DataView(buffer, start);
  const length = Number(view.getBigUint64(0, true));
  const text = new TextDecoder().decode(new Uint8Array(buffer, start + 8, length));
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(text) as Record<string, unknown>;
  const tensors = new Map<string, Tensor>();
  const base = start + 8 + length;
  for (const [name, raw] of Object.entries(entries)) {
    const entry = raw as Entry;
    const make = ARRAYS[entry.dtype];
    if (!make) throw new Error(`array '${name}' has dtype ${entry.dtype}, which the page lacks`);
    const [from, to] = entry.data_offsets;
    tensors.set(name, { shape: entry.shape, data: make(buffer.slice(base + from, base + to)) });
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

/** The array of that name; throws where the blob lacks it. */
export function tensor(blob: Blob, name: string): Tensor {
  const found = blob.tensors.get(name);
  if (!found) throw new Error(`the answer has no array '${name}'`);
  return found;
}
