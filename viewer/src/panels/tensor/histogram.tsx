/** How often which value occurs, over the colours they are drawn in. */
import { signal } from '@preact/signals';
import type { StatsDoc } from '../../client/documents';
import { short } from '../../state/numbers';
import { scaleFor } from '../../state/scales';
import { tables } from '../../state/tables';
import { gradient, heights, placeOf } from './colourbar';

interface BarsProps {
  readonly counts: readonly number[];
  readonly log: boolean;
}

/** Whether counts are drawn by their logarithm; it stays from tensor to tensor. */
const logarithmic = signal(true);

function Bars({ counts, log }: BarsProps) {
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${counts.length} 1`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {heights(counts, log).map((height, i) => (
        <rect key={i} x={i + 0.08} y={1 - height} width={0.84} height={height} />
      ))}
    </svg>
  );
}

/** A mark on the colour bar where the range that is drawn begins or ends. */
function Mark({ at }: { readonly at: number | null }) {
  return at === null ? null : <i style={{ left: `${at * 100}%` }} />;
}

export function Histogram({ stats }: { readonly stats: StatsDoc }) {
  const histogram = stats.histogram;
  const scale = scaleFor(stats.value);
  const table = scale && tables.value.find((one) => one.name === scale.table);
  if (!histogram) return null;
  const { low, high, counts } = histogram;
  const log = logarithmic.value;
  const scaled = log ? 'counts on a logarithmic scale' : 'counts on a linear scale';
  const said = `Histogram from ${short(low)} to ${short(high)}, ${scaled}`;
  return (
    <figure class="distribution" aria-label={said} title={scaled}>
      <Bars counts={counts} log={log} />
      <div
        class="colour-bar"
        style={scale && table ? { background: gradient(table, scale, low, high) } : {}}
      >
        {scale && <Mark at={placeOf(scale.low, low, high)} />}
        {scale && <Mark at={placeOf(scale.high, low, high)} />}
      </div>
      <figcaption class="number">
        <span>{short(low)}</span>
        <button
          type="button"
          aria-pressed={log}
          title="Counts on a logarithmic or on a linear scale"
          onClick={() => {
            logarithmic.value = !log;
          }}
        >
          {log ? 'log counts' : 'linear counts'}
        </button>
        <span>{short(high)}</span>
      </figcaption>
    </figure>
  );
}
