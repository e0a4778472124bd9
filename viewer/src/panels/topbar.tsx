/** The bar at the top: what is open, and what can be done with the page. */
import type { Graph } from '../client/graph';
import { toggleFan } from '../state/actions';
import { openSearch } from '../state/find';
import { amount, bytes } from '../state/numbers';
import { fanned, lecture, opened, theme } from '../state/store';
import { toggleFullScreen, toggleLecture, toggleTheme } from './appearance';
import { Crumbs, Folds } from './crumbs';
import { dialog } from './dialogs';
import { Icon, type IconName } from './icons';
import { useEdge } from './measure';
import { outlineOpen, toggleOutline } from './outline/open';

interface ToolProps {
  readonly icon: IconName;
  readonly words: string;
  readonly keys: string;
  readonly act: () => void;
  readonly pressed?: boolean;
}

function Tool({ icon, words, keys, act, pressed }: ToolProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={words}
      title={`${words} (${keys})`}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      onClick={act}
    >
      <Icon name={icon} />
    </button>
  );
}

/** What the loader has to say of the file. */
function Notes({ notes }: { readonly notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <details class="notes">
      <summary class="button">{notes.length === 1 ? '1 note' : `${notes.length} notes`}</summary>
      <ul class="popover">
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </details>
  );
}

function Facts({ graph }: { readonly graph: Graph }) {
  const { format, notes, parameters, producer, bytes: size } = graph.facts;
  const facts = [format, `${amount(parameters)} parameters`, bytes(size)];
  return (
    <div class="facts">
      <p title={producer ? `written by ${producer}` : undefined}>{facts.join(' · ')}</p>
      <Notes notes={notes} />
    </div>
  );
}

function Tools() {
  const dark = theme.value === 'dark';
  const open = opened.value !== null;
  return (
    <nav class="tools" aria-label="Page">
      {open && (
        <>
          <button
            type="button"
            class="button"
            title="Open another model (o)"
            onClick={() => {
              dialog.value = 'open';
            }}
          >
            <Icon name="open" />
            <span>Open</span>
          </button>
          <Tool icon="search" words="Find layers" keys="/" act={openSearch} />
          <Tool
            icon="outline"
            words="Outline"
            keys="g"
            act={toggleOutline}
            pressed={outlineOpen.value}
          />
          <Tool
            icon="fan"
            words="Fan all stacks apart"
            keys="Shift+E"
            act={() => toggleFan(null)}
            pressed={fanned.value.size > 0}
          />
        </>
      )}
      <Tool
        icon={dark ? 'sun' : 'moon'}
        words={dark ? 'Light theme' : 'Dark theme'}
        keys="t"
        act={toggleTheme}
      />
      {open && <Tool icon="lecture" words="Lecture mode" keys="l" act={toggleLecture} />}
      <Tool icon="screen" words="Full screen" keys="f" act={toggleFullScreen} />
      <button
        type="button"
        class="icon-button"
        aria-label="Keys"
        title="Keys (?)"
        onClick={() => {
          dialog.value = 'keys';
        }}
      >
        ?
      </button>
    </nav>
  );
}

export function TopBar() {
  const edge = useEdge<HTMLElement>('top');
  const graph = opened.value?.graph;
  return (
    <header class="topbar panel" ref={edge}>
      {graph && <span class="wordmark">Cutaway</span>}
      {graph && <Crumbs graph={graph} />}
      {graph && <Folds />}
      {graph && <Facts graph={graph} />}
      <Tools />
    </header>
  );
}

/** The small way back from lecture mode. */
export function WayBack() {
  if (!lecture.value) return null;
  return (
    <button
      type="button"
      class="way-back panel button"
      title="Leave lecture mode (l)"
      onClick={toggleLecture}
    >
      <Icon name="lecture" />
      <span class="unseen">Leave lecture mode</span>
    </button>
  );
}
