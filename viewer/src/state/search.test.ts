import { expect, test } from 'vitest';
import { packed } from '../client/packed';
import { catalogueOf } from './catalogue';
import { parse } from './query';
import { find, isAttribute, isShape, type Known } from './search';

const graph = packed({
  nodes: [
    {
      name: 'Stem/Conv_0',
      op: 'Conv',
      reads: [0],
      writes: [1],
      attributes: { kernel_shape: [3, 3], strides: [2, 2], group: 1 },
    },
    {
      name: 'layer1/conv',
      op: 'Conv',
      reads: [1],
      writes: [2],
      attributes: { kernel_shape: [1, 3], strides: [1, 1] },
    },
    { name: 'layer1/relu', op: 'Relu', reads: [2], writes: [3] },
    { name: 'layer1/pool:1', op: 'MaxPool', reads: [3], writes: [4, 5] },
    {
      name: 'überall',
      op: 'ConvTranspose',
      reads: [4],
      writes: [6],
      attributes: { auto_pad: 'SAME_UPPER' },
    },
  ],
  values: [
    { name: 'image', what: 'input', shape: [null, 3, 224, 224], dtype: 'float32' },
    { name: 'a', shape: [null, 64, 112, 112], dtype: 'float32' },
    { name: 'b', shape: [1, 512, 7, 7], dtype: 'float16' },
    { name: 'c', shape: [1, 512, 7, 7], dtype: 'float16' },
    { name: 'd', shape: ['N', 512, 3, 3], dtype: 'float32' },
    { name: 'e', shape: [512], dtype: 'int64' },
    { name: 'f', shape: null, dtype: null },
  ],
  inputs: [0],
  outputs: [6],
});
const book = await catalogueOf(graph);
const ask = (typed: string, known: Known = {}) => [...find(book, parse(typed, book.keys), known)];

test('free words match names and operators, in any order and any case', () => {
  expect(ask('conv')).toEqual([0, 1, 4]);
  expect(ask('CONV layer1')).toEqual([1]);
  expect(ask('relu')).toEqual([2]);
  expect(ask('ÜBER')).toEqual([4]);
  expect(ask('nothing')).toEqual([]);
  expect(ask('')).toEqual([]);
  expect(ask('"layer1/relu"')).toEqual([2]);
});

test('an operator is meant exactly, or with stars', () => {
  expect(ask('op:conv')).toEqual([0, 1]);
  expect(ask('op:conv*')).toEqual([0, 1, 4]);
  expect(ask('op:*pool')).toEqual([3]);
  expect(ask('op:con')).toEqual([]);
});

test('a name may hold a colon, and a colon alone names no operator', () => {
  expect(ask('pool:1')).toEqual([3]);
  expect(ask('name:conv')).toEqual([0, 1]);
  expect(ask('name:st*0')).toEqual([0]);
});

test('a minus leaves out, also with a key', () => {
  expect(ask('conv -layer1')).toEqual([0, 4]);
  expect(ask('-op:conv')).toEqual([2, 3, 4]);
  expect(ask('-')).toEqual([]);
});

test('shapes of any output, as run where that is known', () => {
  expect(ask('shape:*x512x7x7')).toEqual([1, 2]);
  expect(ask('shape:*×512×*×*')).toEqual([1, 2, 3]);
  expect(ask('shape:512')).toEqual([3]);
  expect(ask('shape:*x512x3x3', { shapes: new Map([[6, [2, 512, 3, 3]]]) })).toEqual([3, 4]);
  expect(ask('shape:*x512x7x7', { shapes: new Map([[2, [1, 512, 8, 8]]]) })).toEqual([2]);
});

test('a leading star is any number of axes, another star is one', () => {
  expect(isShape(['*', 7, 7], [1, 512, 7, 7])).toBe(true);
  expect(isShape(['*', 7, 7], [7, 7])).toBe(true);
  expect(isShape([512, '*', 7], [1, 512, 7, 7])).toBe(true);
  expect(isShape([512, '*'], [1, 512, 7, 7])).toBe(false);
  expect(isShape([512, 7, 7], [3, 512, 7, 7])).toBe(false);
  expect(isShape(['*', 'n', 3], ['N', 3])).toBe(true);
  expect(isShape([5], [null])).toBe(false);
  expect(isShape(['*'], null)).toBe(false);
});

test('attributes by their own names or by attr, number by number or all alike', () => {
  expect(ask('attr:strides=2')).toEqual([0]);
  expect(ask('strides:2')).toEqual([0]);
  expect(ask('kernel_shape:3x3')).toEqual([0]);
  expect(ask('kernel_shape:1x3')).toEqual([1]);
  expect(ask('attr:auto_pad=same*')).toEqual([4]);
  expect(ask('attr:strides')).toEqual([0, 1]);
  expect(isAttribute('2', [])).toBe(false);
  expect(isAttribute('true', true)).toBe(true);
});

test('types, parameters and what is wrong with the values', () => {
  expect(ask('dtype:float16')).toEqual([1, 2]);
  expect(ask('dtype:int*')).toEqual([3]);
  const parameters = Float64Array.of(1792, 2_000_000, 0, Number.NaN, 10);
  expect(ask('params:>1000', { parameters })).toEqual([0, 1]);
  expect(ask('params:>=2m', { parameters })).toEqual([1]);
  expect(ask('params:<=10', { parameters })).toEqual([2, 4]);
  const flags = Uint8Array.of(0, 1, 0, 4 | 2, 0, 1, 16);
  expect(ask('is:nan', { flags })).toEqual([0, 3]);
  expect(ask('is:dead is:inf', { flags })).toEqual([2]);
  expect(ask('is:saturated', { flags })).toEqual([4]);
  expect(ask('is:nan')).toEqual([]);
});

test('what is not understood is said, what is still being typed is not', () => {
  expect(parse('shape:x7').problems[0]).toContain('*x512x7x7');
  expect(parse('is:odd').problems[0]).toContain('nan, inf, dead, constant, saturated');
  expect(parse('params:many').problems).toHaveLength(1);
  expect(parse('conv op: -').problems).toEqual([]);
  expect(parse('conv op: -').terms).toHaveLength(1);
  expect(parse('toString:x constructor:y').terms.map(({ word }) => word.kind)).toEqual([
    'any',
    'any',
  ]);
});

test('a hundred thousand nodes are searched in well under 50 ms', async () => {
  const count = 100_000;
  const many = packed({
    nodes: Array.from({ length: count }, (_, i) => ({
      name: `/encoder/layers.${i % 4000}/attention/self/Operator_${i}`,
      op: i % 7 ? 'MatMul' : 'Add',
      reads: [i],
      writes: [i + 1],
      attributes: { axis: i % 5 },
    })),
    values: Array.from({ length: count + 1 }, (_, i) => ({ name: `v${i}`, shape: [1, 8, i % 9] })),
  });
  const large = await catalogueOf(many);
  const query = parse('self layers.39 -op:add shape:*x8x* axis:3', large.keys);
  find(large, query);
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    expect(find(large, query).length).toBeGreaterThan(100);
    return performance.now() - start;
  });
  expect(Math.min(...times)).toBeLessThan(50);
}, 20_000);
