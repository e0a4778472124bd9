/** The steps of the preparation that stand in the scene, and the way from there to the editor. */
import { signal } from '@preact/signals';
import type { Step, TraceDoc } from '../client/documents';

/** Whether the steps stand in the scene before the first layer. */
export const stepsShown = signal(true);

export const toggleSteps = (): void => {
  stepsShown.value = !stepsShown.value;
};

/** The step that the editor is asked to open at; a new object asks again. */
export const editorAsked = signal<{ readonly step: number } | null>(null);

export const editStep = (step: number): void => {
  editorAsked.value = { step };
};

/** The input's value that was prepared in a run. */
export function preparedValue(doc: TraceDoc | null): number | null {
  if (!doc || doc.preparation.length === 0) return null;
  const named = doc.inputs.find((one) => one.given === doc.input?.name);
  return (named ?? doc.inputs[0])?.value ?? null;
}

/** Steps that only say how the numbers lie: what they give is the model's input itself. */
const LYING = new Set(['layout', 'arrange', 'dtype']);

/** Height and width of a sound's wave. */
const WAVE = [1, 2] as const;

/** One step that is shown in the scene: its number, and width over height of what it gives. */
export interface StepCard {
  readonly number: number;
  readonly step: Step;
  readonly aspect: number;
  readonly small: boolean;
}

/** The steps of a run that are shown before its input. */
export function stepCards(doc: TraceDoc | null): StepCard[] {
  // Words are no picture at any step; the box beside the network shows them.
  if (preparedValue(doc) === null || !doc || doc.input?.kind === 'text') return [];
  const sound = doc.input?.kind === 'audio';
  return (doc.preparation as Step[]).flatMap((step, number) => {
    if (LYING.has(step.step)) return [];
    const [height, width] = sound ? WAVE : sizeIn(doc.stages[number]);
    return [{ number, step, aspect: width / height, small: Math.max(width, height) <= 64 }];
  });
}

/** Height and width in the words of a stage, such as `(28, 28, 1) uint8, 0 to 255`. */
function sizeIn(stage: string | undefined): [number, number] {
  const found = /^\((\d+), (\d+)/.exec(stage ?? '');
  return found ? [Number(found[1]), Number(found[2])] : [1, 1];
}
