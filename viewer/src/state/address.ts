/** What is looked at, as a web address: pure, both ways. A part that cannot be read is left out. */
import type { Pose } from './pose';

export interface Place {
  /** Ids of the groups that stand open; null for those that a screen can hold at first. */
  readonly open: ReadonlySet<number> | null;
  /** What keys speak of. */
  readonly focus: { readonly what: 'node' | 'group'; readonly id: number } | null;
  readonly tensor: {
    readonly value: number;
    readonly node: number | null;
    readonly map: number | null;
    readonly group: number | null;
  } | null;
  readonly pose: Pose | null;
}

/** What the page knows of the network's groups. */
export interface Folds {
  /** Those that can be folded, in ascending order. */
  readonly all: readonly number[];
  /** Those that stand open at first. */
  readonly first: ReadonlySet<number>;
}

/** Names of the parts, in the order in which they are written. */
const PARTS = ['open', 'at', 'tensor', 'eye'] as const;

/** Longer than this a list of groups is not written: proxies and chats cut addresses. */
export const LONGEST = 4000;
const BASE = 36;

/** Ascending ids as their differences, a difference that recurs once with how often: `1*12.5`. */
export function encodeIds(ids: readonly number[]): string {
  const parts: string[] = [];
  let [last, step, times] = [0, -1, 0];
  const write = () => {
    if (times > 0) parts.push(step.toString(BASE) + (times > 1 ? `*${times.toString(BASE)}` : ''));
  };
  for (const id of ids) {
    if (id - last === step) times += 1;
    else {
      write();
      [step, times] = [id - last, 1];
    }
    last = id;
  }
  write();
  return parts.join('.');
}

const digits = (text: string | undefined): number =>
  text !== undefined && /^[0-9a-z]{1,8}$/.test(text) ? Number.parseInt(text, BASE) : Number.NaN;

/** The ids of `encodeIds` up to the largest that there can be; null where it is no such text. */
export function decodeIds(text: string, most: number): number[] | null {
  const ids: number[] = [];
  let last = 0;
  for (const part of text === '' ? [] : text.split('.')) {
    const [first, often = '1', ...rest] = part.split('*');
    const [step, times] = [digits(first), digits(often)];
    if (!(step > 0) || !(times > 0) || rest.length > 0) return null;
    for (let i = 0; i < times && last + step <= most; i++) {
      last += step;
      ids.push(last);
    }
  }
  return ids;
}

/** Sets of open groups that were written before: they are replaced, never changed. */
const known = new WeakMap<ReadonlySet<number>, { folds: Folds; text: string }>();

/** As `openWords`, once for a set: it is asked for whenever the camera rests. */
function encodeOpen(open: ReadonlySet<number>, folds: Folds): string {
  const before = known.get(open);
  if (before?.folds === folds) return before.text;
  const text = openWords(open, folds);
  known.set(open, { folds, text });
  return text;
}

/** The open groups, or those that are not: whichever is shorter; the first fold depends on the window. */
function openWords(open: ReadonlySet<number>, folds: Folds): string {
  if (open.size === 0) return 'none';
  const closed = folds.all.filter((group) => !open.has(group));
  if (closed.length === 0) return 'all';
  const [listed, left] = [encodeIds([...open].sort((a, b) => a - b)), `all-${encodeIds(closed)}`];
  const shorter = listed.length <= left.length ? listed : left;
  return shorter.length > LONGEST ? '' : shorter;
}

function decodeOpen(text: string, folds: Folds): Set<number> | null {
  if (text === 'none') return new Set();
  const most = folds.all.at(-1) ?? 0;
  const but = /^all(?:-(.*))?$/.exec(text);
  const ids = decodeIds(but ? (but[1] ?? '') : text, most);
  if (ids === null) return null;
  if (!but) {
    // A group that is no more is left out.
    const known = new Set(folds.all);
    return new Set(ids.filter((group) => known.has(group)));
  }
  const closed = new Set(ids);
  return new Set(folds.all.filter((group) => !closed.has(group)));
}

const whole = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null;

const encodeTensor = ({ value, node, map, group }: NonNullable<Place['tensor']>): string =>
  [value, node, map, group]
    .map((one) => one ?? '')
    .join('.')
    .replace(/\.+$/, '');

function decodeTensor(text: string): Place['tensor'] {
  const [value, node, map, group] = text.split('.').map(whole);
  if (value === null || value === undefined) return null;
  return { value, node: node ?? null, map: map ?? null, group: group ?? null };
}

function decodeFocus(text: string): Place['focus'] {
  const id = whole(text.slice(1));
  const what = text.startsWith('n') ? 'node' : text.startsWith('g') ? 'group' : null;
  return what === null || id === null ? null : { what, id };
}

/** As fine as can be seen: lengths to a millionth of the distance, angles to a hundred-thousandth. */
function encodePose([x, y, distance, turn, tilt]: Pose): string {
  const places = Math.min(20, Math.max(0, 6 - Math.floor(Math.log10(distance))));
  const lengths = [x, y, distance].map((one) => one.toFixed(places));
  return [...lengths, turn.toFixed(5), tilt.toFixed(5)].map((one) => Number(one) || 0).join(',');
}

function decodePose(text: string): Pose | null {
  const numbers = text.split(',').map((one) => (one.trim() === '' ? Number.NaN : Number(one)));
  const [x = 0, y = 0, distance = 0, turn = 0, tilt = 0] = numbers;
  if (numbers.length !== 5 || !numbers.every(isPlace) || distance <= 0) return null;
  return [x, y, distance, turn, tilt];
}

/** Farther than any network reaches. */
const FARTHEST = 1e6;
const isPlace = (x: number): boolean => Math.abs(x) < FARTHEST;

/** The parts of an address, by name; empty ones say nothing. */
export function encode(place: Place, folds: Folds): Record<(typeof PARTS)[number], string> {
  const { open, focus, tensor, pose } = place;
  return {
    open: open ? encodeOpen(open, folds) : '',
    at: focus ? focus.what.charAt(0) + focus.id : '',
    tensor: tensor ? encodeTensor(tensor) : '',
    eye: pose ? encodePose(pose) : '',
  };
}

/** What an address's parts say. */
export function decode(query: URLSearchParams, folds: Folds): Place {
  const part = (name: (typeof PARTS)[number]) => query.get(name) ?? '';
  return {
    open: part('open') ? decodeOpen(part('open'), folds) : null,
    focus: decodeFocus(part('at')),
    tensor: decodeTensor(part('tensor')),
    pose: decodePose(part('eye')),
  };
}

/** An address with the place written into it; other parts stay. */
export function withPlace(address: string, place: Place, folds: Folds): string {
  const url = new URL(address);
  const parts = encode(place, folds);
  for (const name of PARTS) {
    if (parts[name]) url.searchParams.set(name, parts[name]);
    else url.searchParams.delete(name);
  }
  // Commas and stars may stand in a query as they are; an address is also read by people.
  url.search = url.search.replaceAll('%2C', ',').replaceAll('%2A', '*');
  return url.href;
}
