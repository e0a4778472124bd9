import { expect, test } from 'vitest';
import { purposeOf, purposeOfTypes } from './files';

test('pictures and arrays are fed, everything else is opened', () => {
  expect(purposeOf({ name: 'trousers.PNG', type: '' })).toBe('feed');
  expect(purposeOf({ name: 'scan.tiff', type: 'image/tiff' })).toBe('feed');
  expect(purposeOf({ name: 'x.npy', type: '' })).toBe('feed');
  expect(purposeOf({ name: 'nameless', type: 'image/webp' })).toBe('feed');
  for (const name of ['yes.wav', 'a.MP3', 'film.mkv', 'table.csv', 'light.hdr']) {
    expect(purposeOf({ name, type: '' })).toBe('feed');
  }
  for (const name of ['a.onnx', 'a.h5', 'a.hdf5', 'a.keras', 'a.tflite', 'notes.txt', 'png']) {
    expect(purposeOf({ name, type: '' })).toBe('open');
  }
});

test('before the drop only a type is known, and an empty one says nothing', () => {
  expect(purposeOfTypes(['image/png'])).toBe('feed');
  expect(purposeOfTypes([''])).toBe('unknown');
  expect(purposeOfTypes([])).toBe('unknown');
  expect(purposeOfTypes(['application/x-hdf5'])).toBe('open');
});
