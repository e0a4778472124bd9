import { expect, test } from 'vitest';
import { isTable } from './pasted';

test('numbers are a table, whatever stands between them', () => {
  for (const text of [
    '1\t2\n3\t4',
    'a,b\n1,2',
    '1,5;2\n3;4',
    '1 2 3',
    '0\n1\r\n2\r\n',
    '"1","nan"',
  ]) {
    expect(isTable(text)).toBe(true);
  }
});

test('words are none', () => {
  for (const text of ['A shoe, in grey', '', '7', 'x\ty\nleft\tright', '1\tcat', '\t\n']) {
    expect(isTable(text)).toBe(false);
  }
});
