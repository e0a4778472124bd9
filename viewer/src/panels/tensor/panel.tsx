/** The panel of the open tensor. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { StatsDoc } from '../../client/documents';
import type { Graph, ValueDoc } from '../../client/graph';
import { isBatched } from '../../state/batch';
import { arrivals, pending, picture, refusalOf, request } from '../../state/pictures';
import { opened, running, type Selection, selected, trace, view } from '../../state/store';
import { viewedSourceOf } from '../../state/viewing';
import { BatchStepper } from '../batch';
import { useEdge, useHole } from '../measure';
import { titleOf } from '../names';
import { Segments } from '../segments';
import { Files } from './files';
import { Heading, Ports } from './heading';
import { Histogram } from './histogram';
import { MadeFrom } from './made';
import { MapStepper } from './maps';
import { MarkedCells } from './marked';
import { Statistics } from './statistics';
import { Tabs, tab } from './tabs';

const VIEWS = [
  { value: 'stack', words: 'stack', title: 'planes in 3D (1)' },
  { value: 'flat', words: 'flat', title: 'all maps in one plane (2)' },
  { value: 'cells', words: 'cells', title: 'every cell with its number (3)' },
  { value: 'numbers', words: 'numbers', title: 'numbers alone (4)' },
  {
    value: 'smooth',
    words: 'smooth',
    title: 'interpolated between the cells, not the data itself (5)',
  },
  { value: 'relief', words: 'relief', title: 'one map as bars: height is value (6)' },
] as const;

/** Why the run has nothing of a tensor, in one sentence. */
function missing(value: number): string {
  if (running.value) return 'The run is under way; this tensor has not come yet.';
  const doc = trace.value;
  const reason = doc?.left_out[String(value)];
  if (reason) return `The run did not keep this tensor: ${reason}.`;
  if (doc?.state === 'failed') return 'The run ended before this tensor was made.';
  return doc ? 'The run did not keep this tensor.' : 'Nothing has been run yet.';
}

/** The statistics of a value, those of the run before until the new ones have come; or why not. */
function useStats(value: number, source: string | null): StatsDoc | string {
  const last = useRef<StatsDoc | null>(null);
  const [tried, setTried] = useState<string | null>(null);
  // Read, so that the panel is drawn again when pictures come.
  void arrivals.value;
  useEffect(() => {
    if (!source) return;
    void request([{ source, size: 512 }]);
    setTried(source);
  }, [source]);
  if (source === null) return missing(value);
  const fresh = picture(source)?.stats;
  if (fresh) last.current = fresh;
  else if (tried === source && !pending(source)) {
    return `This tensor could not be read: ${refusalOf(source) ?? 'the server does not say why'}.`;
  }
  return last.current?.value === value ? last.current : 'Reading…';
}

/** The window in the panel through which the scene shows the tensor. */
function Hole() {
  return (
    <div class="hole" ref={useHole<HTMLDivElement>()}>
      <MarkedCells />
    </div>
  );
}

interface BodyProps {
  readonly stats: StatsDoc;
  readonly axes: string | null;
}

function Body({ stats, axes }: BodyProps) {
  return (
    <>
      <div
        class={
          tab.value === 'sum' || tab.value === 'maps'
            ? 'tensor-part panel asked'
            : 'tensor-part panel'
        }
      >
        <Histogram stats={stats} />
        <Statistics stats={stats} />
        <Segments
          label="View"
          choices={VIEWS}
          value={view.value}
          choose={(next) => {
            view.value = next;
          }}
        />
      </div>
      <Hole />
      <div class="tensor-part panel">
        <MadeFrom stats={stats} />
        {isBatched(stats.value) && <BatchStepper />}
        <MapStepper arrangement={stats.arrangement} of={{ shape: stats.shape, axes }} />
        <Tabs stats={stats} axes={axes} />
      </div>
    </>
  );
}

interface TensorProps {
  readonly graph: Graph;
  readonly value: ValueDoc;
  readonly selection: Selection;
}

function Tensor({ graph, value, selection }: TensorProps) {
  const source = viewedSourceOf(value.id);
  const found = useStats(value.id, source);
  const stats = typeof found === 'string' ? null : found;
  return (
    <div class="tensor-scroll" data-clips>
      <div class="tensor-part panel">
        <Heading graph={graph} value={value} selection={selection} stats={stats}>
          {source && stats && <Files stats={stats} source={source} name={titleOf(graph, value)} />}
        </Heading>
        <Ports graph={graph} selection={selection} />
      </div>
      {typeof found !== 'string' ? (
        <Body stats={found} axes={value.axes} />
      ) : (
        <div class="tensor-part panel rest">
          <p class="sentence" role="status">
            {found}
          </p>
        </div>
      )}
    </div>
  );
}

export function TensorPanel() {
  const edge = useEdge<HTMLElement>('right');
  const graph = opened.value?.graph;
  const selection = selected.value;
  const value = selection && graph?.value(selection.value);
  return (
    <aside class="tensor" aria-label="Tensor" ref={edge}>
      {graph && value && <Tensor graph={graph} value={value} selection={selection} />}
    </aside>
  );
}
