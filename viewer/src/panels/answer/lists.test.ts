import { expect, test } from 'vitest';
import { isNumbers, listText, parseList } from './lists';

const ANCHORS = [
  [
    [10, 13],
    [16, 30],
  ],
  [
    [30, 61],
    [62, 45],
  ],
];

test('a list reads back as it was written', () => {
  expect(listText(ANCHORS)).toBe('10 x 13, 16 x 30\n30 x 61, 62 x 45');
  expect(parseList(listText(ANCHORS), ANCHORS)).toEqual(ANCHORS);
  expect(parseList(listText([-1, 1]), [0, 1])).toEqual([-1, 1]);
  const pairs = [
    [1, 2],
    [3, 4],
  ];
  expect(parseList(listText(pairs), pairs)).toEqual(pairs);
});

test('all scales in one line are shared out', () => {
  expect(parseList('10,13,  16,30,  30,61,  62,45', ANCHORS)).toEqual(ANCHORS);
  expect(parseList('[[10, 13], [16, 30]]\n[(30 61)]', ANCHORS)).toEqual([ANCHORS[0], [[30, 61]]]);
});

test('what is no such list is told in words', () => {
  expect(parseList('10 x 13, wide', ANCHORS)).toContain('wide is none');
  expect(parseList('10 x 13\n16', ANCHORS)).toContain('Line 2 has 1 numbers');
  expect(parseList('10 x 13\n1 x 2\n3 x 4', ANCHORS)).toContain('2 lines are wanted');
  expect(parseList('1, 2, 3', [0, 1])).toContain('2 numbers are wanted here, 3 were typed');
  expect(parseList('', [0, 1])).toContain('0 were typed');
  expect(parseList('', ANCHORS)).toContain('0 were typed');
});

test('only numbers are such lists', () => {
  expect(isNumbers(ANCHORS)).toBe(true);
  expect(isNumbers(['a'])).toBe(false);
  expect(isNumbers([])).toBe(false);
  expect(isNumbers({ 8: [1] })).toBe(false);
});
