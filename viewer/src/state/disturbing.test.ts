import { expect, test } from 'vitest';
import { disturbed, STILL } from './disturbing';

const steps = [{ step: 'decode' }, { step: 'resize' }, { step: 'range' }, { step: 'layout' }];

test('without a disturbance the steps are as they were', () => {
  expect(disturbed(steps, STILL, [], 0)).toEqual(steps);
});

test('disturbances come at the size of the model, before the values are changed', () => {
  const now = { ...STILL, noise: 0.2, degrees: 10 };
  const box = { box: [0, 0, 4, 4] } as const;
  expect(disturbed(steps, now, [box], 114)).toEqual([
    { step: 'decode' },
    { step: 'resize' },
    { step: 'occlude', shapes: [box], colour: 114 },
    { step: 'rotate', degrees: 10 },
    { step: 'noise', amount: 0.2, seed: 0 },
    { step: 'range' },
    { step: 'layout' },
  ]);
});

test('an older disturbance does not stay', () => {
  const again = disturbed([{ step: 'blur', radius: 2 }, ...steps], STILL, [], 0);
  expect(again).toEqual(steps);
});
