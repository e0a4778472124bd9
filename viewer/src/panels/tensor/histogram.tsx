/** How often which value occurs, over the colours they are drawn in. */
import type { StatsDoc } from '../../client/documents';
import { short } from '../../state/numbers';
import { scaleFor } from '../../state/scales';
import { tables } from '../../state/tables';
import { gradient, heights, placeOf } from './colourbar';

interface BarsProps {
  readonly counts: readonly number[];
}

function Bars({ counts }: BarsProps) {
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${counts.length} 1`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {heights(counts).map((height, i) => (
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
  const said = `Histogram from ${short(low)} to ${short(high)}, counts on a logarithmic scale`;
  return (
    <figure class="distribution" aria-label={said} title="counts on a logarithmic scale">
      <Bars counts={counts} />
      <div
        class="colour-bar"
        style={scale && table ? { background: gradient(table, scale, low, high) } : {}}
      >
        {scale && <Mark at={placeOf(scale.low, low, high)} />}
        {scale && <Mark at={placeOf(scale.high, low, high)} />}
      </div>
      <figcaption class="number">
        <span>{short(low)}</span>
        <span>{short(high)}</span>
      </figcaption>
    </figure>
  );
}
