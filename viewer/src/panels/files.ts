/** What a file is to Cutaway: a picture to feed, or a model to open. */

const PICTURE_ENDS = /\.(png|jpe?g|webp|bmp|gif|tiff?|npy)$/i;

export type Purpose = 'feed' | 'open';

/** By the file's name, else by its type. */
export function purposeOf(file: { readonly name: string; readonly type: string }): Purpose {
  if (PICTURE_ENDS.test(file.name) || file.type.startsWith('image/')) return 'feed';
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
  if (first.startsWith('image/')) return 'feed';
  // A .npy has no type, as a model has none.
  return first === '' ? 'unknown' : 'open';
}

/** What pickers offer first. */
export const PICTURES = 'image/*,.png,.jpg,.jpeg,.webp,.bmp,.gif,.tif,.tiff,.npy';
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
