import { expect, test } from 'vitest';
import { fieldsOf, valuesOf } from './fields';

const OUTPUTS = [
  { value: 300, words: 'scores 1 × 4420 × 2' },
  { value: 301, words: 'boxes 1 × 4420 × 4' },
];

test('outputs in roles come first, lists and names of things are left out', () => {
  const fields = fieldsOf(
    { score: 0.5, boxes: 301, scores: 300, activation: 'auto', thing: 'face', several: false },
    'boxes',
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
  expect(fieldsOf({ classes: 21 }, 'masks', OUTPUTS)[0]?.what).toBe('number');
});

test('the form of boxes is chosen among those of boxes, that of masks among those of masks', () => {
  const choices = (kind: 'boxes' | 'masks', form: string) => {
    const [field] = fieldsOf({ form }, kind, OUTPUTS);
    return field?.what === 'choice' ? field.choices : [];
  };
  expect(choices('boxes', 'corners')).toContain('yxyx');
  expect(choices('masks', 'scores')).toEqual(['scores', 'numbers', 'matte']);
});

test('a correction is about the outputs in its roles', () => {
  expect(valuesOf({ boxes: 301, scores: 300 }, [300, 301, 302])).toEqual([301, 300]);
  expect(valuesOf({}, [300])).toEqual([300]);
});
