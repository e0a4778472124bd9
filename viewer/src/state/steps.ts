/** Steps through the network from where one stands: up, along, to its ends, and what leads there. */
import { batch, signal } from '@preact/signals';
import type { Graph } from '../client/graph';
import { complain, fly, goTo, goToGroup, say } from './actions';
import { flagsOf } from './flags';
import { fold, foldAll, foldedAround, reveal, unfold, unfoldAll } from './folding';
import { nextLevel } from './levels';
import { light } from './lighting';
import { ancestors, descendants, nextOfKind, path } from './neighbours';
import { count } from './numbers';
import { firstBad } from './search';
import * as s from './store';

/** The layer that keys speak of: the one in focus, else that of the open tensor; null where a group is. */
export function layer(): number | null {
  if (s.focused.value !== null) return s.focused.value;
  return s.focusedGroup.value === null ? (s.selected.value?.node ?? null) : null;
}

/** Flies to a layer; it is what keys speak of from then on. */
export async function toNode(node: number): Promise<void> {
  s.focusedGroup.value = null;
  await goTo(node);
}

/** Flies to a group; it is what keys speak of from then on. */
export async function toGroup(group: number): Promise<void> {
  s.focused.value = null;
  await goToGroup(group);
}

/** Flies to the whole network, and lets go of what was in focus. */
export function toWhole(): void {
  batch(() => {
    s.focused.value = null;
    s.focusedGroup.value = null;
  });
  fly('home');
}

/** The groups around what is in focus, outermost first, with the focused group itself. */
export function chainHere(graph: Graph): number[] {
  const node = layer();
  if (node !== null) return graph.pathOf(node);
  return s.focusedGroup.value === null ? [] : graph.chainOf(s.focusedGroup.value);
}

/** Goes to the group around what is in focus, from the outermost to the whole network. */
export async function up(): Promise<void> {
  const graph = s.opened.value?.graph;
  if (!graph) return;
  const chain = chainHere(graph);
  const group = layer() === null ? chain.at(-2) : chain.at(-1);
  if (group === undefined) toWhole();
  else await toGroup(group);
}

/** Folds the group in focus, or the innermost one around the layer in focus. */
export function foldHere(): void {
  const graph = s.opened.value?.graph;
  const open = graph && chainHere(graph).findLast((group) => s.unfolded.value.has(group));
  if (open === undefined) return;
  batch(() => {
    s.focused.value = null;
    s.focusedGroup.value = open;
    fold(open);
  });
}

/** Unfolds the group in focus, or the one in which the layer in focus is folded away. */
export async function unfoldHere(): Promise<void> {
  const graph = s.opened.value?.graph;
  if (!graph) return;
  const node = layer();
  const group = node === null ? s.focusedGroup.value : foldedAround(graph, node);
  if (group !== null) await unfold(group);
}

/** Unfolds the outermost level that is still folded, and leaves what stands open. */
export async function unfoldLevel(): Promise<void> {
  const model = s.opened.value;
  if (model) await reveal(nextLevel(model.graph, s.unfolded.value));
}

export const unfoldEverything = (): Promise<void> => unfoldAll().catch(complain);
export const foldEverything = foldAll;

function lightFrom(
  what: 'ancestors' | 'descendants',
  found: (graph: Graph, node: number) => Int32Array,
) {
  const [graph, node] = [s.opened.value?.graph, layer()];
  if (!graph) return;
  if (node === null) {
    say('note', `Go to a layer first; then its ${what} can be lit.`);
    return;
  }
  const nodes = found(graph, node);
  light([node, ...nodes]);
  const where = what === 'ancestors' ? 'lead to' : 'depend on';
  say('note', `${count(nodes.length)} layers ${where} ${graph.nodeName(node)}; Esc ends it.`);
}

export const lightAncestors = (): void => lightFrom('ancestors', ancestors);
export const lightDescendants = (): void => lightFrom('descendants', descendants);

/** Flies to the next layer of the same operator, or to the one before. */
export async function alike(step: 1 | -1): Promise<void> {
  const [graph, node] = [s.opened.value?.graph, layer()];
  if (graph && node !== null) await toNode(nextOfKind(graph, node, step));
}

/** Flies to the layer that reads the network's first input. */
export async function toInput(): Promise<void> {
  const graph = s.opened.value?.graph;
  const node = graph?.inputs.flatMap((value) => [...graph.readersOf(value)])[0];
  if (node !== undefined) await toNode(node);
}

/** Flies to the layer that makes the network's first output. */
export async function toOutput(): Promise<void> {
  const graph = s.opened.value?.graph;
  const node = graph?.outputs.map((value) => graph.producerOf(value)).find((id) => id >= 0);
  if (node !== undefined) await toNode(node);
}

/** The layer that a path is to begin at. */
export const pathStart = signal<number | null>(null);

export function pathFrom(): void {
  const [graph, node] = [s.opened.value?.graph, layer()];
  if (!graph || node === null) {
    say('note', 'Go to the layer where the path is to begin first.');
    return;
  }
  pathStart.value = node;
  light([node]);
  say('note', `The path begins at ${graph.nodeName(node)}; go to its end and press Shift W.`);
}

/** Lights the shortest way from the layer where the path begins to the one in focus. */
export function pathTo(): void {
  const [graph, from, to] = [s.opened.value?.graph, pathStart.value, layer()];
  if (!graph || from === null || to === null || from >= graph.nodeCount) {
    const lacks = to === null ? 'where the path is to end' : 'where it is to begin and press W';
    say('note', `A path needs two layers: go to the one ${lacks} first.`);
    return;
  }
  const found = path(graph, from, to);
  if (found) light(found);
  const ends = `${graph.nodeName(from)} and ${graph.nodeName(to)}`;
  if (!found) say('note', `No path along the flow joins ${ends}.`);
  else say('note', `${count(found.length)} layers from ${graph.nodeName(from)}; Esc ends it.`);
}

/** Flies to the first layer that makes a NaN or an infinity, or says that there is none. */
export async function toFirstBad(): Promise<void> {
  const [model, run] = [s.opened.value, s.trace.value];
  if (!model) return;
  if (!run) {
    say('note', 'Nothing has been run yet: there are no values to look through.');
    return;
  }
  try {
    const node = firstBad(model.graph, (await flagsOf(run.id, model.graph.valueCount)).flags);
    if (node < 0) say('note', 'This run made no NaN and no infinity.');
    else await toNode(node);
  } catch (problem) {
    complain(problem);
  }
}
