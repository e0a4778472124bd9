import { describe, expect, it } from 'vitest';
import { cellsIn, localOf, tilesIn, toCell, toLocal, toLocalEnd } from './places';
import { extent as makeExtent } from './sizes';

const extent = makeExtent(3, 4, 11, 7, 5);

describe('places', () => {
  it('leads from every cell to its place and back', () => {
    for (let cell = 0; cell < 20; cell++) {
      const near = toLocal(cell, 5, 0.1);
      const far = toLocalEnd(cell + 1, 5, 0.1);
      expect(far - near).toBeCloseTo(1 / 5);
      expect(Math.floor(toCell((near + far) / 2, 5, 0.1))).toBe(cell);
    }
  });
  it('ends a range at its own map', () => {
    expect(toLocalEnd(5, 5, 0.1)).toBeCloseTo(1);
    expect(toLocal(5, 5, 0.1)).toBeCloseTo(1.1);
  });
  it('finds the cells of a window', () => {
    const all = localOf(extent, { from: 0, to: 21 }, { from: 0, to: 20 });
    expect(cellsIn(extent, all)).toEqual({
      rows: { from: 0, to: 21 },
      columns: { from: 0, to: 20 },
    });
    expect(cellsIn(extent, [-3, -3, 99, 99])).toEqual({
      rows: { from: 0, to: 21 },
      columns: { from: 0, to: 20 },
    });
  });
  it('covers a window with tiles, each with its own page', () => {
    const tiles = tilesIn(
      { height: 600, width: 300 },
      256,
      { from: 200, to: 520 },
      { from: 0, to: 10 },
    );
    expect(tiles.map((t) => t.page)).toEqual([0, 2, 4]);
    expect(tiles[2]?.rows).toEqual({ from: 512, to: 600 });
  });
});
