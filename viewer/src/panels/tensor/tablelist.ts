/** The list of colour tables: grouped by kind, searched by name. */
import type { Table } from '../../client/documents';

export interface Option {
  /** Null chooses by sign and theme. */
  readonly name: string | null;
  readonly words: string;
  readonly table: Table | undefined;
  /** The name of the group that begins here. */
  readonly heading: string | null;
}

const KINDS = ['sequential', 'diverging'] as const;

/** All tables by kind, after the automatic choice. */
export function optionsOf(tables: readonly Table[], inUse: string): Option[] {
  const automatic: Option = {
    name: null,
    words: 'automatic, by sign and theme',
    table: tables.find((one) => one.name === inUse),
    heading: null,
  };
  const grouped = KINDS.flatMap((kind) =>
    tables.filter((one) => one.kind === kind).map((table) => ({ kind, table })),
  );
  return [
    automatic,
    ...grouped.map(({ kind, table }, i) => ({
      name: table.name,
      words: table.name,
      table,
      heading: kind === grouped[i - 1]?.kind ? null : kind,
    })),
  ];
}

/** Those whose name holds what is sought; headings move to the first of their kind that is left. */
export function filterTables(options: readonly Option[], sought: string): Option[] {
  const wanted = sought.trim().toLowerCase();
  if (!wanted) return [...options];
  let last: string | undefined;
  return options
    .filter((one) => one.words.toLowerCase().includes(wanted))
    .map((one) => {
      const kind = one.name === null ? undefined : one.table?.kind;
      const heading = kind && kind !== last ? kind : null;
      last = kind;
      return { ...one, heading };
    });
}
