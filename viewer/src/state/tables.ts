/** The colour tables, fetched once. */
import { signal } from '@preact/signals';
import { decode, tensor } from '../client/blob';
import type { Table } from '../client/documents';
import { bytes } from '../client/keys';

/** All tables, in the server's order; empty until they have come. */
export const tables = signal<readonly Table[]>([]);

export async function fetchTables(): Promise<void> {
  const blob = decode(await bytes('/tables'));
  const described = JSON.parse(blob.metadata.json ?? '[]') as Pick<Table, 'name' | 'kind'>[];
  tables.value = described.map((one, i) => ({
    ...one,
    colours: tensor(blob, String(i)).data as Uint8Array,
  }));
}

/** Row of a table by name; the first where it is unknown. */
export function tableRow(name: string): number {
  return Math.max(
    0,
    tables.value.findIndex((one) => one.name === name),
  );
}
