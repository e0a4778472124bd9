import { expect, test } from 'vitest';
import type { AnswerDoc, SettingsDoc } from '../client/documents';
import { areShares, best, className, lengths, modeOf, scores } from './answers';

const values = [0.5, 4, -1];
const answer: AnswerDoc = {
  value: 9,
  raw: true,
  applied: 'softmax',
  classes: values.map((value, index) => ({ index, label: `own ${index}`, value, score: null })),
  top: [1, 0, 2],
};

test('a softmax sums to one and keeps the order', () => {
  const shown = scores(values, 'softmax') as number[];
  expect(shown.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  expect(shown[1]).toBeCloseTo(Math.exp(4) / (Math.exp(0.5) + Math.exp(4) + Math.exp(-1)), 12);
});

test('a softmax of large values does not overflow', () => {
  expect(scores([1000, 1001], 'softmax')).toEqual([
    expect.closeTo(0.26894142, 6),
    expect.closeTo(0.73105858, 6),
  ]);
});

test('a sigmoid takes each value by itself, raw leaves them', () => {
  expect(scores([0, null], 'sigmoid')).toEqual([0.5, null]);
  expect(scores(values, 'raw')).toEqual(values);
});

test('one value that is no number leaves nothing to share', () => {
  expect(scores([1, null, 2], 'softmax')).toEqual([null, null, null]);
});

test('labels that are set win over those of the run, also when none are wanted', () => {
  const set: SettingsDoc = {
    labels: ['a', 'b'],
    source: 'x',
    preparation: null,
    reading: null,
    shift: null,
    saved: true,
  };
  expect(best(answer, 'raw', null, 1)[0]?.label).toBe('own 1');
  expect(best(answer, 'raw', set).map(className)).toEqual(['1 b', '0 a', '2']);
  expect(best(answer, 'raw', { ...set, labels: null }).map(className)).toEqual(['1', '0', '2']);
});

test('probabilities of the model are shown as they are', () => {
  const own: AnswerDoc = { ...answer, raw: false, applied: null };
  expect(modeOf(own, 'softmax')).toBe('raw');
  expect(areShares(own, 'softmax')).toBe(true);
  expect(areShares(answer, 'raw')).toBe(false);
});

test('bars of raw values begin at the least one or at zero', () => {
  const shown = best(answer, 'raw', null);
  expect(lengths(shown, false)).toEqual([1, 0.3, 0]);
  expect(lengths(best(answer, 'softmax', null), true)[0]).toBeGreaterThan(0.9);
});
