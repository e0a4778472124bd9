import { describe, expect, it } from 'vitest';
import type { StatsDoc } from '../client/documents';
import { packed } from '../client/packed';
import { isPicture, lessZeroPoint, rangeOwner, scaleOf, united } from './ranges';

const node = (kind: string, read: number, write: number) => ({
  name: kind,
  op: kind,
  kind,
  reads: [read],
  writes: [write],
});
const graph = packed({
  nodes: [node('Resize', 0, 1), node('Conv', 1, 2), node('Relu', 2, 3), node('MaxPool', 3, 4)],
  values: (['input', 'activation', 'activation', 'activation', 'activation'] as const).map(
    (what, id) => ({ name: String(id), what }),
  ),
});

const stats = (robust: [number, number], signed: boolean) =>
  ({ robust, min: robust[0] * 2, max: robust[1] * 2, signed }) as unknown as StatsDoc;

describe('ranges', () => {
  it('go from a convolution to its activation and pooling, not further up', () => {
    expect([4, 3, 2, 1].map((v) => rangeOwner(graph, v))).toEqual([2, 2, 2, 1]);
  });
  it('know an enlarged input for a picture', () => {
    expect([0, 1, 2].map((v) => isPicture(graph, v))).toEqual([true, true, false]);
  });
  it('are the same before and after an activation', () => {
    const conv = stats([-4, 1], true);
    const relu = stats([0, 1], false);
    const before = scaleOf(conv, conv, 'dark');
    const after = scaleOf(relu, conv, 'dark');
    expect([before.low, before.high]).toEqual([-2, 2]);
    expect([after.low, after.high]).toEqual([0, 2]);
    expect(before.table).not.toBe(after.table);
  });
  it('take the whole tail where it is asked for', () => {
    const conv = stats([-4, 1], true);
    expect(scaleOf(conv, conv, 'dark', { kind: 'full' }).high).toBe(8);
    expect(scaleOf(conv, conv, 'dark', { kind: 'typed', low: 0, high: 3 })).toMatchObject({
      low: 0,
      high: 3,
    });
  });
  it('of integers turn where the real number is zero', () => {
    const bytes = { ...stats([100, 196], false), min: 90, max: 200 } as StatsDoc;
    const about = lessZeroPoint(bytes, 128);
    expect(about).toMatchObject({ min: -38, max: 72, robust: [-28, 68], signed: true });
    const { low, high, table } = scaleOf(about, about, 'dark');
    expect(low).toBe(-high);
    expect(table).toBe('crameri:berlin');
    // After an activation nothing lies below the zero point.
    expect(scaleOf(lessZeroPoint(bytes, 0), bytes, 'dark').table).toBe('inferno');
  });
  it('widen to take in what comes, and never shrink', () => {
    const dot = stats([0, 1], false);
    const line = united(dot, stats([-1, 4], true));
    expect(line).toMatchObject({ robust: [-1, 4], min: -2, max: 8, signed: true });
    expect(united(line, dot)).toBe(line);
    expect(united({ ...dot, min: null, max: null, robust: null }, dot)).toMatchObject(dot);
  });
  it('are never empty', () => {
    const flat = stats([0, 0], false);
    const { low, high } = scaleOf(flat, flat, 'light');
    expect(high).toBeGreaterThan(low);
  });
});
