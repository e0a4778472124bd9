/** What the open tensor is: name, role, shape, and its neighbours at the same layer. */
import type { ComponentChildren } from 'preact';
import type { StatsDoc } from '../../client/documents';
import type { Graph, ValueDoc } from '../../client/graph';
import { select, toggleFan, toggleMaps } from '../../state/actions';
import { bytes, times } from '../../state/numbers';
import { fanned, hidden, type Selection } from '../../state/store';
import { Icon } from '../icons';
import { axesOf, nodeOf, portsOf, roleOf, titleOf } from '../names';

interface ShapeProps {
  readonly value: ValueDoc;
  readonly stats: StatsDoc | null;
}

/** The axes with their letters above, then type and size. */
function Shape({ value, stats }: ShapeProps) {
  if (!stats) return <p class="shape number">{times(value.shape)}</p>;
  const axes = axesOf(stats.shape, value.axes);
  return (
    <p class="shape number" title={`shape (${stats.shape.join(', ')})`}>
      {axes.length === 0 && 'one number'}
      {axes.map((axis, i) => (
        <span key={i} class="axis">
          {i > 0 && <i aria-hidden="true">×</i>}
          {axis.letter && <b>{axis.letter}</b>}
          {axis.size}
        </span>
      ))}
      <span class="quiet">
        {stats.dtype} · {bytes(stats.bytes)}
      </span>
    </p>
  );
}

interface Props {
  readonly graph: Graph;
  readonly value: ValueDoc;
  readonly selection: Selection;
  readonly stats: StatsDoc | null;
  /** What can be done with the tensor, beside its name. */
  readonly children: ComponentChildren;
}

export function Heading({ graph, value, selection, stats, children }: Props) {
  const title = titleOf(graph, value);
  return (
    <header class="tensor-heading">
      <div>
        <h2 title={title}>{title}</h2>
        {children}
        <button
          type="button"
          class="icon-button"
          aria-label="Close the tensor"
          title="Close (Esc)"
          onClick={() => select(null)}
        >
          <Icon name="close" />
        </button>
      </div>
      <p class="role" title={value.name}>
        {/* The tensor's own name is what Python calls it: conv2d:linear is not conv2d. */}
        {value.name !== title && <b>{value.name}</b>}
        {roleOf(graph, selection)}
      </p>
      <Shape value={value} stats={stats} />
    </header>
  );
}

interface PortsProps {
  readonly graph: Graph;
  readonly selection: Selection;
}

/** All tensors of the layer, to go from its input to its kernel, bias and output. */
export function Ports({ graph, selection }: PortsProps) {
  const node = nodeOf(graph, selection);
  const ports = node ? portsOf(node) : [];
  if (!node || ports.length < 2) return null;
  return (
    <nav class="ports" aria-label={`Tensors of ${node.name}`}>
      {ports.map((port, i) => (
        <button
          key={i}
          type="button"
          class="button"
          aria-current={port.value === selection.value}
          title={graph.value(port.value)?.name}
          onClick={() => select({ value: port.value, node: node.id, map: null })}
        >
          {port.role}
        </button>
      ))}
      <Standing node={node.id} />
    </nav>
  );
}

/** How the layer's maps stand in the scene: apart, or not at all. */
function Standing({ node }: { readonly node: number }) {
  const away = hidden.value.has(node);
  const apart = fanned.value.has(node);
  return (
    <span class="standing">
      <button
        type="button"
        class="icon-button"
        aria-label="Fan this layer's maps apart in the scene"
        aria-pressed={apart}
        title="Fan apart in the scene (e)"
        onClick={() => toggleFan(node)}
      >
        <Icon name="fan" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Hide this layer's maps in the scene"
        aria-pressed={away}
        title="Hide the maps in the scene (m)"
        onClick={() => toggleMaps(node)}
      >
        <Icon name="eye" />
      </button>
    </span>
  );
}
