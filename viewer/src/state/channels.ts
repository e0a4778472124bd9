/** What each map of a tensor holds, fetched when it is asked for. */
import { signal } from '@preact/signals';
import { decode, tensor } from '../client/blob';
import { bytes } from '../client/keys';
import { keyOf } from '../client/tails';
import { type ChannelTable, COLUMNS } from './channeltable';

/** The table that was asked for last, once it is here; a sentence where it could not be made. */
export const channelTable = signal<ChannelTable | string | null>(null);

let asked: string | null = null;

function read(source: string, body: ArrayBuffer): ChannelTable {
  const blob = decode(body);
  const counts = tensor(blob, 'counts');
  const column = Object.fromEntries(
    [...COLUMNS, 'size', 'flags'].map((name) => [name, tensor(blob, name).data]),
  ) as ChannelTable['column'];
  return {
    source,
    maps: column.min.length,
    column,
    counts: counts.data,
    bins: counts.shape[1] ?? 0,
  };
}

/** Asks for the table of a source; the last that was asked for is shown. */
export async function askChannels(source: string): Promise<void> {
  if (asked === source) return;
  asked = source;
  try {
    const table = read(source, await bytes(keyOf(source, '/channels')));
    if (asked === source) channelTable.value = table;
  } catch (problem) {
    if (asked !== source) return;
    asked = null;
    channelTable.value = problem instanceof Error ? problem.message : String(problem);
  }
}
