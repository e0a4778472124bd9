/** What lies under the cursor: the tensor, the cell's index and its exact value. */
import { useEffect, useState } from 'preact/hooks';
import type { StatsDoc } from '../client/documents';
import type { Graph } from '../client/graph';
import { realWords, times } from '../state/numbers';
import { picture, sourceOf } from '../state/pictures';
import { glimpse } from '../state/probe';
import { type Hover, hover, opened, stageArea } from '../state/store';
import { cellTexts } from '../state/tiles';
import { viewedSourceOf } from '../state/viewing';
import { boxWords, type Cell, indexWords, textPlace } from './cells';
import { roleOf } from './names';

/** A cursor that passes over asks for nothing, in milliseconds. */
const BEFORE_ASKING = 30;
/** A cursor that rests is spoken of, in milliseconds. */
const BEFORE_SPEAKING = 500;
/** Room that a tooltip needs beside the cursor, in CSS pixels. */
const ROOM = { width: 300, height: 90 };

/** The exact text of a cell; null until it has come. */
function useCellText(source: string | null, stats: StatsDoc | null, cell: Cell | null) {
  const [found, setFound] = useState<{ key: string; text: string } | null>(null);
  const place = cell && stats && textPlace(stats.arrangement, cell);
  const key = source && place ? `${source} ${place.page} ${place.offset}` : null;
  useEffect(() => {
    if (!source || !place || !key) return;
    let wanted = true;
    const timer = setTimeout(() => {
      cellTexts(source, place.page).then(
        (texts) => wanted && setFound({ key, text: texts[place.offset] ?? '' }),
        () => undefined, // The index alone is shown; a message for each cell would be too much.
      );
    }, BEFORE_ASKING);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [key]);
  return found && found.key === key ? found.text : null;
}

interface Told {
  readonly title: string;
  readonly where: string;
  readonly text: string | null;
}

/** Speaks of the cell once the cursor rests. */
function Spoken({ title, where, text }: Told) {
  const [said, say] = useState('');
  useEffect(() => {
    const words = [title, where, text].filter(Boolean).join(', ');
    const timer = setTimeout(() => say(words), BEFORE_SPEAKING);
    return () => clearTimeout(timer);
  }, [title, where, text]);
  return (
    <p class="unseen" aria-live="polite">
      {said}
    </p>
  );
}

/** Beside the cursor, on the side where there is room: over the stage it keeps off the panels. */
function placed({ x, y }: Hover): Record<string, string> {
  const { right, bottom } = stageArea.value;
  const [most, lowest] = [x > right ? innerWidth : right, y > bottom ? innerHeight : bottom];
  const across = x > most - ROOM.width ? ['right', innerWidth - x] : ['left', x];
  const down = y > lowest - ROOM.height ? ['bottom', innerHeight - y] : ['top', y];
  return Object.fromEntries([across, down].map(([side, at]) => [side, `${Number(at) + 14}px`]));
}

function Told({ at, graph }: { readonly at: Hover; readonly graph: Graph }) {
  const value = graph.value(at.value);
  const source = at.viewed ? viewedSourceOf(at.value) : sourceOf(at.value);
  const stats = picture(source)?.stats ?? null;
  const text = useCellText(source, stats, at.cell);
  if (!value) return null;
  const shaped = { shape: stats?.shape ?? [], axes: value.axes };
  const index = at.cell && stats && indexWords(stats.arrangement, at.cell, shaped);
  const shape = times(stats?.shape ?? value.shape);
  const role = roleOf(graph, { value: at.value, node: at.node, map: null });
  const where = index ?? role;
  const title = value.name;
  const real = index && text ? realWords(graph.quantizationOf(at.value), text) : null;
  return (
    <>
      <div class="tooltip" style={placed(at)} aria-hidden="true">
        <strong>{title}</strong>
        <span>{where}</span>
        <span class="number exact">{index ? (text ?? '…') : shape}</span>
        {real && <span class="number">{real}</span>}
        {index && <Seen at={at.value} graph={graph} />}
      </div>
      <Spoken title={title} where={where} text={index ? [text, real].join(' ').trim() : shape} />
    </>
  );
}

/** What of the network's input the number depends on. */
function Seen({ at, graph }: { readonly at: number; readonly graph: Graph }) {
  const seen = glimpse.value;
  const [box] = seen?.fields.filter((one) => seen.inputs.includes(one.value)) ?? [];
  if (!box || seen?.value !== at) return null;
  const name = graph.value(box.value)?.name ?? '';
  return (
    <span class="seen-box">
      {box.whole ? `sees all of ${name}` : `sees ${name}[${boxWords(box)}]`}
      <small>theoretical receptive field</small>
    </span>
  );
}

export function Tooltip() {
  const at = hover.value;
  const graph = opened.value?.graph;
  return at && graph ? <Told at={at} graph={graph} /> : null;
}
