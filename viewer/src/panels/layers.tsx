/** All layers as a list of buttons: for the keyboard and for those who cannot see the scene. */
import { useState } from 'preact/hooks';
import type { GraphDoc, NodeDoc } from '../client/documents';
import { fly } from '../state/actions';
import { focused, opened } from '../state/store';
import { openOutput } from './keyboard';
import { outputShape } from './names';
import { count } from './numbers';

/** So many at a time: a long list of buttons costs the page more than the scene does. */
const BATCH = 400;

interface LayerProps {
  readonly graph: GraphDoc;
  readonly node: NodeDoc;
}

function Layer({ graph, node }: LayerProps) {
  return (
    <li>
      <button
        type="button"
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
  const more = graph.nodes.length - most;
  return (
    <nav class="layers" aria-label="Layers">
      <h2>Layers</h2>
      <ol>
        {graph.nodes.slice(0, most).map((node) => (
          <Layer key={node.id} graph={graph} node={node} />
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
