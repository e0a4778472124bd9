/** What can be changed and asked of the open tensor, one at a time beneath its picture. */
import { effect, signal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { StatsDoc } from '../../client/documents';
import { chosen } from '../../state/probe';
import { comparison } from '../../state/store';
import { Axes } from './axes';
import { Channels } from './channels';
import { Colours } from './colours';
import { Compared } from './compared';
import { Numbers } from './numbers';
import { Sum } from './sum';

const TABS = [
  { name: 'colours', words: 'Colours' },
  { name: 'axes', words: 'Axes' },
  { name: 'numbers', words: 'Numbers' },
  { name: 'maps', words: 'Maps' },
  { name: 'sum', words: 'The sum' },
  { name: 'compare', words: 'Compare' },
] as const;
export type TabName = (typeof TABS)[number]['name'];

/** The one that is open; it stays from tensor to tensor. */
export const tab = signal<TabName>('colours');

effect(() => {
  // Whoever clicks on a number asks where it comes from.
  if (chosen.value) tab.value = 'sum';
});

effect(() => {
  if (comparison.value) tab.value = 'compare';
});

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

interface Props {
  readonly stats: StatsDoc;
  readonly axes: string | null;
}

function Open({ stats, axes }: Props) {
  if (tab.value === 'axes') return <Axes stats={stats} letters={axes} />;
  if (tab.value === 'compare') return <Compared value={stats.value} />;
  if (tab.value === 'sum') return <Sum stats={stats} />;
  if (tab.value === 'numbers') return <Numbers stats={stats} />;
  if (tab.value === 'maps') return <Channels stats={stats} axes={axes} />;
  return <Colours stats={stats} />;
}

export function Tabs({ stats, axes }: Props) {
  const id = useId();
  const turn = (event: KeyboardEvent) => {
    const by = STEPS[event.key];
    if (!by) return;
    event.preventDefault();
    const now = TABS.findIndex(({ name }) => name === tab.value);
    const next = TABS[(now + by + TABS.length) % TABS.length];
    if (next) tab.value = next.name;
    (event.currentTarget as HTMLElement)
      .querySelector<HTMLElement>(`#${id}-${next?.name}`)
      ?.focus();
  };
  return (
    <section class="tabbed">
      <div class="tabs" role="tablist" aria-label="Of this tensor" onKeyDown={turn}>
        {TABS.map(({ name, words }) => (
          <button
            key={name}
            id={`${id}-${name}`}
            type="button"
            role="tab"
            aria-selected={tab.value === name}
            aria-controls={`${id}-open`}
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => {
              tab.value = name;
            }}
          >
            {words}
          </button>
        ))}
      </div>
      <div id={`${id}-open`} class="tab" role="tabpanel" aria-labelledby={`${id}-${tab.value}`}>
        <Open stats={stats} axes={axes} />
      </div>
    </section>
  );
}
