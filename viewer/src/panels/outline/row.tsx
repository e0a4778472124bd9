/** One row of the outline. */
import type { Graph } from '../../client/graph';
import { FAMILY } from '../../state/families';
import { nodesWithin, point } from '../../state/lighting';
import { unfolded } from '../../state/store';
import { Icon } from '../icons';
import { go, turn } from './keys';
import { GROUP, NODE } from './rows';
import { type Key, keyAt, rows, tell } from './tree';

/** A cursor that passes over lights nothing, in milliseconds. */
const BEFORE_LIGHTING = 160;
let waiting = 0;

function enter(graph: Graph, { what, id }: Key): void {
  clearTimeout(waiting);
  waiting = window.setTimeout(() => {
    if (what === GROUP) point(nodesWithin(graph, id));
    else point(what === NODE ? [id] : graph.readersOf(id));
  }, BEFORE_LIGHTING);
}

export function leave(): void {
  clearTimeout(waiting);
  point(null);
}

interface Props {
  readonly graph: Graph;
  readonly index: number;
  /** The row's height in CSS pixels. */
  readonly height: number;
  readonly id: string;
  readonly active: boolean;
  /** Whether what it stands for is in focus. */
  readonly current: boolean;
}

/** The switch of a group: Space does the same. */
function Chevron({ item, open }: { readonly item: Key; readonly open: boolean }) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    // biome-ignore lint/a11y/noStaticElementInteractions: the tree has the keys
    <span
      class={open ? 'chevron open' : 'chevron'}
      onClick={(event) => {
        event.stopPropagation();
        turn(item);
      }}
    >
      <Icon name="right" />
    </span>
  );
}

export function Row({ graph, index, height, id, active, current }: Props) {
  const item = keyAt(index);
  const { title, kind, amount, family, name } = tell(graph, item);
  const { level, place, siblings } = rows.value;
  const group = item.what === GROUP;
  const open = group && unfolded.value.has(item.id);
  const deep = Math.min(level[index] ?? 1, 12) - 1;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      class={active ? 'outline-row active' : 'outline-row'}
      aria-level={level[index]}
      aria-setsize={siblings[index]}
      aria-posinset={place[index]}
      aria-selected={current}
      {...(group ? { 'aria-expanded': open } : {})}
      style={{ transform: `translateY(${index * height}px)`, paddingLeft: `${deep * 0.75}rem` }}
      title={name}
      onClick={() => go(item)}
      onDblClick={() => group && turn(item)}
      onPointerEnter={() => enter(graph, item)}
      onPointerLeave={leave}
    >
      {group ? <Chevron item={item} open={open} /> : <span class="chevron" />}
      {group ? (
        <i class="dot group" aria-hidden="true" />
      ) : (
        <i class="dot" style={{ background: FAMILY[family] ?? '' }} aria-hidden="true" />
      )}
      <strong>{title}</strong>
      <span class="kind">{kind}</span>
      <span class="number">{amount}</span>
    </div>
  );
}
