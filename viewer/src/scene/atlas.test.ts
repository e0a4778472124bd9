import { expect, test } from 'vitest';
import { Atlas } from './atlas';

const cells = new Uint16Array(64 * 32);

test('places that are given back go to rectangles of the same size', () => {
  const atlas = new Atlas();
  const first = atlas.add('/t/1/5@0.0', cells, 64, 32);
  const other = atlas.add('/t/1/6@0.0', cells, 32, 32);
  const kept = atlas.add('/m/1/v/2@0.0', cells, 64, 32);
  atlas.release('/t/1/');
  expect(atlas.get('/t/1/5@0.0')).toBeNull();
  expect(atlas.get('/m/1/v/2@0.0')).toEqual(kept);
  expect(atlas.add('/t/2/5@0.0', cells, 64, 32)).toEqual(first);
  expect(atlas.add('/t/2/6@0.0', cells, 32, 32)).toEqual(other);
  // Taken once only.
  expect(atlas.add('/t/2/7@0.0', cells, 64, 32)).not.toEqual(first);
});

test('a long live run needs no more room than one frame and the one before', () => {
  const atlas = new Atlas();
  const layers = new Set<number>();
  for (let run = 0; run < 500; run++) {
    for (let value = 0; value < 20; value++) {
      layers.add(atlas.add(`/t/${run}/${value}@0.0`, cells, 500, 400)?.layer ?? -1);
    }
    if (run > 0) atlas.release(`/t/${run - 1}/`);
  }
  expect(atlas.generation).toBe(0);
  expect(Math.max(...layers)).toBeLessThan(12);
});
