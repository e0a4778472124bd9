import { expect, test } from 'vitest';
import { type PlainValue, packed } from '../client/packed';
import {
  axesOf,
  fileName,
  nodeOf,
  nodeTitle,
  outputShape,
  portsOf,
  roleOf,
  titleOf,
} from './names';

const value = (name: string, what: NonNullable<PlainValue['what']>): PlainValue => ({
  name,
  shape: [null, 28, 28, 16],
  dtype: 'float32',
  what,
  axes: 'NHWC',
});
const graph = packed({
  values: [
    value('image', 'input'),
    value('conv2d/kernel', 'weight'),
    value('conv2d:linear', 'activation'),
    value('conv2d', 'activation'),
  ],
  nodes: [
    {
      name: 'conv2d',
      op: 'Conv2D',
      reads: [
        [0, 'data'],
        [1, 'kernel'],
      ],
      writes: [2],
    },
    { name: 'conv2d/relu', op: 'ReLU', reads: [2], writes: [3] },
  ],
  inputs: [0],
  outputs: [3],
});

test('an output has the name of its node, a weight its own', () => {
  const titles = [0, 1, 2, 3].map((id) => {
    const one = graph.value(id);
    return one && titleOf(graph, one);
  });
  expect(titles).toEqual(['image', 'conv2d/kernel', 'conv2d', 'conv2d/relu']);
});

test('a tensor says what it is, and to whom where a port was used', () => {
  expect(roleOf(graph, { value: 1, node: null, map: null })).toBe('kernel of conv2d');
  expect(roleOf(graph, { value: 0, node: 0, map: null })).toBe(
    'input of the network, data of conv2d',
  );
  expect(roleOf(graph, { value: 2, node: 0, map: null })).toBe('output of Conv2D');
  expect(roleOf(graph, { value: 2, node: 1, map: null })).toBe(
    'output of Conv2D, data of conv2d/relu',
  );
  expect(roleOf(graph, { value: 3, node: 1, map: null })).toBe(
    'output of ReLU, output of the network',
  );
});

test('all tensors of a node can be reached from one of them', () => {
  const conv = nodeOf(graph, { value: 1, node: null, map: null });
  expect(conv?.name).toBe('conv2d');
  expect(conv && portsOf(conv)).toEqual([
    { value: 0, role: 'data' },
    { value: 1, role: 'kernel' },
    { value: 2, role: 'output' },
  ]);
});

test('axes carry their letters where they are known', () => {
  expect(axesOf([1, 28], 'NC')).toEqual([
    { letter: 'N', size: 1 },
    { letter: 'C', size: 28 },
  ]);
  expect(axesOf([1, 28], null)[0]).toEqual({ letter: null, size: 1 });
  expect(axesOf([28], 'NC')[0]).toEqual({ letter: null, size: 28 });
});

test('lists leave the batch out', () => {
  const conv = graph.node(0);
  expect(conv && outputShape(graph, conv)).toBe('28 × 28 × 16');
  expect(conv && outputShape(graph, conv, [1, 9, 9, 16])).toBe('9 × 9 × 16');
});

test('a file can be named after any tensor', () => {
  expect(fileName('conv2d/kernel:0')).toBe('conv2d_kernel_0');
  expect(fileName('../..')).toBe('tensor');
  expect(fileName('слой/выход')).toBe('слой_выход');
});

test('inside its group a layer is called by the rest of its name', () => {
  const named = (name: string, group: number) =>
    nodeTitle(
      packed({
        nodes: [{ name, op: 'MatMul', group }],
        values: [],
        groups: [
          { name: 'encoder/layer/3', parent: 0 },
          { name: 'dense', parent: 0, what: 'fused' },
        ],
      }),
      0,
    );
  expect(named('/encoder/layer.3/attn/MatMul', 1)).toBe('attn/MatMul');
  expect(named('encoder.layer.3.mlp', 1)).toBe('mlp');
  expect(named('/encoder/layer.33/MatMul', 1)).toBe('encoder/layer.33/MatMul');
  // The frame of one fused layer is no group to stand in.
  expect(named('dense/relu', 2)).toBe('dense/relu');
  expect(named('/', 0)).toBe('/');
});
