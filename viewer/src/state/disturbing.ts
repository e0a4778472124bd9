/** Disturbances as steps of a preparation. Pure. */
import type { Step } from '../client/documents';

/** A box or a stroke of the brush, in pixels of the picture as it came. */
export type Shape =
  | { readonly box: readonly [number, number, number, number] }
  | { readonly points: readonly (readonly [number, number])[]; readonly radius: number };

/** How much of each disturbance there is; as here, there is none. */
export const STILL = { noise: 0, blur: 0, degrees: 0, brightness: 0, contrast: 1 } as const;
export type Levels = { readonly [name in keyof typeof STILL]: number };

/** The steps that disturb, by name. */
export const OURS = new Set(['noise', 'blur', 'rotate', 'light', 'occlude']);
/** What comes behind the disturbances: they are of the picture, at the size that the model sees. */
const AFTER = new Set(['range', 'normalize', 'quantize', 'layout', 'dtype']);

/** A preparation with the disturbances in it. */
export function disturbed(
  steps: readonly Step[],
  now: Levels,
  painted: readonly Shape[],
  colour: number,
): Step[] {
  const found: Step[] = [];
  if (painted.length > 0) found.push({ step: 'occlude', shapes: painted, colour });
  if (now.degrees !== 0) found.push({ step: 'rotate', degrees: now.degrees });
  if (now.blur > 0) found.push({ step: 'blur', radius: now.blur });
  if (now.brightness !== 0 || now.contrast !== 1) {
    found.push({ step: 'light', brightness: now.brightness, contrast: now.contrast });
  }
  if (now.noise > 0) found.push({ step: 'noise', amount: now.noise, seed: 0 });
  const plain = steps.filter((one) => !OURS.has(one.step));
  const at = plain.findIndex((one) => AFTER.has(one.step));
  const place = at < 0 ? plain.length : at;
  return [...plain.slice(0, place), ...found, ...plain.slice(place)];
}
