/** The names in a zip, from its end alone: enough to tell a model from a gallery. */

/** So much of the end is read; the list of a larger archive is taken as far as it goes. */
const TAIL = 4 << 20;
const ENTRY = 0x02014b50;
const END = 0x06054b50;

/**
 * Names in the central directory, as far as the bytes reach; empty where there is none.
 *
 * Layout: APPNOTE.TXT of PKWARE, sections 4.3.12 and 4.3.16.
 *
 * @param tail the last bytes of the archive.
 * @param before bytes of the archive before them.
 */
export function namesInTail(tail: Uint8Array, before: number): string[] {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  let end = tail.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end -= 1;
  if (end < 0) return [];
  let at = view.getUint32(end + 16, true) - before;
  if (at < 0) {
    // The list begins before what was read: from the first entry that is whole.
    at = 0;
    while (at < end - 4 && view.getUint32(at, true) !== ENTRY) at += 1;
  }
  const reader = new TextDecoder();
  const names: string[] = [];
  while (at + 46 <= end && view.getUint32(at, true) === ENTRY) {
    const length = view.getUint16(at + 28, true);
    const more = view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    names.push(reader.decode(tail.subarray(at + 46, at + 46 + length)));
    at += 46 + length + more;
  }
  return names;
}

export async function namesInZip(file: Blob): Promise<string[]> {
  const before = Math.max(0, file.size - TAIL);
  return namesInTail(new Uint8Array(await file.slice(before).arrayBuffer()), before);
}
