/** One row for each map of the open tensor: what it holds, and a small histogram. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { StatsDoc } from '../../client/documents';
import { askChannels, channelTable } from '../../state/channels';
import { type ChannelTable, COLUMNS, type Column, sorted } from '../../state/channeltable';
import { count, short } from '../../state/numbers';
import { shownMap } from '../../state/store';
import { viewedSourceOf } from '../../state/viewing';
import { mapName } from '../cells';
import { useRowHeight, useSlice } from '../virtual';
import { heights } from './colourbar';

const COUNTED: ReadonlySet<Column> = new Set(['zeros', 'nan', 'inf']);
const TITLES: Readonly<Record<Column, string>> = {
  min: 'min',
  max: 'max',
  mean: 'mean',
  std: 'std',
  zeros: 'zeros',
  nan: 'NaN',
  inf: 'Inf',
};
/** Bits of the flags that mark a map. */
const MARKS = [
  [4, 'dead', 'zero everywhere'],
  [16, 'saturated', 'at least half of it lies at a bound of its activation'],
] as const;

/** Height of a row, in rem. */
const ROW = 1.375;

interface Sorting {
  readonly by: Column | 'map';
  readonly descending: boolean;
}

interface HeadProps {
  readonly by: Sorting['by'];
  readonly words: string;
  readonly sorting: Sorting;
  readonly sort: (next: Sorting) => void;
}

function Head({ by, words, sorting, sort }: HeadProps) {
  const taken = sorting.by === by;
  const order = sorting.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={taken ? order : 'none'}>
      <button
        type="button"
        onClick={() => sort({ by, descending: taken ? !sorting.descending : by !== 'map' })}
      >
        {words}
        {taken && <i aria-hidden="true">{sorting.descending ? '↓' : '↑'}</i>}
      </button>
    </th>
  );
}

/** Counts as one path: cheap to draw hundreds of times. */
function sparkline(table: ChannelTable, slot: number): string {
  const counts = [...table.counts.subarray(slot * table.bins, (slot + 1) * table.bins)];
  return heights(counts)
    .map((height, i) => `M${i} 1V${(1 - height).toFixed(3)}h1V1z`)
    .join('');
}

interface RowProps {
  readonly table: ChannelTable;
  readonly slot: number;
  readonly name: string;
}

function Row({ table, slot, name }: RowProps) {
  const flags = table.column.flags[slot] ?? 0;
  const marks = MARKS.filter(([bit]) => flags & bit);
  const words = marks.map(([, , one]) => one).join(', ');
  return (
    <tr aria-selected={shownMap.value === slot}>
      <th scope="row">
        <button
          type="button"
          class={marks.map(([, word]) => word).join(' ')}
          title={words ? `map ${name}: ${words}` : `show map ${name} alone`}
          onClick={() => {
            shownMap.value = shownMap.value === slot ? null : slot;
          }}
        >
          {name}
        </button>
      </th>
      <td>
        {table.bins > 0 && (
          <svg viewBox={`0 0 ${table.bins} 1`} preserveAspectRatio="none" aria-hidden="true">
            <path d={sparkline(table, slot)} />
          </svg>
        )}
      </td>
      {COLUMNS.map((column) => {
        const held = table.column[column][slot] ?? Number.NaN;
        const signal = (column === 'nan' || column === 'inf') && held > 0 ? `signal-${column}` : '';
        return (
          <td key={column} class={`number ${signal}`} title={String(held)}>
            {COUNTED.has(column) ? count(held) : short(held)}
          </td>
        );
      })}
    </tr>
  );
}

interface TableProps {
  readonly table: ChannelTable;
  readonly stats: StatsDoc;
  readonly axes: string | null;
}

/** Rows out of view, as one that is as tall. */
function Spare({ height }: { readonly height: number }) {
  return height > 0 ? <tr style={{ height: `${height}px` }} /> : null;
}

function Table({ table, stats, axes }: TableProps) {
  const box = useRef<HTMLDivElement>(null);
  const [sorting, sort] = useState<Sorting>({ by: 'map', descending: false });
  const height = useRowHeight(ROW);
  const slots = useMemo(() => sorted(table, sorting.by, sorting.descending), [table, sorting]);
  const { first, last } = useSlice(box, height, slots.length);
  const shaped = { shape: stats.shape, axes };
  const nameOf = (slot: number) => mapName(stats.arrangement, slot, shaped).replace(/^map /, '');
  return (
    <div class="channels" ref={box}>
      <table aria-label="What each map holds" aria-rowcount={slots.length + 1}>
        <thead>
          <tr>
            <Head by="map" words="map" sorting={sorting} sort={sort} />
            <th scope="col">values</th>
            {COLUMNS.map((by) => (
              <Head key={by} by={by} words={TITLES[by]} sorting={sorting} sort={sort} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Spare height={first * height} />
          {[...slots.subarray(first, last)].map((slot) => (
            <Row key={slot} table={table} slot={slot} name={nameOf(slot)} />
          ))}
          <Spare height={(slots.length - last) * height} />
        </tbody>
      </table>
    </div>
  );
}

interface Props {
  readonly stats: StatsDoc;
  readonly axes: string | null;
}

export function Channels({ stats, axes }: Props) {
  const source = viewedSourceOf(stats.value);
  useEffect(() => {
    if (source) void askChannels(source);
  }, [source]);
  const found = channelTable.value;
  if (typeof found === 'string') return <p class="sentence">{found}</p>;
  if (found === null || found.source !== source) {
    return (
      <p class="sentence" role="status">
        Reading every map…
      </p>
    );
  }
  if (found.maps === 0) return <p class="sentence">This tensor has no map.</p>;
  return <Table table={found} stats={stats} axes={axes} />;
}
