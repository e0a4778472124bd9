/** What was found: a long list of which only the rows in view are drawn. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Graph } from '../../client/graph';
import { FAMILY } from '../../state/families';
import { shapeWords } from '../shapewords';
import { showRow, useRowHeight, useSlice } from '../virtual';
import { partsOf } from './marks';

const ROW = 2.5;

/** The titles of the groups around a node: `encoder › layer 3`. */
const pathWords = (graph: Graph, node: number): string =>
  graph
    .pathOf(node)
    .map((group) => graph.group(group)?.title ?? '')
    .join(' › ');

interface HitProps {
  readonly graph: Graph;
  readonly node: number;
  readonly marks: readonly string[];
}

function Hit({ graph, node, marks }: HitProps) {
  const doc = graph.node(node);
  if (!doc) return null;
  return (
    <>
      <i class="dot" style={{ background: FAMILY[doc.family] ?? '' }} aria-hidden="true" />
      <strong title={doc.name}>
        {partsOf(doc.name, marks).map(({ text, marked }, i) =>
          marked ? <mark key={i}>{text}</mark> : text,
        )}
      </strong>
      <span class="where">{[doc.op, pathWords(graph, node)].filter(Boolean).join(' · ')}</span>
      <span class="number">{shapeWords(graph, doc)}</span>
    </>
  );
}

interface Props {
  readonly id: string;
  readonly graph: Graph;
  readonly nodes: Int32Array;
  readonly marks: readonly string[];
  readonly active: number;
  readonly choose: (index: number) => void;
}

export function Hits({ id, graph, nodes, marks, active, choose }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const height = useRowHeight(ROW);
  const { first, last } = useSlice(box, height, nodes.length);
  useLayoutEffect(() => showRow(box.current, active, height), [active, height, nodes]);
  const indices = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
  return (
    <div class="hits" ref={box}>
      <div
        id={id}
        role="listbox"
        aria-label="Layers that were found"
        style={{ height: `${nodes.length * height}px` }}
      >
        {indices.map((index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are those of the field above
          <div
            key={index}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            class={index === active ? 'hit active' : 'hit'}
            aria-selected={index === active}
            aria-setsize={nodes.length}
            aria-posinset={index + 1}
            style={{ transform: `translateY(${index * height}px)`, height: `${height}px` }}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => choose(index)}
          >
            <Hit graph={graph} node={nodes[index] ?? -1} marks={marks} />
          </div>
        ))}
      </div>
    </div>
  );
}
