/** The search field's question and what it found; what is found is lit in the scene. */
import { batch, effect, signal, untracked } from '@preact/signals';
import { complain } from './actions';
import { catalogueOf } from './catalogue';
import { flagsOf } from './flags';
import { clear, light } from './lighting';
import { columnOf } from './measures';
import { parse, type Query, wordsToMark } from './query';
import { find, type Known } from './search';
import { type Opened, opened, trace } from './store';

/** Whether the field is open. */
export const searching = signal(false);
/** What was typed. */
export const question = signal('');

export interface Found {
  /** Ids, in the order of the flow. */
  readonly nodes: Int32Array;
  /** What to mark in names, in lower case. */
  readonly marks: readonly string[];
  /** What could not be understood or is not known, each in a sentence. */
  readonly problems: readonly string[];
}

const NOTHING: Found = { nodes: new Int32Array(), marks: [], problems: [] };
export const found = signal<Found>(NOTHING);
/** Whether names are being read. */
export const reading = signal(false);

const asks = (query: Query, kind: string): boolean =>
  query.terms.some(({ word }) => word.kind === kind);

/** What the query needs beside the network itself, and a sentence for what is not to be had. */
async function know(query: Query, model: Opened): Promise<{ known: Known; problems: string[] }> {
  const problems: string[] = [];
  const known: { -readonly [key in keyof Known]: Known[key] } = {};
  if (asks(query, 'parameters')) known.parameters = columnOf('parameters');
  const run = trace.peek();
  if (asks(query, 'shape')) known.shapes = model.graph.ran;
  if (asks(query, 'is')) {
    if (run) known.flags = (await flagsOf(run.id, model.graph.valueCount)).flags;
    else problems.push('is: asks about a run, and nothing has been run yet');
  }
  return { known, problems };
}

let asked = 0;

async function answer(typed: string, model: Opened): Promise<void> {
  const mine = ++asked;
  reading.value = true;
  const book = await catalogueOf(model.graph);
  const query = parse(typed, book.keys);
  const { known, problems } = await know(query, model);
  if (mine !== asked || opened.peek() !== model) return;
  const nodes = find(book, query, known);
  batch(() => {
    reading.value = false;
    found.value = { nodes, marks: wordsToMark(query), problems: [...query.problems, ...problems] };
    light(nodes);
  });
}

function forget(): void {
  asked += 1;
  batch(() => {
    reading.value = false;
    found.value = NOTHING;
    clear();
  });
}

let questioned = false;

effect(() => {
  const [typed, model] = [question.value.trim(), opened.value];
  // Their coming may change what is found.
  if (typed.includes('is:')) void trace.value;
  if (typed.includes('params:')) columnOf('parameters');
  untracked(() => {
    if (typed && model) {
      answer(typed, model).catch((problem) => {
        reading.value = false;
        complain(problem);
      });
    } else if (questioned) forget();
    questioned = typed !== '';
  });
});

/** Raised whenever the field is to have the focus. */
export const summons = signal(0);

/** Opens the field; what was asked before is still there. */
export function openSearch(): void {
  batch(() => {
    searching.value = true;
    summons.value += 1;
    if (question.value.trim()) light(found.value.nodes);
  });
}

export function closeSearch(): void {
  searching.value = false;
}
