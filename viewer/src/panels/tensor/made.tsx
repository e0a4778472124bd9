/** Beside one map: the kernel that makes it, and where in the input the cell looked at lies. */
import { useEffect } from 'preact/hooks';
import { rectsOf } from '../../client/arrangement';
import type { StatsDoc } from '../../client/documents';
import type { Graph } from '../../client/graph';
import { keyOf } from '../../client/tails';
import { select } from '../../state/actions';
import { kernelOf } from '../../state/kernels';
import { times } from '../../state/numbers';
import { arrivals, picture, request, sizeFor, sourceOf } from '../../state/pictures';
import { field, glimpse } from '../../state/probe';
import { scaleFor } from '../../state/scales';
import { opened, shownMap } from '../../state/store';

/** The key of a value's picture in the colours that it has in the scene; null before it is here. */
function usePicture(value: number | null, query: string): { stats: StatsDoc; key: string } | null {
  const source = value === null ? null : sourceOf(value);
  useEffect(() => {
    if (source) void request([{ source, size: sizeFor(1) }]);
  }, [source]);
  // Read, so that this is drawn again when pictures come.
  void arrivals.value;
  const stats = picture(source)?.stats;
  const scale = value === null ? null : scaleFor(value);
  if (!source || !stats || !scale) return null;
  const colours = `table=${scale.table}&low=${scale.low}&high=${scale.high}&scale=4`;
  return { stats, key: keyOf(`${source}${query && `?${query}`}`, '/picture.png', colours) };
}

interface MapProps {
  readonly graph: Graph;
  readonly stats: StatsDoc;
  /** As the tensor counts its maps. */
  readonly map: number;
}

function KernelPicture({ graph, stats, map }: MapProps) {
  const maps = stats.arrangement.axes.grid.reduce((n, axis) => n * (stats.shape[axis] ?? 1), 1);
  const kernel = kernelOf(graph, stats.value, maps, map);
  const drawn = usePicture(kernel?.value ?? null, kernel?.query ?? '');
  if (!kernel || !drawn) return null;
  const words = `${times(kernel.size)} kernel${kernel.inputs > 1 ? `, ${kernel.inputs} inputs` : ''}`;
  return (
    <button
      type="button"
      class="made"
      title={`Open ${kernel.name}`}
      onClick={() => select({ value: kernel.value, node: kernel.node, map: null })}
    >
      <img src={`.${drawn.key}`} alt={`The kernel that makes map ${map}`} />
      <span class="number">{words}</span>
    </button>
  );
}

/** The input, and on it what the cell that is looked at depends on. */
function Place({ graph }: { readonly graph: Graph }) {
  const [value = null] = graph.inputs;
  const drawn = usePicture(value, '');
  if (value === null || !drawn || drawn.stats.arrangement.strip) return null;
  const { arrangement: a, shape } = drawn.stats;
  const seen = (glimpse.value ?? field.value)?.fields.find((box) => box.value === value);
  const [rect] = seen ? rectsOf(a, shape, seen.low, seen.high, 1) : [];
  const share = (at: number, of: number) => `${(100 * at) / of}%`;
  const [rows, columns] = [a.grid[0] * a.rows, a.grid[1] * a.columns];
  return (
    <figure class="made">
      <span>
        <img src={`.${drawn.key}`} alt="The input of the network" />
        {rect && (
          <span
            class="box"
            style={{
              left: share(rect.columns[0], columns),
              top: share(rect.rows[0], rows),
              width: share(rect.columns[1] - rect.columns[0], columns),
              height: share(rect.rows[1] - rect.rows[0], rows),
            }}
          />
        )}
      </span>
      <figcaption>{rect ? 'what the cell sees' : 'point at a cell: what it sees'}</figcaption>
    </figure>
  );
}

/** Nothing unless one map of several is shown. */
export function MadeFrom({ stats }: { readonly stats: StatsDoc }) {
  const graph = opened.value?.graph;
  const slot = shownMap.value;
  if (!graph || slot === null || graph.whatOf(stats.value) !== 'activation') return null;
  return (
    <div class="row made-from">
      <KernelPicture graph={graph} stats={stats} map={stats.arrangement.order?.[slot] ?? slot} />
      <Place graph={graph} />
    </div>
  );
}
