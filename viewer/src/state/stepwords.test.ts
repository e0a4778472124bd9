import { expect, test } from 'vitest';
import { sameSteps, stepTitle, stepWords, takenSteps } from './stepwords';

test('each step is one phrase', () => {
  const steps = [
    { step: 'colour', to: 'gray' },
    { step: 'resize', mode: 'stretch', width: 28, height: 28, filter: 'bilinear' },
    { step: 'resize', mode: 'letterbox', width: 224, height: 224, filter: 'lanczos', pad: 0 },
    { step: 'invert' },
    { step: 'range', low: -1, high: 1 },
    { step: 'normalize', mean: [0.485, 0.456, 0.406], std: [0.25, 0.25, 0.25] },
    { step: 'layout', order: 'NHWC' },
  ];
  expect(steps.map(stepWords)).toEqual([
    'grey',
    'resize 28 × 28 bilinear',
    'letterbox 224 × 224 lanczos',
    'inverted',
    'range -1..1',
    'mean 0.485, 0.456, 0.406 · std 0.25',
    'NHWC',
  ]);
});

test('a step that the page does not know still says what it does', () => {
  expect(stepWords({ step: 'blur', sigma: 2, guessed: true, why: 'x' })).toBe('blur: sigma 2');
  expect(stepWords({ step: 'decode' })).toBe('decode');
});

test('what was guessed says why', () => {
  const step = { step: 'range', low: 0, high: 1, guessed: true, why: 'the file does not say' };
  expect(stepTitle(step, '1 × 28 × 28 float32')).toBe(
    'Guessed: the file does not say\ngives 1 × 28 × 28 float32',
  );
  expect(stepTitle({ step: 'invert' }, undefined)).toBe('');
});

test('two preparations are the same whoever chose them', () => {
  const guessed = [{ step: 'range', low: 0, high: 1, guessed: true, why: 'x' }];
  expect(sameSteps(guessed, [{ high: 1, low: 0, step: 'range' }])).toBe(true);
  expect(sameSteps(guessed, [{ step: 'range', low: 0, high: 255 }])).toBe(false);
  expect(sameSteps(guessed, [])).toBe(false);
});

test('what a user takes is no guess, what stays as it was remains one', () => {
  const resize = { step: 'resize', mode: 'crop', guessed: true, why: 'x' };
  const before = [resize, { step: 'range', low: 0, high: 1 }];
  const range = { step: 'range', low: 0, high: 255, guessed: true, why: 'one of the usual ranges' };
  expect(takenSteps([resize, range], before)).toEqual([
    resize,
    { step: 'range', low: 0, high: 255 },
  ]);
});
