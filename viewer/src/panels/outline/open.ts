/** Whether the outline stands open: as it was left in this tab, else where it helps. */
import { computed, signal } from '@preact/signals';
import { foldable } from '../../state/folding';
import { lecture, opened } from '../../state/store';

const KEPT_AS = 'cutaway:outline';
/** A window narrower than this has no room for it, in CSS pixels. */
const NARROW = 1500;
/** A network with fewer layers is seen at one look. */
const FEW = 40;

function kept(): boolean | null {
  try {
    const before = sessionStorage.getItem(KEPT_AS);
    return before === null ? null : before === 'open';
  } catch {
    return null; // A browser may forbid a page to keep anything.
  }
}

function keep(open: boolean): void {
  try {
    sessionStorage.setItem(KEPT_AS, open ? 'open' : 'closed');
  } catch {
    // Then it holds until the page is loaded again.
  }
}

/** What was chosen in this tab; null for nothing yet. */
const chosen = signal<boolean | null>(kept());

const roomy = matchMedia(`(min-width: ${NARROW}px)`);
const wide = signal(roomy.matches);
roomy.addEventListener('change', () => {
  wide.value = roomy.matches;
});

const helps = computed(() => {
  const graph = opened.value?.graph;
  if (!graph || !wide.value) return false;
  return graph.nodeCount >= FEW || !foldable(graph)[Symbol.iterator]().next().done;
});

export const outlineOpen = computed(
  () => opened.value !== null && !lecture.value && (chosen.value ?? helps.value),
);

export function toggleOutline(): void {
  chosen.value = !outlineOpen.value;
  keep(chosen.value);
}
