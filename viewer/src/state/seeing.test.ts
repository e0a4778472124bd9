import { describe, expect, it } from 'vitest';
import { keyOf } from '../client/tails';
import { PLAIN, placesOf, queryOf, transposed } from './seeing';

describe('a way of seeing a tensor', () => {
  it('says nothing where nothing was asked for', () => {
    expect(queryOf(PLAIN)).toBe('');
  });

  it('names every place once axes were placed, also the empty ones', () => {
    const places = ['sliced', 'columns', 'grid', 'grid'] as const;
    expect(queryOf({ ...PLAIN, places })).toBe('grid=2,3&rows=&columns=1');
  });

  it('slices, sorts and keeps the first', () => {
    const at = new Map([
      [0, 5],
      [3, 2],
    ]);
    expect(queryOf({ ...PLAIN, at, order: 'similar:7', top: 16 })).toBe(
      'at=0:5,3:2&order=similar:7&top=16',
    );
  });

  it('reads where axes lie and turns rows and columns', () => {
    const axes = { sliced: [0], planes: [], grid: [1], rows: [2], columns: [3] };
    const places = placesOf({ axes } as never, 4);
    expect(places).toEqual(['sliced', 'grid', 'rows', 'columns']);
    expect(transposed(places)).toEqual(['sliced', 'grid', 'columns', 'rows']);
  });
});

describe('the key of what is asked of a tensor', () => {
  it('puts the tail before the query', () => {
    expect(keyOf('/t/3/7', '/stats')).toBe('/t/3/7/stats');
    expect(keyOf('/t/3/7?at=0:1', '/stats')).toBe('/t/3/7/stats?at=0:1');
    expect(keyOf('/t/3/7?at=0:1', '/overview/128', 'sampled=1')).toBe(
      '/t/3/7/overview/128?at=0:1&sampled=1',
    );
    expect(keyOf('/m/1/v/2', '/picture.png', 'scale=2')).toBe('/m/1/v/2/picture.png?scale=2');
  });
});
