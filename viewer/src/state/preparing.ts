/** The preparation of the input: what steps there are, what they give, and where the editor stands. */
import { signal } from '@preact/signals';
import type { Step } from '../client/documents';
import { json, send } from '../client/keys';
import type { components } from '../client/schema';
import { currentSource } from './actions';
import { given, opened, trace } from './store';

type Schemas = components['schemas'];
export type Catalogue = Schemas['CatalogueDoc'];
export type StepKind = Catalogue['kinds'][number];
export type Parameter = StepKind['parameters'][number];
export type Preview = Schemas['PreviewDoc'];

/** All sorts of steps and all presets; null until they are known. */
export const catalogue = signal<Catalogue | null>(null);

export async function needCatalogue(): Promise<Catalogue> {
  catalogue.value ??= await json<Catalogue>('/steps');
  return catalogue.value;
}

/** The steps of a preset for the present input; by an empty name those that are guessed. */
export async function presetSteps(name: string): Promise<Step[]> {
  const doc = await send<{ steps: Step[] }>(`/m/${opened.value?.id}/preset`, {
    input: currentSource(),
    given: Object.fromEntries(given.value),
    name,
  });
  return doc.steps;
}

/** What steps would give, without a run. */
export const preview = (steps: readonly Step[]): Promise<Preview> =>
  send<Preview>(`/m/${opened.value?.id}/preview`, {
    input: currentSource(),
    given: Object.fromEntries(given.value),
    steps,
  });

/** The steps of the run that is shown now. */
export const shownSteps = (): Step[] => (trace.value?.preparation ?? []) as Step[];
