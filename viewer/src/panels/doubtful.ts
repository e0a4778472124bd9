/** Files whose name does not say whether they are a model or something to feed. */
import type { Purpose } from './files';

/** Whether what lies in the file must decide. */
export const isDoubtful = (name: string): boolean => /\.(txt|pb)$/i.test(name);

/** Bytes that are looked at. */
const HEAD = 64;

/** Whether the fields that an ONNX tensor begins with come in their order: lengths, then a type. */
function isTensor(bytes: Uint8Array): boolean {
  let at = 0;
  while (bytes[at] === 0x08) {
    at++;
    while ((bytes[at] ?? 0) >= 0x80) at++;
    at++;
  }
  if (bytes[at] === 0x0a) at += 2 + (bytes[at + 1] ?? 0);
  const type = bytes[at + 1] ?? 0;
  return bytes[at] === 0x10 && type > 0 && type < 64;
}

/** Whether the first bytes are of a model that is called so: LightGBM's text, a graph's `.pb`. */
export function purposeOfBytes(name: string, bytes: Uint8Array): Purpose {
  if (/\.pb$/i.test(name)) return isTensor(bytes) ? 'feed' : 'open';
  return new TextDecoder().decode(bytes).startsWith('tree\n') ? 'open' : 'feed';
}

/** What a file is for, by what lies in it. */
export async function purposeInside(file: File): Promise<Purpose> {
  const head = await file.slice(0, HEAD).arrayBuffer();
  return purposeOfBytes(file.name, new Uint8Array(head));
}
