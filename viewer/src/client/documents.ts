/** The app's answers, by the names that the page uses. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type StatsDoc = Schemas['StatsDoc'];
export type ArrangementDoc = StatsDoc['arrangement'];
export type TraceDoc = Schemas['TraceDoc'];
export type InputDoc = NonNullable<TraceDoc['input']>;
export type GivenDoc = TraceDoc['inputs'][number];
export type FailureDoc = NonNullable<TraceDoc['failure']>;
export type AnswerDoc = NonNullable<TraceDoc['answer']>;
export type StateDoc = Schemas['StateDoc'];
export type ModelDoc = Schemas['ModelDoc'];
export type OpenDoc = Schemas['OpenDoc'];
export type StartDoc = Schemas['StartDoc'];
export type SettingsDoc = Schemas['SettingsDoc'];
export type LabelsDoc = Schemas['LabelsDoc'];
export type SampleDoc = Schemas['SampleDoc'];
export type TryRow = Schemas['TryAllDoc']['rows'][number];
export type SumDoc = Schemas['SumDoc'];
export type CompareDoc = Schemas['CompareDoc'];
export type LivePlanDoc = Schemas['LivePlanDoc'];
export type FieldDoc = Schemas['FieldDoc'];
/** The part of one earlier tensor that a number depends on: a half-open box. */
export type FieldBox = FieldDoc['fields'][number];
export type GalleryDoc = Schemas['GalleryDoc'];
export type GalleryResult = Schemas['ResultDoc'];
export type NearDoc = Schemas['NearDoc'];
export type ToldDoc = Schemas['ToldDoc'];
export type ToldPageDoc = Schemas['ToldPageDoc'];
export type CellsDoc = Schemas['CellsDoc'];
/** Cells along one side of a page of exact texts. */
export const TEXT_PAGE = 32;

/** One colour table: 256 colours from low to high. */
export interface Table {
  readonly name: string;
  readonly kind: 'sequential' | 'diverging';
  /** 256 x 3 bytes. */
  readonly colours: Uint8Array;
}

/** One step of a preparation: its name and parameters are data. */
export interface Step {
  step: string;
  guessed?: boolean;
  why?: string;
  [parameter: string]: unknown;
}

/** What a run is fed with. */
export type InputSource = (
  | { upload: string }
  | { sample: number }
  | { path: string }
  | { gallery: number; entry: number }
  | { text: string }
  /** True for the usual mixture, else a kind, behind a colon its seed, value or way. */
  | { synthetic: true | string }
) & {
  /** Which picture of a video, an animation or a TIFF of several pages, from 0. */
  frame?: number;
  /** An upload: what turns words into numbers from now on. */
  tokenizer?: string;
};

/** What happened on the server since the last question. */
export type ServerEvent = Schemas['EventDoc'];
