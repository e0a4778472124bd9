/** What the user does with answers: opens them, corrects how outputs are read, mends labels. */
import { send } from '../client/keys';
import type { ReadingKind, ReadingsDoc } from '../client/readings';
import { setLabels } from './actions';
import { answerOpen, place, readings } from './readings';
import * as s from './store';

/** Shows one of several readings. */
export function showReading(at: number): void {
  place.value = Math.max(0, Math.min(readings.peek().length - 1, at));
}

export function openAnswer(): void {
  if (readings.peek().length > 0) answerOpen.value = true;
}

export function closeAnswer(): void {
  answerOpen.value = false;
}

/** How outputs are to be read: a kind, which outputs, and their roles. */
export interface Correction {
  readonly kind: ReadingKind;
  readonly values: readonly number[];
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Reads the outputs otherwise, and keeps it for this model; null recognizes them again.
 *
 * @returns why it cannot be read so, in a sentence; null where it is.
 */
export async function readAs(correction: Correction | null): Promise<string | null> {
  const model = s.opened.peek();
  if (!model) return null;
  try {
    const doc = await send<ReadingsDoc>(`/m/${model.id}/reading`, {
      reading: correction,
      trace: s.trace.peek()?.id ?? null,
    });
    adoptReadings(doc);
    const mine = doc.readings.findIndex(({ chosen }) => chosen === 'user');
    place.value = Math.max(0, mine);
    return null;
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}

/** Takes readings that were made anew, where their run is still the one shown. */
export function adoptReadings(doc: ReadingsDoc): void {
  const run = s.trace.peek();
  if (run && doc.trace === run.id) s.trace.value = { ...run, readings: doc.readings };
}

/** Moves all labels by one, as was offered. */
export async function shiftLabels(by: 1 | -1): Promise<void> {
  await setLabels({ shift: by });
}
