import { expect, test } from 'vitest';
import { packed } from '../../client/packed';
import { catalogueOf } from '../../state/catalogue';
import { parse } from '../../state/query';
import { find } from '../../state/search';
import { examplesOf } from './examples';
import { partsOf } from './marks';

const marked = (name: string, words: string[]) =>
  partsOf(name, words)
    .map(({ text, marked: on }) => (on ? `[${text}]` : text))
    .join('');

test('what was sought is marked, whatever its case', () => {
  expect(marked('Layer1/Conv_conv', ['conv'])).toBe('Layer1/[Conv]_[conv]');
  expect(marked('abc', [])).toBe('abc');
  expect(marked('', ['a'])).toBe('');
});

test('words that overlap or touch are one mark', () => {
  expect(marked('attention', ['att', 'ten'])).toBe('[atten]tion');
  expect(marked('aaaa', ['aa'])).toBe('[aaaa]');
  expect(marked('stem/conv_0', ['st*0'])).toBe('[st]em/conv_[0]');
});

test('a name whose lower case is longer stays whole', () => {
  expect(marked('İconv', ['conv'])).toBe('İconv');
});

test('every example about the network itself finds something in it', async () => {
  const graph = packed({
    nodes: [
      {
        name: 'a',
        op: 'Conv',
        reads: [0],
        writes: [1],
        attributes: { group: 1, kernel_shape: [3, 3] },
      },
      { name: 'b', op: 'Relu', reads: [1], writes: [2] },
    ],
    values: [
      { name: 'x', what: 'input' },
      { name: 'y', shape: [null, 8, 5, 5], dtype: 'float32' },
      { name: 'z', shape: [null, 8, 5, 5], dtype: 'float32' },
    ],
  });
  const book = await catalogueOf(graph);
  const own = examplesOf(graph).filter(({ typed }) => !/^(params|is):/.test(typed));
  expect(own.map(({ typed }) => typed)).toContain('kernel_shape:3x3');
  for (const { typed } of own) {
    expect([typed, find(book, parse(typed, book.keys)).length > 0]).toEqual([typed, true]);
  }
  expect(examplesOf(packed({ nodes: [], values: [] })).length).toBeGreaterThan(3);
});
