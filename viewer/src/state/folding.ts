/** Which groups stand open: folding and unfolding, one, a level, all; and what a screen can hold at first. */
import { batch } from '@preact/signals';
import type { Graph } from '../client/graph';
import type { Layout, Layouts } from '../client/layouts';
import * as s from './store';

/** The window's pixels that one block wants at first. */
const PER_BLOCK = 11_000;
const FEWEST = 40;
/** With fewer blocks than this a first picture says too little. */
const ENOUGH = 12;

/** Inner groups of a layout, in the order of the flow. */
const innerOf = (layout: Layout): number[] =>
  layout.children.filter((child) => child.what === 'group').map((child) => child.id);

/** Blocks that stand in a group while its inner groups are folded. */
const blocksOf = (layout: Layout): number =>
  layout.children.filter((child) => child.what !== 'enter' && child.what !== 'leave').length;

/** Blocks that come in when groups open. */
const more = (layouts: Layouts, groups: readonly number[]): number =>
  groups.reduce((sum, group) => {
    const layout = layouts.of(group);
    return layout ? sum + blocksOf(layout) - 1 : Number.POSITIVE_INFINITY;
  }, 0);

/** Groups by their inner structure, in the order in which the kinds come. */
function kindsOf(graph: Graph, groups: readonly number[]): number[][] {
  const kinds = new Map<number, number[]>();
  for (const group of groups) {
    const kind = graph.group(group)?.alike ?? group;
    kinds.set(kind, [...(kinds.get(kind) ?? []), group]);
  }
  return [...kinds.values()];
}

/** How many blocks a window of that area shows so that they can be told apart. */
export const blocksFor = (area: number): number => Math.max(FEWEST, Math.floor(area / PER_BLOCK));

/**
 * The groups that stand open at first: level by level, as long as all fits.
 *
 * @param most blocks that may stand in the window.
 */
export function firstFold(graph: Graph, layouts: Layouts, most: number): Set<number> {
  const open = new Set<number>();
  const root = layouts.of(0);
  if (!root) return open;
  let blocks = blocksOf(root);
  let level = innerOf(root);
  while (level.length > 0) {
    const kinds = kindsOf(graph, level);
    const all = kinds.reduce((sum, alike) => sum + more(layouts, alike), 0);
    // A level stands open or folded as a whole: half of it open would look like another network.
    if (blocks + all > most && blocks >= ENOUGH) break;
    const next: number[] = [];
    for (const alike of kinds) {
      const added = more(layouts, alike);
      if (blocks + added > most) continue;
      blocks += added;
      for (const group of alike) {
        open.add(group);
        next.push(...innerOf(layouts.of(group) as Layout));
      }
    }
    level = next;
  }
  return open;
}

/** All groups that can be folded. */
export function* foldable(graph: Graph): Iterable<number> {
  for (let id = 1; id < graph.groupCount; id++) if (graph.isFold(id)) yield id;
}

/** The outermost folded group around a node, null where the node itself stands in the scene. */
export function foldedAround(graph: Graph, node: number): number | null {
  return graph.pathOf(node).find((group) => !s.unfolded.value.has(group)) ?? null;
}

/** Opens a group where it stands. */
export async function unfold(group: number): Promise<void> {
  await reveal([group]);
}

/** Closes a group; what stands open in it will again when it is opened. */
export function fold(group: number): void {
  const next = new Set(s.unfolded.value);
  if (next.delete(group)) s.unfolded.value = next;
}

export async function toggleFold(group: number): Promise<void> {
  if (s.unfolded.value.has(group)) fold(group);
  else await unfold(group);
}

/** Opens groups and all those around them. */
export async function reveal(groups: Iterable<number>): Promise<void> {
  const model = s.opened.value;
  if (!model) return;
  const wanted = new Set<number>();
  for (const group of groups) for (const one of model.graph.chainOf(group)) wanted.add(one);
  await Promise.all([...wanted].map((one) => model.layouts.need(one)));
  if (s.opened.value !== model) return;
  const missing = [...wanted].some((one) => !s.unfolded.value.has(one));
  if (missing) s.unfolded.value = new Set([...s.unfolded.value, ...wanted]);
}

/** Opens everything around a node. */
export async function revealNode(node: number): Promise<void> {
  const model = s.opened.value;
  if (model) await reveal(model.graph.pathOf(node).slice(-1));
}

export async function unfoldAll(): Promise<void> {
  const model = await everything();
  if (model) s.unfolded.value = new Set(foldable(model.graph));
}

/** The model, once all its layouts are here; null where something else was asked for meanwhile. */
async function everything(): Promise<s.Opened | null> {
  const [model, before] = [s.opened.value, s.unfolded.value];
  if (!model) return null;
  s.stage.value = 'reading all layouts';
  try {
    await model.layouts.all();
  } finally {
    s.stage.value = '';
  }
  return s.opened.value === model && s.unfolded.value === before ? model : null;
}

export function foldAll(): void {
  batch(() => {
    s.unfolded.value = new Set();
    s.focusedGroup.value = null;
  });
}

/** Opens the groups of the first `depth` levels and folds all beneath them. */
export async function unfoldTo(depth: number): Promise<void> {
  const model = await everything();
  if (!model) return;
  const { graph } = model;
  const open = new Set<number>();
  for (const group of foldable(graph)) {
    if (graph.chainOf(group).length <= depth) open.add(group);
  }
  s.unfolded.value = open;
}
