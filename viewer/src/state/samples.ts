/** The pictures that come with Cutaway, fetched once. */
import { signal } from '@preact/signals';
import type { SampleDoc } from '../client/documents';
import { json } from '../client/keys';

export const samples = signal<readonly SampleDoc[]>([]);

export async function fetchSamples(): Promise<void> {
  samples.value = await json<SampleDoc[]>('/samples');
}
