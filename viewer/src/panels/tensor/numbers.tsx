/** Percentiles of the open tensor, and how its magnitudes are spread over factors of two. */
import type { StatsDoc } from '../../client/documents';
import { count, short } from '../../state/numbers';
import { heights } from './colourbar';

function Percentiles({ pairs }: { readonly pairs: readonly (readonly [number, number])[] }) {
  return (
    <dl class="percentiles" aria-label="Percentiles">
      {pairs.map(([percent, value]) => (
        <div key={percent}>
          <dt>{percent === 50 ? 'median' : `${percent}%`}</dt>
          <dd class="number" title={String(value)}>
            {short(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

type Octaves = NonNullable<StatsDoc['octaves']>;

/** Where bins begin, in words: powers of two are read as powers of ten. */
const edge = (octaves: Octaves, bin: number): string =>
  short(2 ** (octaves.low + bin * octaves.step), 2);

/** Negative magnitudes to the left, zeros in the middle, positive ones to the right. */
function Magnitudes({ octaves }: { readonly octaves: Octaves }) {
  const bins = octaves.positive.length;
  const bars = [...octaves.negative.slice().reverse(), octaves.zeros, ...octaves.positive];
  const signed = octaves.negative.some((n) => n > 0);
  const shown = signed ? bars : bars.slice(bins);
  const most = edge(octaves, bins);
  const least = edge(octaves, 0);
  const words = `Magnitudes from ${least} to ${most} by factors of ${2 ** octaves.step}, zeros apart; counts on a logarithmic scale`;
  return (
    <figure class="distribution" aria-label={words} title={words}>
      <svg
        class="histogram"
        viewBox={`0 0 ${shown.length} 1`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {heights(shown).map((height, i) => (
          <rect
            key={i}
            class={i === (signed ? bins : 0) ? 'zeros' : ''}
            x={i + 0.08}
            y={1 - height}
            width={0.84}
            height={height}
          />
        ))}
      </svg>
      <figcaption class="number">
        <span>{signed ? `-${most}` : `0 (${count(octaves.zeros)})`}</span>
        {signed && <span>{`±${least} · 0 (${count(octaves.zeros)})`}</span>}
        <span>{most}</span>
      </figcaption>
    </figure>
  );
}

export function Numbers({ stats }: { readonly stats: StatsDoc }) {
  const { percentiles, octaves } = stats;
  if (!percentiles || !octaves) {
    return <p class="sentence">{stats.min === null ? 'No value is finite.' : 'Counting…'}</p>;
  }
  return (
    <>
      <Percentiles pairs={percentiles} />
      <Magnitudes octaves={octaves} />
    </>
  );
}
