/** What a file is to Cutaway: something to feed, or a model to open. */

const FED_ENDS = new RegExp(
  `\\.(${[
    'png|jpe?g|webp|bmp|gif|tiff?|hdr|npy|csv|tsv',
    'wav|flac|mp3|ogg|opus|oga|m4a|aiff?',
    'mp4|m4v|mov|mkv|webm|avi|ogv|flv|mts',
  ].join('|')})$`,
  'i',
);

/** Types of what is fed. */
const FED_TYPES = /^(image|audio|video)\/|^text\/(csv|tab-separated-values)$/;

export type Purpose = 'feed' | 'open';

/** By the file's name, else by its type. */
export function purposeOf(file: { readonly name: string; readonly type: string }): Purpose {
  if (FED_ENDS.test(file.name) || FED_TYPES.test(file.type)) return 'feed';
  return 'open';
}

/**
 * What a drop will do, as far as the browser tells before it: names are hidden until then.
 *
 * @param types the types of the files being dragged; empty where the browser knows none.
 */
export function purposeOfTypes(types: readonly string[]): Purpose | 'unknown' {
  const first = types[0];
  if (first === undefined) return 'unknown';
  if (FED_TYPES.test(first)) return 'feed';
  // Words are fed or, written by some trainers, a model.
  if (first === 'text/plain') return 'unknown';
  // A .npy has no type, as a model has none.
  return first === '' ? 'unknown' : 'open';
}

/** What pickers offer first. */
export const FED = [
  'image/*,.png,.jpg,.jpeg,.webp,.bmp,.gif,.tif,.tiff,.hdr,.npy,.pb,.csv,.tsv,.txt',
  'audio/*,.wav,.flac,.mp3,.ogg,.m4a,video/*,.mp4,.mov,.mkv,.webm,.avi',
].join(',');
export const MODELS = [
  '.onnx,.ort,.data,.keras,.h5,.hdf5,.pt2,.pt,.pth,.jit,.safetensors,.gguf,.npz,.npy,.tflite',
  '.pb,.xml,.bin,.pdmodel,.pdiparams,.json,.ubj,.txt,.pkl,.joblib,.mlmodel,.mlpackage,.zip',
].join(',');
export const LABELS = '.txt,.json,.csv';

/** Asks the user for one file. */
export function pick(accept: string, then: (file: File) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file) then(file);
  });
  input.click();
}
