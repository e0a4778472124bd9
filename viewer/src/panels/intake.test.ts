import { expect, test } from 'vitest';
import { areInputs, isGallery } from './intake';
import { namesInTail } from './zipnames';

test('pictures in folders are inputs, also with a word about them', () => {
  expect(areInputs(['shoes/1.png', 'shoes/2.jpg', 'bags/1.png', 'README.md'])).toBe(true);
  expect(areInputs(['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'])).toBe(true);
  expect(areInputs(['a.npy', 'b.npy'])).toBe(true);
});

test('where a network is among them, it is what was meant', () => {
  expect(areInputs(['net.onnx', 'a.png', 'b.png'])).toBe(false);
  expect(areInputs(['model/config.json', 'model/model.safetensors'])).toBe(false);
  expect(areInputs(['model.xml', 'model.bin'])).toBe(false);
  expect(areInputs(['labels.txt', 'notes.json', 'a.png'])).toBe(false);
});

test('an archive is a gallery by what is in it', () => {
  expect(isGallery(['set/', 'set/a/1.png', 'set/b/2.png'])).toBe(true);
  expect(isGallery(['x.npy', 'y.npy'])).toBe(true);
  expect(isGallery(['conv1.npy', 'conv2.npy'])).toBe(false);
  expect(isGallery(['archive/data.pkl', 'archive/data/0', 'archive/version'])).toBe(false);
  expect(isGallery([])).toBe(false);
});

test('the names of a zip are read from its end', () => {
  const name = new TextEncoder().encode('set/a.png');
  const entry = new Uint8Array(46 + name.length);
  new DataView(entry.buffer).setUint32(0, 0x02014b50, true);
  new DataView(entry.buffer).setUint16(28, name.length, true);
  entry.set(name, 46);
  const end = new Uint8Array(22);
  new DataView(end.buffer).setUint32(0, 0x06054b50, true);
  new DataView(end.buffer).setUint32(16, 1000, true);
  const tail = Uint8Array.from([...entry, ...end]);
  expect(namesInTail(tail, 1000)).toEqual(['set/a.png']);
  expect(namesInTail(new Uint8Array(10), 0)).toEqual([]);
});
