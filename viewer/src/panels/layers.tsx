/** All layers as a list of buttons: for the keyboard and for those who cannot see the scene. */
import { useState } from 'preact/hooks';
import type { Graph, NodeDoc } from '../client/graph';
import { fly } from '../state/actions';
import { count } from '../state/numbers';
import { focused, opened } from '../state/store';
import { openOutput } from './keyboard';
import { outputShape } from './names';

/** So many at a time: a long list of buttons costs the page more than the scene does. */
const BATCH = 400;

const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** Moves the focus along the list: one stop for the Tab key, the arrows within. */
function pressed(event: KeyboardEvent): void {
  const step = STEPS[event.key];
  const list = event.currentTarget as HTMLElement;
  if (step === undefined) return;
  // The arrows would move the camera too.
  event.preventDefault();
  event.stopPropagation();
  const buttons = [...list.querySelectorAll('button')];
  const now = buttons.indexOf(document.activeElement as HTMLButtonElement);
  buttons[Math.min(buttons.length - 1, Math.max(0, now + step))]?.focus();
}

interface LayerProps {
  readonly graph: Graph;
  readonly node: NodeDoc;
  /** Whether the Tab key stops here. */
  readonly stop: boolean;
}

function Layer({ graph, node, stop }: LayerProps) {
  return (
    <li>
      <button
        type="button"
        tabIndex={stop ? 0 : -1}
        aria-current={focused.value === node.id}
        onFocus={() => {
          focused.value = node.id;
          fly('node', node.id);
        }}
        onClick={() => openOutput(node.id)}
      >
        <strong>{node.name}</strong>
        <span>{node.op}</span>
        <span class="number">{outputShape(graph, node)}</span>
      </button>
    </li>
  );
}

export function Layers() {
  const [most, setMost] = useState(BATCH);
  const graph = opened.value?.graph;
  if (!graph) return null;
  const shown = Array.from({ length: Math.min(most, graph.nodeCount) }, (_, id) =>
    graph.node(id),
  ).filter((node) => node !== undefined);
  const more = graph.nodeCount - shown.length;
  const current = focused.value;
  const stop = shown.some((node) => node.id === current) ? current : shown[0]?.id;
  return (
    <nav class="layers" aria-label="Layers">
      <h2>Layers</h2>
      <ol onKeyDown={pressed}>
        {shown.map((node) => (
          <Layer key={node.id} graph={graph} node={node} stop={node.id === stop} />
        ))}
      </ol>
      {more > 0 && (
        <button type="button" class="button" onClick={() => setMost(most + BATCH)}>
          {count(more)} more layers
        </button>
      )}
    </nav>
  );
}
