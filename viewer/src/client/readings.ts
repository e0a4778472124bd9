/** What the outputs of a run mean, by the names that the page uses. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type ReadingDoc = Schemas['ReadingDoc'];
export type ReadingKind = ReadingDoc['kind'];
export type SliderDoc = ReadingDoc['sliders'][number];
export type ReadingsDoc = Schemas['ReadingsDoc'];
export type CellDoc = Schemas['CellDoc'];
export type ItemsDoc = Schemas['ItemsDoc'];
export type ItemDoc = ItemsDoc['items'][number];
export type MasksDoc = Schemas['MasksDoc'];
export type MaskClassDoc = MasksDoc['classes'][number];
export type FieldPictureDoc = Schemas['FieldPictureDoc'];
export type EmbeddingDoc = Schemas['EmbeddingDoc'];
export type SoundDoc = Schemas['SoundDoc'];
export type TextDoc = Schemas['TextDoc'];
export type NumbersDoc = Schemas['NumbersDoc'];
export type ClassesDoc = Schemas['ClassesDoc'];
export type TensorNoteDoc = Schemas['TensorDoc'];
export type PlaceDoc = Schemas['PlaceDoc'];
export type ShiftDoc = Schemas['ShiftDoc'];

/** What a reading's key answers, by its kind. */
export type ContentDoc =
  | ItemsDoc
  | MasksDoc
  | FieldPictureDoc
  | EmbeddingDoc
  | SoundDoc
  | TextDoc
  | NumbersDoc
  | ClassesDoc
  | TensorNoteDoc;
