/** What the colours of the scene mean, in words, as far as they occur. */
import { computed } from '@preact/signals';
import { FAMILY } from '../state/families';
import { arrivals, here } from '../state/pictures';
import { everywhere, opened, styles, theme, trace } from '../state/store';
import { useEdge } from './measure';

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

export function Legend() {
  const edge = useEdge<HTMLElement>('bottom');
  return (
    <section class="legend" aria-label="Legend" ref={edge}>
      <ul class="legend-families">
        {families.value.map((name) => (
          <li key={name}>
            <i class="dash" style={{ background: FAMILY[name] ?? '' }} aria-hidden="true" />
            {name}
          </li>
        ))}
      </ul>
      <Words />
    </section>
  );
}
