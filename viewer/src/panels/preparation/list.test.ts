import { expect, test } from 'vitest';
import type { Step } from '../../client/documents';
import type { Catalogue } from '../../state/preparing';
import { added, begun, changed, moved, numbersIn, stepsIn, without } from './list';

const kind = (name: string, place: number, start: unknown = 1) => ({
  name,
  place,
  words: '',
  disturbs: false,
  parameters: [
    { name: 'a', rule: 'number', choices: [], words: '', optional: false, start, slide: null },
    { name: 'b', rule: 'number', choices: [], words: '', optional: true, start: null, slide: null },
  ],
});
const all: Catalogue = {
  kinds: [kind('decode', 0), kind('resize', 1), kind('range', 1), kind('layout', 4)],
  presets: [],
};
const steps: Step[] = [
  { step: 'decode' },
  { step: 'resize', a: 2, guessed: true, why: 'x' },
  { step: 'layout' },
];

test('what is changed is no guess any more', () => {
  const [, resize] = steps;
  expect(resize && changed(resize, 'a', 3)).toEqual({ step: 'resize', a: 3 });
  expect(resize && changed(resize, 'a', undefined)).toEqual({ step: 'resize' });
});

test('steps move by one place, and stay at the ends', () => {
  expect(moved(steps, 1, -1).map((one) => one.step)).toEqual(['resize', 'decode', 'layout']);
  expect(moved(steps, 2, 1)).toEqual(steps);
  expect(without(steps, 0)).toHaveLength(2);
});

test('a new step begins as its sort says, where it belongs', () => {
  const range = all.kinds[2];
  expect(range && begun(range)).toEqual({ step: 'range', a: 1 });
  const names = range && added(steps, range, all).map((one) => one.step);
  expect(names).toEqual(['decode', 'resize', 'range', 'layout']);
});

test('numbers are read as typed; what is none stays to be told', () => {
  expect(numbersIn('0.5, 1;2 3')).toEqual([0.5, 1, 2, 3]);
  expect(numbersIn('a')).toBe('a');
  expect(numbersIn('')).toBe('');
});

test('a file holds a list, or one beside other things', () => {
  expect(stepsIn('[{"step":"decode"}]')).toEqual([{ step: 'decode' }]);
  expect(stepsIn('{"version":1,"preparation":[{"step":"decode"}]}')).toHaveLength(1);
  expect(stepsIn('{}')).toBeNull();
});
