import { describe, expect, it } from 'vitest';
import type { Graph } from '../client/graph';
import { kernelOf } from './kernels';

/** A convolution that reads value 0 and weight 1 and writes 2, and an activation that makes 3 of it. */
function network(axes: string, shape: number[]): Graph {
  const read = (value: number, role: string) => ({ value, role });
  const nodes = [
    { id: 0, kind: 'Conv', reads: [read(0, 'data'), read(1, 'kernel')] },
    { id: 1, kind: 'Relu', reads: [read(2, 'data')] },
  ];
  const weight = { id: 1, name: 'k', axes, shape };
  return {
    producerOf: (value: number) => ({ 2: 0, 3: 1 })[value] ?? -1,
    node: (id: number) => nodes[id],
    value: (id: number) => (id === 1 ? weight : undefined),
  } as unknown as Graph;
}

describe('the kernel of a map', () => {
  it('is all of one output channel, seen through an activation', () => {
    const found = kernelOf(network('OIHW', [8, 3, 5, 4]), 3, 8, 6);
    expect(found).toMatchObject({ value: 1, node: 0, size: [5, 4], inputs: 3 });
    expect(found?.query).toBe('grid=1&rows=2&columns=3&at=0:6');
  });

  it('is found whatever the order of the axes', () => {
    const found = kernelOf(network('HWIO', [5, 4, 3, 8]), 2, 8, 0);
    expect(found?.query).toBe('grid=2&rows=0&columns=1&at=3:0');
  });

  it('is one filter of a channel where each has its own', () => {
    const found = kernelOf(network('HWIO', [3, 3, 4, 2]), 2, 8, 5);
    expect(found).toMatchObject({ inputs: 1, query: 'grid=&rows=0&columns=1&at=2:2,3:1' });
  });

  it('is a line along one axis', () => {
    expect(kernelOf(network('OIW', [8, 3, 5]), 2, 8, 1)?.query).toBe(
      'grid=1&rows=&columns=2&at=0:1',
    );
  });

  it('is none where nothing was folded with a kernel, or in three axes', () => {
    expect(kernelOf(network('OIHW', [8, 3, 5, 5]), 0, 8, 1)).toBeNull();
    expect(kernelOf(network('OIDHW', [8, 3, 5, 5, 5]), 2, 8, 1)).toBeNull();
    expect(kernelOf(network('OIHW', [8, 3, 5, 5]), 2, 7, 1)).toBeNull();
  });
});
