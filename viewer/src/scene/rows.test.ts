import { describe, expect, it } from 'vitest';
import type { Layout } from '../client/layouts';
import { placeRows } from './rows';

const size = { width: 1, height: 1, above: 0.2, under: 0.4 };

function row(count: number, joined: boolean): Layout {
  const children = Array.from({ length: count }, (_, i) => {
    return { what: 'node' as const, id: i, rank: i, lane: 0 };
  });
  const edges = children.slice(1).map(({ id }) => {
    return { value: id, from: id - 1, to: id, port: 0, points: [] };
  });
  return { group: 1, ranks: count, lanes: 1, children, edges: joined ? edges : [], frames: [] };
}

describe('rows', () => {
  it('stand under one another like a table where nothing is joined', () => {
    const { places } = placeRows(row(32, false), new Array(32).fill(size), 2, true);
    const across = places.filter((place) => place.row === 0);
    expect(across.length).toBeGreaterThan(3);
    const columns = new Set(across.map((place) => place.x.toFixed(6)));
    for (const place of places) expect(columns.has(place.x.toFixed(6))).toBe(true);
  });

  it('go from left to right and from the top down', () => {
    for (const joined of [true, false]) {
      const { places } = placeRows(row(23, joined), new Array(23).fill(size), 2, true);
      places.slice(1).forEach((place, i) => {
        const before = places[i] as typeof place;
        expect(place.row === before.row ? place.x > before.x : place.y < before.y).toBe(true);
      });
    }
  });
});
