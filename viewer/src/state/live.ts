/** Live runs: a frame goes to the server and comes back with the pictures that are in view. */
import { batch, effect, signal } from '@preact/signals';
import { decode } from '../client/blob';
import type { InputSource, LivePlanDoc, Step, TraceDoc } from '../client/documents';
import { answersIn, exchange, send } from '../client/keys';
import { keyOf } from '../client/tails';
import { Refusal } from '../client/transport';
import { complain } from './actions';
import { Newest } from './newest';
import { arrivals, keepOnly, lookedAt, put, type Wanted } from './pictures';
import { Rate, type Rates } from './rate';
import { hold, widen } from './scales';
import { learnShapes } from './shapes';
import * as s from './store';
import { viewedSourceOf } from './viewing';

/** What one frame is made of; bytes as the server's command `live` takes them. */
export type Frame = {
  readonly name: string;
  /** When what it shows happened, as `performance.now` counts. */
  readonly since?: number;
  /** Frames of one stream go on from the states that the one before left; see `newStream`. */
  readonly stream?: string;
} & (
  | {
      readonly width: number;
      readonly height: number;
      readonly channels: 1 | 3 | 4;
      readonly pixels: Uint8Array | Uint8ClampedArray;
    }
  | { readonly samples: Float32Array }
  | { readonly input: InputSource }
);

interface Job {
  readonly frame: Frame;
  readonly preparation: readonly Step[] | null;
}

/** How fast it goes; null while nothing is live. */
export const rates = signal<Rates | null>(null);
/** What the model's input takes; null until it is known. */
export const plan = signal<LivePlanDoc | null>(null);
/** The model that it was asked for. */
let planned = -1;

let streams = 0;
/** The name of a stream that begins now: what a network carries from frame to frame begins anew. */
export function newStream(): string {
  streams += 1;
  return `${performance.timeOrigin}-${streams}`;
}

const rate = new Rate();
/** After so long without a frame nothing is shown a second, in milliseconds. */
const PAUSE = 2500;
let quiet = 0;
let before: { readonly held: boolean; readonly model: number } | null = null;
/** Whether no run of the user's own says yet how large numbers become: then each frame widens. */
let widening = false;
/** The live traces whose pictures are here. */
let recent: readonly number[] = [];
let learned = '';

const queue = new Newest<Job>(carryOut, (problem) => {
  stopFollowing();
  complain(problem);
});

/**
 * Runs what `make` gives as soon as nothing else is under way, and shows it: the newest wins.
 *
 * @param make gives the frame when its turn comes; null where there is none any more.
 * @param preparation the steps for this frame alone; null for those of the model.
 * @returns whether it was shown; false where a newer one took its place.
 */
export function liveRun(
  make: () => Frame | null,
  preparation: readonly Step[] | null = null,
): Promise<boolean> {
  if (!s.opened.peek()?.graph.runs || s.phase.peek() !== 'ready') return Promise.resolve(false);
  follow();
  return queue.push(() => {
    const frame = make();
    return frame && { frame, preparation };
  });
}

/** Whether a frame is under way: what is offered now would wait. */
export const busy = (): boolean => queue.working;

/** Counts frames that were not even offered. */
export function dropFrames(count: number): void {
  queue.dropped += count;
}

/** Asks what the model takes; once for each model and preparation. */
export async function askPlan(): Promise<void> {
  const model = s.opened.peek();
  plan.value = null;
  if (!model) return;
  planned = model.id;
  const doc = await send<LivePlanDoc>(`/m/${model.id}/live/plan`, {});
  if (s.opened.peek() === model) plan.value = doc;
}

/** Ranges stay as they are from now on, and the run that is shown stays the one before. */
function follow(): void {
  const model = s.opened.peek();
  if (before || !model) return;
  before = { held: s.holdRange.peek(), model: model.id };
  queue.dropped = 0;
  rate.clear();
  const shown = s.trace.peek();
  batch(() => {
    s.following.value = true;
    s.previous.value = shown;
    // Numbers drawn at random tell no range worth holding, and neither does the first dot of a line.
    const told = shown !== null && !shown.synthetic;
    widening = !told && !before?.held;
    if (told) hold(true);
  });
}

/** Ends it: the last frame stays as any other run, and ranges are let go as they were before. */
export function stopFollowing(): void {
  if (!before) return;
  const { held, model } = before;
  before = null;
  clearTimeout(quiet);
  queue.clear();
  recent = [];
  learned = '';
  const shown = s.trace.peek();
  batch(() => {
    s.following.value = false;
    rates.value = null;
    if (s.opened.peek()?.id === model && !held) hold(false);
  });
  if (shown && s.phase.peek() === 'ready' && s.opened.peek()?.id === model) {
    void send(`/t/${shown.id}/keep`, {}).catch(() => undefined);
  }
}

/** Ranges of what is shown now, for the frames to come. */
export function fitRanges(): void {
  widening = false;
  hold(true);
}

/** The tail of a key and what it gives, for a run that has no number yet. */
interface Tail {
  readonly value: string;
  readonly query: string;
  readonly size: number;
}

/** A small picture of what the network gets, wherever the eye rests. */
const SEEN = 256;

function tails(): Tail[] {
  const found = new Map<string, Tail>();
  const add = ({ source, size }: Wanted) => {
    const parts = /^\/t\/\d+\/(\d+)(?:\?(.*))?$/.exec(source);
    if (!parts) return;
    const [, value = '', query = ''] = parts;
    const known = found.get(`${value}?${query}`);
    if (!known || known.size < size) found.set(`${value}?${query}`, { value, query, size });
  };
  for (const want of lookedAt()) add(want);
  const open = s.selected.peek();
  const source = open && viewedSourceOf(open.value);
  if (source) add({ source, size: 512 });
  const input = plan.peek()?.value;
  if (input !== undefined && input >= 0) add({ source: `/t/0/${input}`, size: SEEN });
  return [...found.values()];
}

function address(model: number, { frame, preparation }: Job, wants: readonly Tail[]): string {
  const query = new URLSearchParams({ name: frame.name });
  if ('pixels' in frame) {
    query.set('width', String(frame.width));
    query.set('height', String(frame.height));
    query.set('channels', String(frame.channels));
  }
  const asked = {
    ...(frame.stream ? { stream: frame.stream } : {}),
    ...('input' in frame ? { input: frame.input } : {}),
    ...(preparation ? { preparation } : {}),
    ...(s.given.peek().size > 0 ? { given: Object.fromEntries(s.given.peek()) } : {}),
  };
  if (Object.keys(asked).length > 0) query.set('asked', JSON.stringify(asked));
  for (const { value, query: view, size } of wants) {
    query.append('want', keyOf(`${value}${view && `?${view}`}`, `/overview/${size}`));
  }
  return `/m/${model}/live?${query}`;
}

function bodyOf(frame: Frame): Blob {
  if ('pixels' in frame) return new Blob([frame.pixels as Uint8Array<ArrayBuffer>]);
  return new Blob('samples' in frame ? [frame.samples as Float32Array<ArrayBuffer>] : []);
}

async function carryOut(job: Job): Promise<void> {
  const model = s.opened.peek();
  if (!model || model.id !== before?.model) return;
  const wants = tails();
  const start = performance.now();
  const body = await exchange(address(model.id, job, wants), bodyOf(job.frame));
  // Stopped, or another model, meanwhile.
  if (before?.model !== model.id || s.opened.peek() !== model) return;
  if (!body) {
    queue.dropped += 1;
    return;
  }
  const trip = performance.now() - start;
  const blob = decode(body);
  const [told, ...pictures] = answersIn(blob);
  if (!told || told instanceof Refusal) throw told ?? new Error('The live frame had no answer.');
  const doc = JSON.parse(new TextDecoder().decode(told)) as TraceDoc;
  if (doc.state !== 'done') {
    throw new Error(doc.message ?? doc.failure?.message ?? 'The live frame could not be run.');
  }
  await learn(model, doc);
  show(doc, wants, pictures);
  const spent = JSON.parse(blob.metadata.live ?? '{}') as Record<string, number>;
  const server = Object.values(spent).reduce((sum, one) => sum + one, 0);
  clearTimeout(quiet);
  quiet = window.setTimeout(() => {
    if (rates.peek()) rates.value = { ...(rates.peek() as Rates), fps: 0 };
  }, PAUSE);
  rates.value = rate.add(performance.now(), server, trip, queue.dropped);
  mark(doc.id, job.frame.since ?? start, { ...spent, trip });
  await drawn(doc.id);
}

/** Shapes that the file leaves open, asked for once for each shape of the input. */
async function learn(model: s.Opened, doc: TraceDoc): Promise<void> {
  const shape = doc.inputs.map((one) => one.shape).join(';');
  if (shape === learned) return;
  await learnShapes(model.graph, doc.id);
  learned = shape;
}

function show(
  doc: TraceDoc,
  wants: readonly Tail[],
  pictures: readonly (ArrayBuffer | Refusal)[],
): void {
  const last = s.trace.peek()?.id ?? -1;
  batch(() => {
    pictures.forEach((body, i) => {
      const want = wants[i];
      if (!want || body instanceof Refusal) return;
      const sourceAt = (run: number) => `/t/${run}/${want.value}${want.query && `?${want.query}`}`;
      put({ source: sourceAt(doc.id), size: want.size }, body, sourceAt(last));
    });
    const applied = doc.answer?.applied;
    if (!s.trace.peek() && applied) s.answerMode.value = applied;
    s.trace.value = doc;
    arrivals.value += 1;
    if (widening) widen();
    else if (!s.holdRange.peek()) hold(true);
  });
  // The one before is drawn until the next picture of the window.
  recent = [...recent.slice(-1), doc.id];
  keepOnly([...recent, s.previous.peek()?.id ?? -1]);
}

/** A window that takes longer to draw is not waited for, in milliseconds. */
const PATIENCE = 1000;

/** Lets the window be drawn before the next frame is sent: those in between would only queue up. */
function drawn(trace: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = window.setTimeout(end, document.hidden ? 0 : PATIENCE);
    let stop = () => {};
    stop = s.followed.subscribe((last) => {
      // Not before `stop` is there.
      if (last === trace) queueMicrotask(end);
    });
  });
}

const MARKS = 400;
let marks = 0;

/** For whoever measures: when what a trace shows happened, and how long its answer took. */
function mark(trace: number, since: number, times: Readonly<Record<string, number>>): void {
  marks += 1;
  if (marks % MARKS === 0) {
    performance.clearMarks('cutaway:pen');
    performance.clearMarks('cutaway:drawn');
  }
  performance.mark('cutaway:pen', { startTime: since, detail: { trace, ...times } });
}

effect(() => {
  const [model, phase, running] = [s.opened.value, s.phase.value, s.running.value];
  // What the user feeds otherwise is shown, and stays.
  if (before && (running || phase !== 'ready' || model?.id !== before.model)) stopFollowing();
});

effect(() => {
  // Another model takes other things.
  if (s.opened.value?.id !== planned) plan.value = null;
});
