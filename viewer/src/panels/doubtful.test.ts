import { expect, test } from 'vitest';
import { isDoubtful, purposeOfBytes } from './doubtful';

test('only some names leave a doubt', () => {
  expect(['a.txt', 'a.PB', 'a.onnx', 'a.png'].map(isDoubtful)).toEqual([true, true, false, false]);
});

test('a tensor of ONNX is fed, a graph in the same kind of file is opened', () => {
  const bytes = (...all: number[]) => new Uint8Array(all);
  expect(purposeOfBytes('x.pb', bytes(8, 1, 8, 0xac, 2, 0x10, 1, 0x4a, 4))).toBe('feed');
  expect(purposeOfBytes('x.pb', bytes(0x0a, 2, 1, 3, 0x10, 7))).toBe('feed');
  expect(purposeOfBytes('saved_model.pb', bytes(8, 1, 0x12, 40, 10))).toBe('open');
  expect(purposeOfBytes('frozen.pb', bytes(0x0a, 2, 0x0a, 0, 0x12))).toBe('open');
});

test('text is fed, but for a model written as text', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(purposeOfBytes('notes.txt', bytes('A shoe.'))).toBe('feed');
  expect(purposeOfBytes('model.txt', bytes('tree\nversion=v4'))).toBe('open');
});
