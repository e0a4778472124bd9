/** The app's answers, by the names that the page uses. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type GraphDoc = Schemas['GraphDoc'];
export type NodeDoc = GraphDoc['nodes'][number];
export type ValueDoc = GraphDoc['values'][number];
export type LayoutDoc = Schemas['LayoutDoc'];
export type ChildDoc = LayoutDoc['children'][number];
export type EdgeDoc = LayoutDoc['edges'][number];
export type StatsDoc = Schemas['StatsDoc'];
export type ArrangementDoc = StatsDoc['arrangement'];
export type TraceDoc = Schemas['TraceDoc'];
export type AnswerDoc = NonNullable<TraceDoc['answer']>;
export type StateDoc = Schemas['StateDoc'];
export type SettingsDoc = Schemas['SettingsDoc'];
export type SampleDoc = Schemas['SampleDoc'];
export type TryRow = Schemas['TryAllDoc']['rows'][number];
export type CellsDoc = Schemas['CellsDoc'];

/** One step of a preparation: its name and parameters are data. */
export interface Step {
  step: string;
  guessed?: boolean;
  why?: string;
  [parameter: string]: unknown;
}

/** What a run is fed with. */
export type InputSource =
  | { upload: string }
  | { sample: number }
  | { path: string }
  | { synthetic: true };

/** What happened on the server since the last question. */
export interface ServerEvent {
  seq: number;
  type: 'opening' | 'structure' | 'opened' | 'open-failed' | 'run' | 'worker-ended';
  model: number;
  trace?: number;
  state?: 'started' | 'progress' | 'done' | 'failed' | 'cancelled';
  stage?: string;
  done?: number;
  total?: number;
  message?: string;
}
