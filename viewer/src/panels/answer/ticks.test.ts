import { expect, it } from 'vitest';
import { ticksOf, timeWords } from './ticks';

it('are round, begin at 0 and stay below the end', () => {
  expect(ticksOf(1, 8)).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
  expect(ticksOf(8000, 4)).toEqual([0, 2000, 4000, 6000]);
  expect(ticksOf(0.7, 8)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
  expect(ticksOf(0, 8)).toEqual([0]);
  expect(ticksOf(240, 8).map(timeWords)).toEqual(['0 s', '50', '1:40', '2:30', '3:20']);
});
