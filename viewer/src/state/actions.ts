/** Everything the user can do, whoever asks: scene, panels, keys. */
import { batch } from '@preact/signals';
import { decode } from '../client/blob';
import type {
  InputSource,
  LabelsDoc,
  OpenDoc,
  SettingsDoc,
  Step,
  TraceDoc,
  TryRow,
} from '../client/documents';
import { readGraph } from '../client/graph';
import { bytes, json, send } from '../client/keys';
import { Layouts } from '../client/layouts';
import { Refusal } from '../client/transport';
import { blocksFor, firstFold, reveal, revealNode } from './folding';
import { keepOnly } from './pictures';
import { hold } from './scales';
import { learnShapes } from './shapes';
import * as s from './store';

let nextMessage = 1;

export function say(kind: s.Message['kind'], text: string, offer?: s.Message['offer']): void {
  const message = { id: nextMessage++, kind, text, ...(offer ? { offer } : {}) };
  s.messages.value = [...s.messages.value.filter((m) => m.text !== text), message].slice(-4);
}

export function dismiss(id: number): void {
  s.messages.value = s.messages.value.filter((m) => m.id !== id);
}

/** Says what went wrong; what was open stays open. */
export function complain(problem: unknown): void {
  say('error', problem instanceof Error ? problem.message : String(problem));
}

/** The last source that this tab was fed with, so that a changed preparation can run it again. */
let source: InputSource = { synthetic: true };
export const currentSource = (): InputSource => source;

/** What can be opened; `part` is the main one of files that were sent together. */
export type Openable =
  | { readonly path: string; readonly trust?: true }
  | { readonly upload: string; readonly part?: string; readonly trust?: true }
  | { readonly demo: true };

/** Says why a file was not opened; one that holds code may be opened all the same, once confirmed. */
export function refuse(problem: unknown, what: Openable): void {
  const code = problem instanceof Refusal && problem.kind === 'RefusedFile';
  if (!code || 'demo' in what || what.trust || !problem.message.includes('--trust')) {
    complain(problem);
    return;
  }
  const open = () => void openModel({ ...what, trust: true });
  const name = 'path' in what ? what.path : 'the file that was sent';
  say('error', problem.message, {
    label: 'Open it all the same…',
    act: () => {
      s.untrusted.value = { name, open };
    },
  });
}

export async function openModel(what: Openable) {
  try {
    await showModel(await send<OpenDoc>('/open', what));
  } catch (problem) {
    refuse(problem, what);
    if (!s.opened.value) s.phase.value = 'start';
  }
}

/** Sends a file, into the folder of an earlier upload where one is named. */
export async function uploadFile(
  file: File,
  path = file.name,
  beside: string | null = null,
): Promise<string> {
  const folder = beside === null ? '' : `&beside=${beside}`;
  const answer = await send<{ upload: string }>(
    `/uploads?name=${encodeURIComponent(path)}${folder}`,
    file,
  );
  return answer.upload;
}

export async function openFile(file: File): Promise<void> {
  try {
    s.stage.value = `copying ${file.name}`;
    await openModel({ upload: await uploadFile(file) });
  } catch (problem) {
    complain(problem);
  } finally {
    s.stage.value = '';
  }
}

function remember(model: number): void {
  const url = new URL(location.href);
  url.searchParams.set('model', String(model));
  url.searchParams.delete('token');
  history.replaceState(null, '', url);
}

/** Counts openings, so that one which took longer does not come after a later one. */
let opening = 0;

/** Opens a model in the scene; what was open stays until this one's structure has come. */
export async function showModel({ model: id, start }: OpenDoc): Promise<void> {
  if (!s.opened.value) s.phase.value = 'opening';
  s.opening.value = id;
  const mine = ++opening;
  const layouts = new Layouts(id);
  const [graph] = await Promise.all([
    bytes(`/m/${id}/columns`).then((body) => readGraph(decode(body))),
    layouts.need(0),
  ]).finally(() => {
    if (mine !== opening) return;
    s.opening.value = null;
    s.stage.value = '';
  });
  // Another one was asked for meanwhile: the last request wins.
  if (mine !== opening) return;
  layouts.groups = graph.groupCount;
  batch(() => {
    s.opened.value = { id, graph, layouts };
    s.unfolded.value = firstFold(graph, layouts, blocksFor(innerWidth * innerHeight));
    s.lit.value = new Set();
    s.focused.value = null;
    s.focusedGroup.value = null;
    s.phase.value = 'ready';
    s.trace.value = null;
    s.previous.value = null;
    s.selected.value = null;
    s.hover.value = null;
    s.hidden.value = new Set();
    s.fanned.value = new Set();
    s.styles.value = new Map();
    s.shownMap.value = null;
    s.settings.value = null;
    s.given.value = new Map();
  });
  keepOnly([]);
  remember(id);
  void json<SettingsDoc>(`/m/${id}/settings`).then((doc) => {
    if (s.opened.value?.id === id) s.settings.value = doc;
  }, complain);
  source = start.input as InputSource;
  // Weights without a network are looked at: that they do not run is no failure.
  if (graph.runs) await awaitTrace(start.trace);
  // Now that nothing waits: what may be unfolded later.
  void layouts.all().catch(complain);
}

/** Waits for a run and shows it; where it is only tried, a failure leaves what was shown. */
async function awaitTrace(id: number, tried = false): Promise<TraceDoc | null> {
  s.running.value = { trace: id, done: 0, total: 0, since: performance.now() };
  try {
    const doc = await json<TraceDoc>(`/t/${id}/info`);
    if (tried && doc.state === 'failed') return doc;
    const graph = s.opened.value?.graph;
    if (graph && doc.kept.length > 0) await learnShapes(graph, id);
    if (s.running.value?.trace === id) adopt(doc);
    return doc;
  } catch (problem) {
    if (s.running.value?.trace === id) complain(problem);
    return null;
  } finally {
    if (s.running.value?.trace === id) s.running.value = null;
  }
}

function adopt(doc: TraceDoc): void {
  if (doc.state === 'cancelled') {
    const kept = s.trace.value ? '; the one before it is still shown' : '';
    say('note', `The run was cancelled${kept}.`);
    return;
  }
  if (doc.state === 'failed' && !doc.failure) {
    // Nothing reached the network: the input was refused, or the engine did not start.
    say('error', doc.message ?? 'The run failed before it reached the network.');
    if (s.trace.value) return;
  }
  batch(() => {
    const applied = doc.answer?.applied;
    if (!s.trace.value && applied) s.answerMode.value = applied;
    if (s.trace.value) s.previous.value = s.trace.value;
    s.trace.value = doc;
  });
  keepOnly([doc.id, s.previous.value?.id ?? -1]);
  if (doc.failure) say('error', doc.failure.message);
  else if (doc.message && doc.state === 'done') say('note', doc.message);
}

/** Feeds the network; every picture follows when it is through. */
export async function run(what: InputSource, preparation: Step[] | null = null): Promise<void> {
  const model = s.opened.value;
  if (!model) return;
  if (!model.graph.runs) {
    say('note', 'These are weights without a network: there is nothing to feed.');
    return;
  }
  try {
    const { trace } = await send<{ trace: number }>(`/m/${model.id}/run`, {
      input: what,
      preparation,
      given: Object.fromEntries(s.given.value),
    });
    source = what;
    await awaitTrace(trace);
  } catch (problem) {
    complain(problem);
  }
}

/** Lengths for the axes of inputs, by their names; null where an axis stays as the model has it. */
export type Shapes = Readonly<Record<string, readonly (number | null)[]>>;

/**
 * Runs the same input with other lengths, or with other things given to single inputs.
 *
 * @returns why it cannot be run so, in a sentence; what was shown stays then. Null where it ran.
 */
export async function runWith(change: {
  readonly shapes?: Shapes;
  readonly given?: typeof s.given.value;
}): Promise<string | null> {
  const model = s.opened.value;
  if (!model) return null;
  const given = change.given ?? s.given.value;
  try {
    const { trace } = await send<{ trace: number }>(`/m/${model.id}/run`, {
      input: source,
      shapes: change.shapes ?? null,
      given: Object.fromEntries(given),
    });
    const doc = await awaitTrace(trace, true);
    if (doc?.state === 'failed') return doc.message ?? 'The network cannot be run so.';
    if (doc?.state === 'done') s.given.value = given;
    return null;
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}

export async function runFile(file: File): Promise<void> {
  try {
    await run({ upload: await uploadFile(file) });
  } catch (problem) {
    complain(problem);
  }
}

export const cancelRun = async (): Promise<void> => {
  const running = s.running.value;
  if (running) await send(`/t/${running.trace}/cancel`, {}).catch(complain);
};

/** Shows the run before this one, and back. */
export async function flip(): Promise<void> {
  const [now, before, graph] = [s.trace.value, s.previous.value, s.opened.value?.graph];
  if (!now || !before || !graph) return;
  await learnShapes(graph, before.id).catch(complain);
  if (s.trace.value !== now) return;
  batch(() => {
    hold(true);
    s.trace.value = before;
    s.previous.value = now;
  });
}

/** Changes the preparation and runs the same input again; null lets it be guessed anew. */
export async function prepare(steps: Step[] | null): Promise<void> {
  const model = s.opened.value;
  if (!model) return;
  await send(`/m/${model.id}/preparation`, { steps }).catch(complain);
  await run(source, steps);
}

export async function tryAll(): Promise<TryRow[]> {
  const model = s.opened.value;
  if (!model) return [];
  const doc = await send<{ rows: TryRow[] }>(`/m/${model.id}/tryall`, { input: source });
  return doc.rows;
}

export async function setLabels(
  what: { upload: string } | { builtin: string } | { none: true } | { shift: 1 | -1 },
): Promise<void> {
  const model = s.opened.value;
  if (!model) return;
  try {
    const { readings, misfit, ...doc } = await send<LabelsDoc>(`/m/${model.id}/labels`, what);
    if (misfit) say('note', misfit);
    const kept = s.settings.value ?? { preparation: null, reading: null, saved: false };
    batch(() => {
      s.settings.value = { ...kept, ...doc };
      const run = s.trace.value;
      if (run && readings?.trace === run.id)
        s.trace.value = { ...run, readings: readings.readings };
    });
  } catch (problem) {
    complain(problem);
  }
}

export async function reopen(): Promise<void> {
  const model = s.opened.value;
  if (!model) return;
  try {
    await showModel(await send<OpenDoc>(`/m/${model.id}/reopen`, {}));
  } catch (problem) {
    complain(problem);
  }
}

/** Opens a tensor in the panel. */
export function select(selection: s.Selection | null): void {
  performance.mark('cutaway:click');
  batch(() => {
    s.selected.value = selection;
    s.shownMap.value = selection?.map ?? null;
    // The panel takes its room from the network: what lay under the cursor lies there no more.
    s.hover.value = null;
  });
}

export function toggleMaps(node: number): void {
  const next = new Set(s.hidden.value);
  if (!next.delete(node)) next.add(node);
  s.hidden.value = next;
}

/** Lets the maps of a node stand apart, or together again; all of them where none is named. */
export function toggleFan(node: number | null): void {
  if (node === null) {
    const count = s.opened.value?.graph.nodeCount ?? 0;
    const all = Array.from({ length: count }, (_, id) => id);
    s.fanned.value = new Set(s.fanned.value.size > 0 ? [] : all);
    return;
  }
  const next = new Set(s.fanned.value);
  if (!next.delete(node)) next.add(node);
  s.fanned.value = next;
}

/** Colours one tensor otherwise, in the scene and in the panel. */
export function setStyle(value: number, change: Partial<s.Style>): void {
  const next = new Map(s.styles.value);
  next.set(value, { ...s.styleOf(value), ...change });
  s.styles.value = next;
}

/** Colours every tensor as this one; a typed range stays with its tensor, unless it is to be shared. */
export function styleAll(value: number, shared: s.RangeChoice | null = null): void {
  const style = s.styleOf(value);
  const own = style.range.kind === 'typed' ? { kind: 'robust' as const } : style.range;
  const range = shared ?? own;
  batch(() => {
    s.everywhere.value = { ...style, range };
    s.styles.value = new Map([...s.styles.value].filter(([id]) => id === value));
  });
}

/** Sends the camera somewhere. */
export function fly(to: s.Flight['to'], node?: number): void {
  s.flight.value = node === undefined ? { to } : { to, node };
}

/** Opens everything around a node and sends the camera there. */
export async function goTo(node: number): Promise<void> {
  await revealNode(node);
  s.focused.value = node;
  fly('node', node);
}

/** Sends the camera to a group, folded or not; those around it are opened. */
export async function goToGroup(group: number): Promise<void> {
  const around = s.opened.value?.graph.chainOf(group).slice(0, -1) ?? [];
  await reveal(around.slice(-1));
  s.focusedGroup.value = group;
  s.flight.value = { to: 'group', group };
}
