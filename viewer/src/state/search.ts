/** Which nodes a query finds: pure, over the catalogue of a network. */
import type { Dim, Graph } from '../client/graph';
import type { Catalogue } from './catalogue';
import { FLAGS, type Length, type Query, type Sign, type Word } from './query';

/** What is known beside the network's own description. */
export interface Known {
  /** Shapes as they were run, by value id. */
  readonly shapes?: ReadonlyMap<number, readonly number[]>;
  /** `FLAGS` of every value, by value id; null where no run was asked. */
  readonly flags?: Uint8Array | null;
  /** Parameters of every node; null where they have not come. */
  readonly parameters?: Float64Array | null;
}

type Test = (node: number) => boolean;

/** Whether a text is a pattern with `*` for any run of characters. */
function likeness(pattern: string): (text: string) => boolean {
  if (!pattern.includes('*')) return (text) => text === pattern;
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const form = new RegExp(`^${parts.join('.*')}$`, 's');
  return (text) => form.test(text);
}

const sameLength = (wanted: Length, axis: Dim): boolean =>
  wanted === '*' || (axis !== null && String(axis).toLowerCase() === String(wanted));

const sameLengths = (wanted: readonly Length[], shape: readonly Dim[]): boolean =>
  wanted.length === shape.length &&
  wanted.every((length, i) => sameLength(length, shape[i] ?? null));

/** Whether the first axis is one that lists leave out. */
const hasBatch = (shape: readonly Dim[]): boolean => shape.length > 1 && !(Number(shape[0]) > 1);

/**
 * Whether a shape is as sought: a leading `*` is any number of axes, another `*` is one.
 *
 * A batch axis of 1 or of no fixed length may be left out, as the lists do.
 */
export function isShape(wanted: readonly Length[], shape: readonly Dim[] | null): boolean {
  if (shape === null) return false;
  if (wanted[0] === '*') {
    const rest = wanted.slice(1);
    return (
      rest.length <= shape.length && sameLengths(rest, shape.slice(shape.length - rest.length))
    );
  }
  return sameLengths(wanted, shape) || (hasBatch(shape) && sameLengths(wanted, shape.slice(1)));
}

/** Whether an attribute is as sought: `2` is true of 2 and of [2, 2], `3x3` of [3, 3]. */
export function isAttribute(wanted: string, value: unknown): boolean {
  const like = likeness(wanted);
  const plain = (one: unknown) => String(one).toLowerCase();
  if (!Array.isArray(value)) {
    return like(plain(value)) || (typeof value === 'object' && like(JSON.stringify(value)));
  }
  if (value.length > 0 && value.every((one) => like(plain(one)))) return true;
  const parts = wanted.split(/[x×,]/);
  return parts.length === value.length && parts.every((part, i) => likeness(part)(plain(value[i])));
}

const COMPARE: Readonly<Record<Sign, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '=': (a, b) => a === b,
};

/** A test of what recurs, carried out once for each different one. */
const once = <T>(all: readonly T[], test: (one: T) => boolean): Uint8Array =>
  Uint8Array.from(all, (one) => Number(test(one)));

/** Whether it is true of anything that a node writes. */
const ofWrites =
  ({ at }: Catalogue, test: (entry: number) => boolean): Test =>
  (node) => {
    for (let i = at[node] ?? 0; i < (at[node + 1] ?? 0); i++) if (test(i)) return true;
    return false;
  };

function shapeTest(book: Catalogue, lengths: readonly Length[], known: Known): Test {
  const stated = once(book.shapes, (shape) => isShape(lengths, shape));
  return ofWrites(book, (entry) => {
    const run = known.shapes?.get(book.writes[entry] ?? -1);
    return run ? isShape(lengths, run) : stated[book.shape[entry] ?? -1] === 1;
  });
}

function attributeTest(book: Catalogue, name: string, value: string | null): Test {
  const right = once(
    book.attributes,
    (one) => Object.hasOwn(one, name) && (value === null || isAttribute(value, one[name])),
  );
  return (node) => right[book.attribute[node] ?? -1] === 1;
}

function opTest(book: Catalogue, test: (op: string) => boolean): Test {
  const right = once(book.operators, test);
  return (node) => right[book.operator[node] ?? -1] === 1;
}

function nameTest({ names }: Catalogue, text: string): Test {
  if (!text.includes('*')) return (node) => names[node]?.includes(text) ?? false;
  const like = likeness(`*${text}*`);
  return (node) => like(names[node] ?? '');
}

function testOf(book: Catalogue, word: Word, known: Known): Test {
  switch (word.kind) {
    case 'any': {
      const [named, operator] = [
        nameTest(book, word.text),
        opTest(book, (op) => op.includes(word.text)),
      ];
      return (node) => operator(node) || named(node);
    }
    case 'name':
      return nameTest(book, word.text);
    case 'op':
      return opTest(book, likeness(word.text));
    case 'dtype': {
      const right = once(book.dtypes, likeness(word.text));
      return ofWrites(book, (entry) => right[book.dtype[entry] ?? -1] === 1);
    }
    case 'shape':
      return shapeTest(book, word.lengths, known);
    case 'attribute':
      return attributeTest(book, word.name, word.value);
    case 'parameters': {
      const { parameters } = known;
      return (node) => COMPARE[word.sign](parameters?.[node] ?? Number.NaN, word.count);
    }
    case 'is': {
      const [flags, flag] = [known.flags, FLAGS[word.flag]];
      return ofWrites(book, (entry) => ((flags?.[book.writes[entry] ?? -1] ?? 0) & flag) !== 0);
    }
  }
}

/** Ids of the nodes of which every word is true, in the order of the flow; none for no words. */
export function find(book: Catalogue, query: Query, known: Known = {}): Int32Array {
  if (query.terms.length === 0) return new Int32Array();
  const tests = query.terms.map(({ word, not }) => ({ test: testOf(book, word, known), not }));
  const found = new Int32Array(book.count);
  let count = 0;
  for (let node = 0; node < book.count; node++) {
    if (tests.every(({ test, not }) => test(node) !== not)) found[count++] = node;
  }
  return found.slice(0, count);
}

/** The first node in the order of the flow that writes a NaN or an infinity; -1 where none does. */
export function firstBad(graph: Graph, flags: Uint8Array): number {
  const bad = FLAGS.nan | FLAGS.inf;
  for (let node = 0; node < graph.nodeCount; node++) {
    if (graph.writesOf(node).some((value) => ((flags[value] ?? 0) & bad) !== 0)) return node;
  }
  return -1;
}
