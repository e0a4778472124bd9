/** Models of several files: sent into one folder, so that whoever opens the main one finds the rest. */
import { complain, openModel, uploadFile } from './actions';
import * as s from './store';

interface Sent {
  readonly path: string;
  readonly file: File;
}

/** Opens the main one of files that belong together. */
export async function openParts(parts: readonly Sent[], main: string): Promise<void> {
  try {
    let first: string | null = null;
    for (const [i, { path, file }] of parts.entries()) {
      s.stage.value = `copying ${file.name}, ${i + 1} of ${parts.length}`;
      const key: string = await uploadFile(file, path, first);
      first ??= key;
    }
    if (first !== null) await openModel({ upload: first, part: main });
  } catch (problem) {
    complain(problem);
  } finally {
    s.stage.value = '';
  }
}
