import { expect, test } from 'vitest';
import { bundleOf } from './bundle';

test.each([
  [['weights.bin', 'model.onnx'], 'model.onnx'],
  [['net.bin', 'net.xml'], 'net.xml'],
  [['net.pdiparams', 'net.pdmodel'], 'net.pdmodel'],
  [
    ['model-00001-of-00002.safetensors', 'model.safetensors.index.json'],
    'model.safetensors.index.json',
  ],
  [['inference.json', 'inference.pdiparams'], 'inference.json'],
  [['labels.txt', 'net.tflite'], 'net.tflite'],
  [['a/deep/net.xml', 'a/deep/net.bin'], 'a/deep/net.xml'],
])('%j is opened by its main file', (paths, main) => {
  expect(bundleOf(paths)).toEqual({ main, parts: paths });
});

test('a folder that is itself the model is opened whole', () => {
  for (const paths of [
    ['net.mlpackage/Manifest.json', 'net.mlpackage/Data/com.apple.CoreML/model.mlmodel'],
    ['saved/saved_model.pb', 'saved/variables/variables.index'],
    ['bert/config.json', 'bert/model.safetensors'],
  ]) {
    expect(bundleOf(paths)).toEqual({ main: paths[0]?.split('/')[0], parts: paths });
  }
});

test('a checkpoint dropped beside its configuration becomes a folder', () => {
  expect(bundleOf(['config.json', 'model.safetensors'])).toEqual({
    main: 'model',
    parts: ['model/config.json', 'model/model.safetensors'],
  });
});

test('pictures are no model', () => {
  expect(bundleOf(['a.png', 'b.jpg'])).toBeNull();
});
