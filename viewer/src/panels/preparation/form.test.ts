import { expect, test } from 'vitest';
import type { Step } from '../../client/documents';
import { formOf, IMAGENET, stepsOf, wrong } from './form';

const steps: Step[] = [
  { step: 'decode' },
  { step: 'colour', to: 'rgb', guessed: false },
  {
    step: 'resize',
    mode: 'stretch',
    width: 224,
    height: 200,
    filter: 'bilinear',
    guessed: true,
    why: 'a',
  },
  { step: 'range', low: 0, high: 1, guessed: true, why: 'the file does not say' },
  { step: 'layout', order: 'NCHW' },
  { step: 'dtype', to: 'float32' },
];

test('a form that was not touched changes nothing', () => {
  expect(stepsOf(formOf(steps), steps)).toEqual(steps);
});

test('what is changed is no guess any more, what is not stays one', () => {
  const form = { ...formOf(steps), range: { low: -1, high: 1 } };
  const after = stepsOf(form, steps);
  expect(after[3]).toEqual({ step: 'range', low: -1, high: 1 });
  expect(after[2]).toBe(steps[2]);
});

test('the size stays when the way of resizing changes', () => {
  const form = { ...formOf(steps), resize: { mode: 'letterbox', filter: 'lanczos' } };
  expect(stepsOf(form, steps)[2]).toEqual({
    step: 'resize',
    mode: 'letterbox',
    width: 224,
    height: 200,
    filter: 'lanczos',
  });
});

test('new steps come where they belong, and go again', () => {
  const form = { ...formOf(steps), invert: true, normalize: { ...IMAGENET } };
  const after = stepsOf(form, steps);
  expect(after.map((one) => one.step)).toEqual([
    'decode',
    'colour',
    'invert',
    'resize',
    'range',
    'normalize',
    'layout',
    'dtype',
  ]);
  expect(after[5]?.mean).toEqual([0.485, 0.456, 0.406]);
  expect(formOf(after).normalize).toEqual(IMAGENET);
  expect(stepsOf({ ...formOf(after), invert: false, normalize: null }, after)).toEqual(steps);
});

test('a step may be left out wholly', () => {
  const after = stepsOf({ ...formOf(steps), colour: null }, steps);
  expect(after.some((one) => one.step === 'colour')).toBe(false);
});

test('what cannot be applied is said in one sentence', () => {
  const form = formOf(steps);
  expect(wrong(form)).toBeNull();
  expect(wrong({ ...form, range: { low: 0, high: Number.NaN } })).toContain('two numbers');
  expect(wrong({ ...form, range: { low: 1, high: 1 } })).toContain('differ');
  expect(wrong({ ...form, normalize: { mean: 'a', std: '1' } })).toContain('mean');
  expect(wrong({ ...form, normalize: { mean: '0', std: '0' } })).toContain('above 0');
  expect(wrong({ ...form, normalize: { ...IMAGENET } })).toBeNull();
});
