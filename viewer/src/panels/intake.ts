/** Whether files that come together are one network or many inputs. */

/** Endings of what is fed. */
const INPUT =
  /(\.(png|jpe?g|webp|bmp|gif|tiff?|hdr|ppm|pgm|npy|wav|flac|mp3|ogg|mp4|webm|mov|avi|mkv)|-idx\d-ubyte(\.gz)?)$/i;
/** Endings that only networks have. */
const NETWORK =
  /\.(onnx|ort|keras|tflite|pt2|pdmodel|mlmodel|mlpackage|h5|hdf5|gguf|safetensors|jit|pth|pt|ubj|pb|xml|pkl|joblib)$/i;
/** Arrays in an .npz that is a data set, as data sets call them. */
const STACK = /^(x|y|x_test|x_train|images|labels)\.npy$/i;

const last = (path: string): string => path.split('/').at(-1) ?? path;

export const isInput = (path: string): boolean => INPUT.test(path);

/** Whether files are many inputs: most of them are what is fed, and none is a network. */
export function areInputs(paths: readonly string[]): boolean {
  const seen = paths.filter((path) => !last(path).startsWith('.'));
  if (seen.some((path) => NETWORK.test(path))) return false;
  const fed = seen.filter(isInput).length;
  return fed > 0 && fed * 2 >= seen.length;
}

/** Whether an archive of these names is a gallery, and no network that was packed. */
export function isGallery(names: readonly string[]): boolean {
  const files = names.filter((name) => !name.endsWith('/') && !name.startsWith('__MACOSX/'));
  if (files.some((name) => STACK.test(name))) return true;
  return files.every((name) => !name.endsWith('.npy')) && areInputs(files);
}
