import { describe, expect, it } from 'vitest';
import { type ChannelTable, sorted } from './channeltable';

const table = {
  source: '/t/1/2',
  maps: 4,
  column: { mean: Float64Array.of(1, Number.NaN, 3, 2) },
} as unknown as ChannelTable;

describe('rows of the maps', () => {
  it('stand as the maps do, or the other way round', () => {
    expect([...sorted(table, 'map', false)]).toEqual([0, 1, 2, 3]);
    expect([...sorted(table, 'map', true)]).toEqual([3, 2, 1, 0]);
  });

  it('stand by a column, those without a number last', () => {
    expect([...sorted(table, 'mean', true)]).toEqual([2, 3, 0, 1]);
    expect([...sorted(table, 'mean', false)]).toEqual([0, 3, 2, 1]);
  });
});
