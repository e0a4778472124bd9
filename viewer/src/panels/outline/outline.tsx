/** All groups and layers as a tree beside the scene; also for those who cannot see the scene. */
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks';
import type { Graph } from '../../client/graph';
import { MEASURES, named, want } from '../../state/measures';
import { nodesInWords } from '../../state/numbers';
import { opened } from '../../state/store';
import { Icon } from '../icons';
import { useEdge } from '../measure';
import { Menu, type MenuItem } from '../menu';
import { showRow, useRowHeight, useSlice } from '../virtual';
import { pressed } from './keys';
import { outlineOpen, toggleOutline } from './open';
import { leave, Row } from './row';
import { active, activeIndex, focusIndex, order, rows } from './tree';

const ROW = 1.625;

/** The rows to draw: those in view, and the active one, which a screen reader is pointed at. */
function drawn(first: number, last: number, at: number, total: number): number[] {
  const indices = Array.from({ length: last - first }, (_, i) => first + i);
  if (at < total && (at < first || at >= last)) indices.push(at);
  return indices;
}

function Tree({ graph }: { readonly graph: Graph }) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const height = useRowHeight(ROW);
  const total = rows.value.count;
  const { first, last } = useSlice(box, height, total);
  const at = activeIndex.value;
  const focus = focusIndex();
  useLayoutEffect(() => {
    if (active.value) showRow(box.current, at, height);
  }, [at, active.value, height]);
  useEffect(() => leave, []);
  return (
    <div class="outline-scroll" ref={box} onPointerLeave={leave}>
      <div
        role="tree"
        aria-label="Layers"
        tabIndex={0}
        aria-activedescendant={total > 0 ? `${id}-${at}` : undefined}
        style={{ height: `${total * height}px` }}
        onKeyDown={pressed}
      >
        {drawn(first, last, at, total).map((index) => (
          <Row
            key={index}
            graph={graph}
            index={index}
            height={height}
            id={`${id}-${index}`}
            active={index === at}
            current={index === focus}
          />
        ))}
      </div>
    </div>
  );
}

function Order({ graph }: { readonly graph: Graph }) {
  const inOrder = graph.runs ? 'in the order of the flow' : 'in the order of the file';
  const items: MenuItem[] = (['flow', ...MEASURES] as const).map((by) => ({
    words: by === 'flow' ? inOrder : `most ${by} first`,
    checked: order.value === by,
    act: () => {
      order.value = by;
      if (by !== 'flow') want(by);
    },
  }));
  const label = order.value === 'flow' ? (graph.runs ? 'Flow' : 'File') : named(order.value);
  return <Menu label={label} title="The order of the outline" items={items} />;
}

export function Outline() {
  const open = outlineOpen.value;
  const edge = useEdge<HTMLElement>(open ? 'left' : null);
  const graph = opened.value?.graph;
  if (!graph) return null;
  return (
    <nav class={open ? 'outline panel' : 'outline panel closed'} aria-label="Outline" ref={edge}>
      <h2>
        Outline <span class="quiet">{nodesInWords(graph, graph.nodeCount)}</span>
      </h2>
      <Tree graph={graph} />
      {/* After the tree: the Tab key comes to the layers first. */}
      <div class="outline-tools">
        <Order graph={graph} />
        {open && (
          <button
            type="button"
            class="icon-button"
            aria-label="Close the outline"
            title="Close the outline (g)"
            onClick={toggleOutline}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
    </nav>
  );
}
