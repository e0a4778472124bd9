/** What the colours of the scene mean, in words, as far as they occur. */
import { computed } from '@preact/signals';
import { measureColour, written } from '../state/amounts';
import { FAMILY } from '../state/families';
import { colourBy, MEASURES, type Measure, measured, named, want } from '../state/measures';
import { arrivals, here } from '../state/pictures';
import { everywhere, lecture, opened, styles, theme, trace } from '../state/store';
import { timesAwaited } from '../state/times';
import { useEdge } from './measure';
import { Menu } from './menu';

/** The operator families of the network, in the order of their colours. */
const families = computed(() => {
  const present = new Set(opened.value?.graph.families);
  return Object.keys(FAMILY).filter((name) => present.has(name));
});

/** What occurs in any tensor of the run and of the weights that were looked at. */
const occurring = computed(() => {
  void arrivals.value;
  void trace.value;
  const found = { signed: false, nan: false, inf: false, dead: false };
  for (const { stats } of here()) {
    found.signed ||= stats.signed;
    found.nan ||= stats.nan > 0;
    found.inf ||= stats.inf > 0;
    found.dead ||= stats.dead > 0;
  }
  return found;
});

/** Whether all tensors are drawn in the tables that the words speak of. */
const ownTables = computed(
  () =>
    everywhere.value.table === null &&
    [...styles.value.values()].every((style) => style.table === null),
);

const MAGNITUDE = {
  dark: 'brightness is magnitude, zero is dark',
  light: 'darkness is magnitude, zero is light',
} as const;

function Words() {
  const { signed, nan, inf, dead } = occurring.value;
  return (
    <ul class="legend-words">
      {ownTables.value ? (
        <li>{MAGNITUDE[theme.value]}</li>
      ) : (
        <li>some tensors are in colours that were chosen for them</li>
      )}
      {ownTables.value && signed && (
        <li>
          <i class="dot warm" aria-hidden="true" />
          warm +
          <i class="dot cold" aria-hidden="true" />
          blue −
        </li>
      )}
      {nan && (
        <li>
          <i class="dot nan" aria-hidden="true" />
          magenta NaN
        </li>
      )}
      {inf && (
        <li>
          <i class="dot inf" aria-hidden="true" />
          green +Inf
          <i class="dot minus-inf" aria-hidden="true" />
          cyan −Inf
        </li>
      )}
      {dead && (
        <li>
          <i class="dot crossed" aria-hidden="true" />
          crossed out: zero everywhere
        </li>
      )}
    </ul>
  );
}

/** What blocks are coloured by. */
function ColourBy() {
  const items = (['operator', ...MEASURES] as const).map((by) => ({
    words: by,
    checked: colourBy.value === by,
    act: () => {
      colourBy.value = by;
      if (by !== 'operator') want(by);
    },
  }));
  return <Menu label={`by ${named(colourBy.value)}`} title="Colour blocks by" items={items} />;
}

/** Why nothing of a measure is shown. */
function unknown(by: Measure): string {
  if (by !== 'time') return 'not known of this network';
  if (!trace.value) return 'known once the network has run';
  return timesAwaited.value ? 'each operator is being timed' : 'not known of this run';
}

/** From the least to the most of the measure, on a logarithmic scale. */
function Ramp({ by }: { readonly by: Measure }) {
  const ends = measured.value;
  if (!ends) return <p>{unknown(by)}</p>;
  const stops = [0, 0.25, 0.5, 0.75, 1].map((at) => measureColour(at, theme.value));
  const [low, high] = ends.map((end) => written(by, end));
  return (
    <p class="ramp" title="on a logarithmic scale">
      {low}
      <i style={{ background: `linear-gradient(to right, ${stops.join(', ')})` }} />
      {high} {by === 'bytes' || by === 'time' ? '' : by}
    </p>
  );
}

function Families() {
  return (
    <ul class="legend-families">
      {families.value.map((name) => (
        <li key={name}>
          <i class="dash" style={{ background: FAMILY[name] ?? '' }} aria-hidden="true" />
          {name}
        </li>
      ))}
    </ul>
  );
}

export function Legend() {
  const edge = useEdge<HTMLElement>('bottom');
  return (
    <section class="legend" aria-label="Legend" ref={edge}>
      {!lecture.value && <ColourBy />}
      {colourBy.value === 'operator' ? <Families /> : <Ramp by={colourBy.value} />}
      <Words />
    </section>
  );
}
