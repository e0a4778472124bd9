import { expect, test } from 'vitest';
import { fieldsOf, settingsFor, valuesOf } from './fields';

const OUTPUTS = [
  { value: 300, words: 'scores 1 × 4420 × 2' },
  { value: 301, words: 'boxes 1 × 4420 × 4' },
];

test('outputs in roles come first, lists and names of things are left out', () => {
  const fields = fieldsOf(
    { score: 0.5, boxes: 301, scores: 300, activation: 'auto', thing: 'face', several: false },
    OUTPUTS,
  );
  expect(fields.map(({ name, what }) => [name, what])).toEqual([
    ['boxes', 'output'],
    ['scores', 'output'],
    ['activation', 'choice'],
    ['score', 'number'],
    ['several', 'flag'],
  ]);
});

test('a number that is no output of the model is a number, whatever it is called', () => {
  expect(fieldsOf({ classes: 21 }, OUTPUTS)[0]?.what).toBe('number');
});

test('boxes begin with the outputs that are named so', () => {
  expect(settingsFor('boxes', OUTPUTS)).toEqual({ boxes: 301, scores: 300 });
  expect(settingsFor('classes', OUTPUTS.slice(0, 1))).toEqual({ output: 300 });
});

test('a correction is about the outputs in its roles', () => {
  expect(valuesOf({ boxes: 301, scores: 300 }, [300, 301, 302])).toEqual([301, 300]);
  expect(valuesOf({}, [300])).toEqual([300]);
});
