import { expect, test } from 'vitest';
import { decode, decodeIds, encodeIds, type Folds, type Place, withPlace } from './address';

/** Numbers that are the same at every run: a linear congruence, Numerical Recipes' constants. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const some = (share: number, from: readonly number[], next: () => number): number[] =>
  from.filter(() => next() < share);

const all = Array.from({ length: 500 }, (_, i) => i * 2 + 1);
const folds: Folds = { all, first: new Set([1, 3]) };
const HERE = 'http://127.0.0.1:1234/?model=7';

const back = (place: Place): Place =>
  decode(new URL(withPlace(HERE, place, folds)).searchParams, folds);
const NOWHERE: Place = { open: new Set(), focus: null, tensor: null, pose: null };

test('ids come back as they were, whichever they are', () => {
  const next = random(5);
  for (const share of [0, 0.01, 0.3, 0.9, 1]) {
    const ids = some(share, all, next);
    expect(decodeIds(encodeIds(ids), 999)).toEqual(ids);
  }
  expect(encodeIds([1, 2, 3, 4, 40])).toBe('1*4.10');
  expect(encodeIds([])).toBe('');
});

test('a place comes back as it was', () => {
  const next = random(11);
  for (let round = 0; round < 60; round++) {
    const maybe = (n: number) => (next() < 0.4 ? null : Math.floor(next() * n));
    const place: Place = {
      open: new Set(some(next(), all, next)),
      focus: next() < 0.3 ? null : { what: next() < 0.5 ? 'node' : 'group', id: round },
      tensor:
        next() < 0.3 ? null : { value: round, node: maybe(90), map: maybe(9), group: maybe(50) },
      pose: [next() * 1000 - 500, next() - 0.5, next() * 20, next() - 0.5, next()],
    };
    const found = back(place);
    expect(found.open).toEqual(place.open);
    expect([found.focus, found.tensor]).toEqual([place.focus, place.tensor]);
    place.pose?.forEach((one, i) => {
      expect(found.pose?.[i]).toBeCloseTo(one, 3);
    });
  }
});

test('the camera is written as fine as can be seen, near and far', () => {
  const near: Place['pose'] = [600.0001234, -1.2e-17, 0.0021, -0.085, 1e-9];
  expect(back({ ...NOWHERE, pose: near }).pose?.[0]).toBeCloseTo(600.0001234, 7);
  expect(withPlace(HERE, { ...NOWHERE, pose: near }, folds)).toContain(',0,0.0021,-0.085,0');
  const far: Place['pose'] = [12.3456789, 0, 43210, 0, 0];
  expect(withPlace(HERE, { ...NOWHERE, pose: far }, folds)).toContain('eye=12.35,0,43210,0,0');
});

test('the first fold is written too, since it depends on the window; all and none are one word', () => {
  const search = (open: Set<number>) =>
    new URL(withPlace(HERE, { ...NOWHERE, open }, folds)).search;
  expect(search(new Set([3, 1]))).toContain('open=');
  expect(search(new Set(all))).toBe('?model=7&open=all');
  expect(search(new Set())).toBe('?model=7&open=none');
  expect(back({ ...NOWHERE, open: new Set([1, 3]) }).open).toEqual(new Set([1, 3]));
});

test('nearly everything is written as what is not', () => {
  const open = new Set(all.filter((one) => one !== 77 && one % 5));
  const href = withPlace(HERE, { ...NOWHERE, open }, folds);
  expect(href).toContain('open=all-');
  expect(href.length).toBeLessThan(100);
  expect(back({ ...NOWHERE, open }).open).toEqual(open);
});

test('an address stays short, however many groups there are', () => {
  const next = random(3);
  const many: Folds = { all: Array.from({ length: 20_000 }, (_, i) => i + 1), first: new Set() };
  const open = new Set(some(0.5, many.all, next));
  expect(withPlace(HERE, { ...NOWHERE, open }, many).length).toBeLessThan(4200);
});

test('other parts of an address stay, old ones of a place go', () => {
  const place: Place = { ...NOWHERE, focus: { what: 'group', id: 3 }, pose: [1.5, 0, 2, 0, 0] };
  expect(withPlace(`${HERE}&open=1.2&tensor=4&token=abc`, place, folds)).toBe(
    `${HERE}&open=none&token=abc&at=g3&eye=1.5,0,2,0,0`,
  );
});

test('a link that is wrong or old is read as far as it goes', () => {
  const read = (search: string) => decode(new URLSearchParams(search), folds);
  expect(read('open=2.1.zzzz')).toMatchObject({ open: new Set([3]) });
  for (const wrong of ['1..2', '0', '-1', '1*2*3', 'a b', '1*']) {
    expect(read(`open=${wrong}`).open).toBeNull();
  }
  expect(read('open=1*zzzzzzzz').open?.size).toBe(all.length);
  for (const eye of ['1,2', '1,2,0,0,0', '1,2,x,0,0', '1,,3,0,0', 'NaN,1,1,0,0']) {
    expect(read(`eye=${eye}`).pose).toBeNull();
  }
  expect(read('at=x3&tensor=abc')).toMatchObject({ focus: null, tensor: null });
  expect(read('at=n&tensor=4.x.2').tensor).toEqual({ value: 4, node: null, map: 2, group: null });
});
