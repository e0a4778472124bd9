/** The numbers that sum a tensor up. */
import type { StatsDoc } from '../../client/documents';
import { count, percent, short } from '../../state/numbers';
import { opened } from '../../state/store';
import { unmeasured } from './colourbar';
import { NextOdd } from './odd';

interface FactProps {
  readonly name: string;
  readonly words: string;
  readonly exact?: number | null;
  readonly signal?: 'nan' | 'inf' | undefined;
}

function Fact({ name, words, exact, signal }: FactProps) {
  return (
    <div {...(signal ? { class: `signal ${signal}` } : {})}>
      <dt>{name}</dt>
      <dd class="number" title={exact == null ? undefined : String(exact)}>
        {words}
      </dd>
    </div>
  );
}

/** What the integers stand for, and what all of that comes to. */
function Stands({ stats }: { readonly stats: StatsDoc }) {
  const told = opened.value?.graph.quantizationOf(stats.value);
  if (!told) return null;
  const [low, high] = [stats.min, stats.max].map((q) =>
    short(q === null ? null : told.scale * (q - told.zero)),
  );
  return (
    <p class="sentence quantized">
      real = {short(told.scale)} × (integer − {told.zero}), from {low} to {high}
    </p>
  );
}

export function Statistics({ stats }: { readonly stats: StatsDoc }) {
  const why = unmeasured(stats);
  const zeros = stats.size > 0 ? stats.zeros / stats.size : 0;
  return (
    <section aria-label="Statistics">
      {why && <p class="sentence">{why}</p>}
      <dl class="statistics">
        {!why && (
          <>
            <Fact name="min" words={short(stats.min)} exact={stats.min} />
            <Fact name="mean" words={short(stats.mean)} exact={stats.mean} />
            <Fact name="max" words={short(stats.max)} exact={stats.max} />
            <Fact name="std" words={short(stats.std)} exact={stats.std} />
          </>
        )}
        <Fact name="zeros" words={percent(zeros)} exact={stats.zeros} />
        <Fact name="NaN" words={count(stats.nan)} signal={stats.nan > 0 ? 'nan' : undefined} />
        <Fact name="Inf" words={count(stats.inf)} signal={stats.inf > 0 ? 'inf' : undefined} />
        <Fact name="values" words={count(stats.size)} />
      </dl>
      <Stands stats={stats} />
      <NextOdd stats={stats} />
      <Remarks stats={stats} />
    </section>
  );
}

/** What the numbers do not say by themselves. */
function Remarks({ stats }: { readonly stats: StatsDoc }) {
  const remarks = [
    stats.sample ? 'a few values only: the exact picture is being made' : '',
    stats.sampled && !stats.sample ? 'robust range from a sample' : '',
    stats.arrangement.strip
      ? `a vector of ${count(stats.arrangement.cells)}, folded into rows`
      : '',
    stats.dead > 0
      ? `${count(stats.dead)} of ${count(stats.arrangement.maps)} maps are zero everywhere`
      : '',
  ].filter(Boolean);
  return remarks.length > 0 ? <p class="remarks">{remarks.join(' · ')}</p> : null;
}
