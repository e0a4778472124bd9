/** Many files sent into one folder, a few at a time. */
import { uploadFile } from './actions';
import * as s from './store';

interface Sent {
  readonly path: string;
  readonly file: File;
}

const AT_ONCE = 6;

/** Paths that all differ: of two files of one name, the second one gets a number. */
export function distinct(paths: readonly string[]): string[] {
  const known = new Set<string>();
  return paths.map((path, i) => {
    const free = known.has(path) ? path.replace(/([^/]*)$/, `${i}-$1`) : path;
    known.add(free);
    return free;
  });
}

/** Sends files; the name of the upload that stands for all of them. */
export async function sendTogether(parts: readonly Sent[]): Promise<string> {
  const paths = distinct(parts.map((one) => one.path));
  const [first, ...rest] = parts;
  if (!first) throw new Error('Nothing was chosen.');
  const key = await uploadFile(first.file, paths[0]);
  let sent = 1;
  let next = 0;
  const work = async () => {
    while (next < rest.length) {
      const at = next++;
      const part = rest[at];
      if (part) await uploadFile(part.file, paths[at + 1], key);
      sent += 1;
      s.stage.value = `copying ${sent.toLocaleString('en')} of ${parts.length.toLocaleString('en')} files`;
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    s.stage.value = '';
  }
  return key;
}
