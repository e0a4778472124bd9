/** What can be taken out of the open tensor: files, pictures, numbers, the line of Python. */
import type { StatsDoc } from '../../client/documents';
import { text } from '../../client/keys';
import { keyOf } from '../../client/tails';
import { count, times } from '../../state/numbers';
import { sourceOf } from '../../state/pictures';
import { chosen } from '../../state/probe';
import { scaleFor } from '../../state/scales';
import { shownMap, styleOf } from '../../state/store';
import { copy } from '../clipboard';
import { Menu, type MenuItem } from '../menu';
import { fileName } from '../names';
import { zoomFor } from './colourbar';

/** The words of a painted sheet, as the scene colours it now. */
function colourWords(stats: StatsDoc, zoom: number, map: number | null): string {
  const scale = scaleFor(stats.value);
  const query = new URLSearchParams({
    scale: String(zoom),
    ...(scale ? { table: scale.table, low: String(scale.low), high: String(scale.high) } : {}),
    ...(scale?.log ? { transform: 'log' } : {}),
    ...(styleOf(stats.value).scaling === 'map' ? { per: 'map' } : {}),
    ...(map === null ? {} : { map: String(map) }),
  });
  return query.toString();
}

function download(key: string, name: string): void {
  const link = document.createElement('a');
  link.href = `.${key}`;
  link.download = name;
  link.click();
}

interface Props {
  readonly stats: StatsDoc;
  readonly source: string;
  readonly name: string;
}

/** The tensor as files. */
function arrays({ stats, source, name }: Props): MenuItem[] {
  const [own = source] = (sourceOf(stats.value) ?? source).split('?');
  const plain = fileName(name);
  const words = `${times(stats.shape)} ${stats.dtype}`;
  const seen = source === own ? 'one row an element row' : 'as it is seen now';
  return [
    {
      words: '.npy',
      note: `NumPy, ${words}`,
      act: () => download(keyOf(own, '/array.npy'), `${plain}.npy`),
    },
    {
      words: '.npz',
      note: 'NumPy, compressed',
      act: () => download(keyOf(own, '/array.npz'), `${plain}.npz`),
    },
    {
      words: '.csv',
      note: `text, ${seen}`,
      act: () => download(keyOf(source, '/array.csv'), `${plain}.csv`),
    },
  ];
}

function pictures({ stats, source, name }: Props): MenuItem[] {
  const plain = fileName(name);
  const [finest] = stats.levels;
  const zoom = zoomFor(finest?.height ?? 1, finest?.width ?? 1);
  const map = shownMap.value;
  const paint = (scale: number, one: number | null) =>
    keyOf(source, '/picture.png', colourWords(stats, scale, one));
  const items: MenuItem[] = [
    {
      words: '.png',
      note: 'its maps in these colours',
      act: () => download(paint(zoom, null), `${plain}.png`),
    },
    {
      words: '.png, true size',
      note: 'one pixel a cell',
      act: () => download(paint(1, null), `${plain}-1.png`),
    },
  ];
  if (map !== null && stats.arrangement.maps > 1) {
    const { rows, columns, order } = stats.arrangement;
    const number = order?.[map] ?? map;
    items.push({
      words: '.png, this map',
      note: `map ${number} alone`,
      act: () => download(paint(zoomFor(rows, columns), map), `${plain}-map${number}.png`),
    });
  }
  return items;
}

function copies({ stats, source }: Props): MenuItem[] {
  const map = shownMap.value;
  const now = chosen.value;
  const which = now?.value === stats.value ? `?at=${now.index.join(',')}` : '';
  const cells = map === null ? 'all maps' : `map ${stats.arrangement.order?.[map] ?? map}`;
  return [
    {
      words: 'Copy the numbers',
      note: `${cells}, for a spreadsheet`,
      act: () =>
        void copy(
          text(keyOf(source, '/array.csv', map === null ? 'tabs=1' : `tabs=1&map=${map}`)),
          `The numbers of ${cells} are in the clipboard.`,
        ),
    },
    {
      words: 'Copy as Python',
      note: which ? 'the number that is looked at' : 'the lines that get this tensor',
      act: () =>
        void copy(
          text(`${sourceOf(stats.value)?.split('?')[0]}/python${which}`),
          'The lines of Python are in the clipboard.',
        ),
    },
  ];
}

export function Files(props: Props) {
  const { stats } = props;
  const title = `Take this tensor out: ${count(stats.size)} values`;
  return (
    <Menu
      label="Save"
      title={title}
      items={[...arrays(props), ...pictures(props), ...copies(props)]}
      below
    />
  );
}
