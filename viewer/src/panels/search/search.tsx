/** The search field over the stage, and what it finds as one types. */
import { useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Graph } from '../../client/graph';
import { closeSearch, found, question, reading, searching, summons } from '../../state/find';
import { count } from '../../state/numbers';
import { toNode } from '../../state/steps';
import { opened, trace } from '../../state/store';
import { Icon } from '../icons';
import { examplesOf } from './examples';
import { Hits } from './hits';

const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 8,
  PageUp: -8,
};

/** How many were found, and what was not understood. */
function Told() {
  const { nodes, problems } = found.value;
  const asked = question.value.trim() !== '';
  return (
    <p class="told" role="status">
      {reading.value
        ? 'Reading the names…'
        : asked && (nodes.length > 0 ? `${count(nodes.length)} found` : 'None found')}
      {problems.map((problem) => (
        <span key={problem} class="problem">
          {problem}
        </span>
      ))}
    </p>
  );
}

interface HintsProps {
  readonly graph: Graph;
  readonly ask: (typed: string) => void;
}

/** What can be asked; a click asks it. */
function Hints({ graph, ask }: HintsProps) {
  const run = trace.value;
  const examples = useMemo(() => examplesOf(graph, graph.shapeOf), [graph, run]);
  return (
    <ul class="hints" aria-label="What can be asked">
      {examples.map(({ typed, words }) => (
        <li key={typed}>
          <button type="button" class="button" title={words} onClick={() => ask(typed)}>
            {typed}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Field({ graph }: { readonly graph: Graph }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [active, setActive] = useState(0);
  const { nodes, marks } = found.value;
  const at = Math.min(active, nodes.length - 1);
  useLayoutEffect(() => {
    const before = document.activeElement;
    return () => {
      const lost = !document.activeElement || document.activeElement === document.body;
      if (lost && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  useLayoutEffect(() => field.current?.select(), [summons.value]);
  const go = (index: number) => {
    const node = nodes[index];
    setActive(index);
    if (node !== undefined) void toNode(node);
  };
  const ask = (typed: string, more = false) => {
    question.value = more ? `${question.value} ${typed}`.trim() : typed;
    setActive(0);
    field.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step) setActive(Math.min(nodes.length - 1, Math.max(0, at + step)));
    else if (event.key === 'Enter') go(Math.max(0, at));
    else if (event.key === 'Escape') closeSearch();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <search class="search panel">
      <div class="search-field">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-expanded={nodes.length > 0}
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={nodes.length > 0 ? `${id}-${at}` : undefined}
          aria-label="Find layers"
          placeholder="Find layers"
          autocomplete="off"
          spellcheck={false}
          value={question.value}
          ref={field}
          onInput={({ currentTarget }) => ask(currentTarget.value)}
          onKeyDown={pressed}
        />
        <button
          type="button"
          class="icon-button"
          aria-label="Close the search"
          title="Close (Esc)"
          onClick={closeSearch}
        >
          <Icon name="close" />
        </button>
      </div>
      <Told />
      {nodes.length > 0 && (
        <Hits id={id} graph={graph} nodes={nodes} marks={marks} active={at} choose={go} />
      )}
      <Hints graph={graph} ask={(typed) => ask(typed, question.value.trim() !== '')} />
    </search>
  );
}

export function Search() {
  const graph = opened.value?.graph;
  return graph && searching.value ? <Field graph={graph} /> : null;
}
