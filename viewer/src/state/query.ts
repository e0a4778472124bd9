/** What is asked of the network, read from what was typed: `op:Conv shape:*x512x7x7 -pool`. */

export const FLAGS = { nan: 1, inf: 2, dead: 4, constant: 8, saturated: 16 } as const;
export type Flag = keyof typeof FLAGS;

/** One length of a shape that is sought; `*` is any. */
export type Length = number | string;

/** A word of the query, in lower case. */
export type Word =
  | { readonly kind: 'any'; readonly text: string }
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'op'; readonly text: string }
  | { readonly kind: 'dtype'; readonly text: string }
  | { readonly kind: 'shape'; readonly lengths: readonly Length[] }
  | { readonly kind: 'attribute'; readonly name: string; readonly value: string | null }
  | { readonly kind: 'parameters'; readonly sign: Sign; readonly count: number }
  | { readonly kind: 'is'; readonly flag: Flag };
export type Sign = '>' | '>=' | '<' | '<=' | '=';

export interface Term {
  readonly word: Word;
  /** Whether nodes of which the word is true are left out. */
  readonly not: boolean;
}

export interface Query {
  readonly terms: readonly Term[];
  /** What could not be understood, each in a sentence. */
  readonly problems: readonly string[];
}

/** A piece of what was typed: `-key:"two words"`. */
interface Piece {
  readonly not: boolean;
  readonly key: string | null;
  readonly text: string;
}

/** A minus, a key up to its colon, and text with quotes around what holds spaces. */
const PIECE = /(-?)(?:([\p{L}_][\p{L}\p{N}_.]*):)?((?:"[^"]*"?|[^\s"])+)?/gu;

function pieces(typed: string): Piece[] {
  const found: Piece[] = [];
  for (const [whole, minus, key, text = ''] of typed.matchAll(PIECE)) {
    const plain = text.replaceAll('"', '').toLowerCase();
    // A key, or a minus, that is still being typed asks for nothing.
    if (whole && plain)
      found.push({ not: minus === '-', key: key?.toLowerCase() ?? null, text: plain });
  }
  return found;
}

/** The lengths of `*x512x7x7`; null where it is none. */
function lengthsOf(text: string): Length[] | null {
  const parts = text.split(/[x×]/).map((part) => part.trim());
  if (parts.some((part) => part === '')) return null;
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

const SCALES: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, g: 1e9, b: 1e9 };

/** A number of parameters to compare with, such as `>1000` or `<=2.5m`. */
function comparison(text: string): Word | null {
  const parts = /^(>=|<=|>|<|=)?(\d+(?:\.\d+)?(?:e\d+)?)([kmgb])?$/.exec(text);
  if (!parts) return null;
  const count = Number(parts[2]) * (SCALES[parts[3] ?? ''] ?? 1);
  return { kind: 'parameters', sign: (parts[1] ?? '=') as Sign, count };
}

const isFlag = (text: string): text is Flag => Object.hasOwn(FLAGS, text);

/** An attribute by name, with its value after a sign: `strides=2`; null asks that it is there. */
function attribute(text: string): Word {
  const at = text.indexOf('=');
  if (at < 0) return { kind: 'attribute', name: text, value: null };
  return { kind: 'attribute', name: text.slice(0, at), value: text.slice(at + 1) };
}

type Reading = (text: string) => Word | string;
const KEYS: Readonly<Record<string, Reading>> = {
  op: (text) => ({ kind: 'op', text }),
  name: (text) => ({ kind: 'name', text }),
  dtype: (text) => ({ kind: 'dtype', text }),
  attr: attribute,
  shape: (text) => {
    const lengths = lengthsOf(text);
    return lengths ? { kind: 'shape', lengths } : `a shape is written as *x512x7x7, not ${text}`;
  },
  params: (text) => comparison(text) ?? `parameters are asked for as params:>1000, not ${text}`,
  is: (text) =>
    isFlag(text)
      ? { kind: 'is', flag: text }
      : `is: knows ${Object.keys(FLAGS).join(', ')}, not ${text}`,
};

function wordOf({ key, text }: Piece, attributes: ReadonlySet<string>): Word | string {
  if (key === null) return { kind: 'any', text };
  if (Object.hasOwn(KEYS, key)) return KEYS[key]?.(text) ?? '';
  if (attributes.has(key)) return { kind: 'attribute', name: key, value: text };
  // Names hold colons as well: `dense:1`.
  return { kind: 'any', text: `${key}:${text}` };
}

/**
 * What was typed, word by word; all must be true of a node that is found.
 *
 * @param attributes names of the attributes that the network has, in lower case: `strides:2`.
 */
export function parse(typed: string, attributes: ReadonlySet<string> = new Set()): Query {
  const terms: Term[] = [];
  const problems: string[] = [];
  for (const piece of pieces(typed)) {
    const word = wordOf(piece, attributes);
    if (typeof word === 'string') problems.push(word);
    else terms.push({ word, not: piece.not });
  }
  return { terms, problems };
}

/** What free words look for in a name, so that it can be marked. */
export const wordsToMark = (query: Query): string[] =>
  query.terms.flatMap(({ word, not }) =>
    !not && (word.kind === 'any' || word.kind === 'name') ? [word.text] : [],
  );
