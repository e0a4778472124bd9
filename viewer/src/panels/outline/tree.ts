/** The outline's state: its rows, the active one, the order, and what is said of a row. */
import { computed, effect, signal, untracked } from '@preact/signals';
import type { Graph } from '../../client/graph';
import type { Layout } from '../../client/layouts';
import { groupSums, written } from '../../state/amounts';
import { columnOf, type Measure } from '../../state/measures';
import { nodesInWords } from '../../state/numbers';
import { focused, focusedGroup, opened, unfolded } from '../../state/store';
import { nodeTitle } from '../names';
import { shapeWords } from '../shapewords';
import {
  type Children,
  type Cost,
  GROUP,
  INPUT,
  listed,
  NODE,
  type Rows,
  rowOf,
  rowsOf,
} from './rows';

/** `flow` is the order in which the network computes; a measure lists the dearest first. */
export const order = signal<'flow' | Measure>('flow');

/** A row by what it stands for: its index changes as groups fold. */
export interface Key {
  readonly what: number;
  readonly id: number;
}
export const active = signal<Key | null>(null);

/** What each node, and each group in all, costs by the measure that is listed by. */
const cost = computed<Cost | null>(() => {
  const by = order.value;
  const graph = opened.value?.graph;
  const column = by === 'flow' ? null : columnOf(by);
  if (!graph || !column) return null;
  const sums = groupSums(graph, column);
  return (what, id) => (what === GROUP ? sums[id] : what === NODE ? column[id] : 0) ?? Number.NaN;
});

/** Children once listed, for as long as their order holds. */
const listedChildren = computed(() => {
  void cost.value;
  return new WeakMap<Layout, Children>();
});

const NO_ROWS = rowsOf(() => null, new Set());

export const rows = computed<Rows>(() => {
  const model = opened.value;
  if (!model) return NO_ROWS;
  void model.layouts.come.value;
  const [known, by] = [listedChildren.value, cost.value];
  return rowsOf((group) => {
    const layout = model.layouts.of(group);
    if (!layout) {
      void model.layouts.need(group).catch(() => undefined); // Asked again when the rows change.
      return null;
    }
    const before = known.get(layout) ?? listed(layout, by);
    known.set(layout, before);
    return before;
  }, unfolded.value);
});

/** The index of the active row, the first one where it is not among them. */
export const activeIndex = computed(() => {
  const key = active.value;
  return Math.max(0, key ? rowOf(rows.value, key.what, key.id) : 0);
});

export const keyAt = (index: number): Key => ({
  what: rows.value.what[index] ?? NODE,
  id: rows.value.ids[index] ?? -1,
});

/** The index of the row that what is in focus lies in: its own, or that of the folded group around it. */
export function focusIndex(): number {
  const graph = opened.value?.graph;
  const node = focused.value;
  if (!graph) return -1;
  if (node === null) {
    const group = focusedGroup.value;
    return group === null ? -1 : rowOf(rows.value, GROUP, group);
  }
  const folded = graph.pathOf(node).find((group) => !unfolded.value.has(group));
  return folded === undefined ? rowOf(rows.value, NODE, node) : rowOf(rows.value, GROUP, folded);
}

/** The row of what comes into focus becomes the active one; where it folds away, the active one stays. */
effect(() => {
  void [focused.value, focusedGroup.value];
  untracked(() => {
    const index = focusIndex();
    if (index >= 0) active.value = keyAt(index);
  });
});

/** What a row says. */
export interface Told {
  readonly title: string;
  /** Operator, or what the group holds. */
  readonly kind: string;
  /** Shape, number of layers, or the measure that is listed by. */
  readonly amount: string;
  readonly family: string;
  /** The whole name. */
  readonly name: string;
}

/** What a row is called. */
export function titleOf(graph: Graph, { what, id }: Key): string {
  if (what === GROUP) return graph.group(id)?.title ?? '';
  return what === NODE ? nodeTitle(graph, id) : graph.valueName(id);
}

/** What is said of a row. */
export function tell(graph: Graph, key: Key): Told {
  const { what, id } = key;
  const title = titleOf(graph, key);
  const by = order.value;
  const dear = by !== 'flow' && cost.value ? written(by, cost.value(what, id)) : null;
  if (what === GROUP) {
    const group = graph.group(id);
    const layers = group?.nodes ?? 0;
    return {
      title,
      kind: group?.repeats ?? '',
      amount: dear ?? nodesInWords(graph, layers),
      family: 'group',
      name: group?.name ?? '',
    };
  }
  const node = what === INPUT ? undefined : graph.node(id);
  if (!node) {
    return { title, kind: 'Input', amount: dear ?? '', family: 'input', name: title };
  }
  return {
    title,
    kind: node.op,
    amount: dear ?? shapeWords(graph, node),
    family: node.family,
    name: node.name,
  };
}
