/** Several files that were handed over together: which of them is the model, what lies beside it. */

/** A file and the path that it is to have beside the others. */
export interface Part {
  readonly path: string;
  readonly file: File;
}

export interface Bundle {
  /** What is opened: one of the paths, or a folder that all of them lie in. */
  readonly main: string;
  readonly parts: readonly string[];
}

/** Files that hold or describe a network, the surest first; the other files are their data. */
const MAIN: readonly RegExp[] = [
  /\.(onnx|ort|keras|tflite|pt2|mlmodel|pdmodel)$/i,
  /\.xml$/i,
  /\.safetensors\.index\.json$/i,
  /\.(h5|hdf5|gguf|safetensors|pb|jit|pth|pt|ubj|pkl|joblib|zip)$/i,
  /\.(json|txt|npz|npy|bin)$/i,
];

const WEIGHTS = /(\.safetensors|^pytorch_model.*\.bin)(\.index\.json)?$/i;
const last = (path: string): string => path.split('/').at(-1) ?? path;

/** The folder that all paths lie in; null where they lie in none, or in several. */
function folderOf(paths: readonly string[]): string | null {
  const [first = ''] = paths;
  const [folder = '', ...rest] = first.split('/');
  return rest.length > 0 && paths.every((path) => path.startsWith(`${folder}/`)) ? folder : null;
}

const describes = (names: ReadonlySet<string>): boolean =>
  names.has('config.json') && [...names].some((name) => WEIGHTS.test(name));

/**
 * What is to be opened of several files, and where each is to lie.
 *
 * @param paths names, or paths in the folder that was dropped; at least one.
 * @returns null where none of them is a model.
 */
export function bundleOf(paths: readonly string[]): Bundle | null {
  const folder = folderOf(paths);
  if (folder !== null) {
    const inside = paths.map((path) => path.slice(folder.length + 1));
    const whole =
      /\.mlpackage$/i.test(folder) ||
      inside.includes('saved_model.pb') ||
      describes(new Set(inside));
    if (whole) return { main: folder, parts: paths };
  } else if (describes(new Set(paths))) {
    // A checkpoint with its configuration is opened as the folder that it was taken from.
    return { main: 'model', parts: paths.map((path) => `model/${path}`) };
  }
  for (const ending of MAIN) {
    const main = paths.find((path) => ending.test(last(path)));
    if (main !== undefined) return { main, parts: paths };
  }
  return null;
}

/** More files than this are neither a model nor a gallery that a browser can hand over. */
export const MOST_FILES = 50_000;

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    // A browser hands a folder over in pieces; an empty one is the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found;
    found.push(...some);
    if (found.length > MOST_FILES) return found;
  }
}

async function partsIn(entry: FileSystemEntry): Promise<Part[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry.isFile) return [{ path, file: await fileOf(entry as FileSystemFileEntry) }];
  const found: Part[] = [];
  for (const one of await entriesOf(entry as FileSystemDirectoryEntry)) {
    if (one.name.startsWith('.')) continue; // What the system keeps beside: .DS_Store, .git.
    found.push(...(await partsIn(one)));
    if (found.length > MOST_FILES) {
      throw new Error(
        `${entry.name} holds more than ${MOST_FILES.toLocaleString('en')} files: pack them into a zip, or open the gallery (s) and give the folder's path.`,
      );
    }
  }
  return found;
}

/** What was dropped, folders with all that lies in them. To be called while the drop is handled. */
export async function partsOf(data: DataTransfer): Promise<Part[]> {
  // Both are read before anything is waited for: afterwards the browser has emptied them.
  const files = [...data.files];
  const entries = [...data.items].map((item) =>
    item.kind === 'file' ? (item.webkitGetAsEntry?.() ?? null) : null,
  );
  if (!entries.some((entry) => entry?.isDirectory)) {
    return files.map((file) => ({ path: file.name, file }));
  }
  const parts = await Promise.all(entries.map((entry) => (entry ? partsIn(entry) : [])));
  return parts.flat();
}
