import { expect, test } from 'vitest';
import type { Table } from '../../client/documents';
import { filterTables, optionsOf } from './tablelist';

const table = (name: string, kind: Table['kind']): Table => ({
  name,
  kind,
  colours: new Uint8Array(768),
});
const tables = [
  table('inferno', 'sequential'),
  table('crameri:vik', 'diverging'),
  table('viridis', 'sequential'),
  table('crameri:berlin', 'diverging'),
];
const options = optionsOf(tables, 'viridis');

test('tables come by kind, each kind headed once, after the automatic choice', () => {
  expect(options.map((one) => one.name)).toEqual([
    null,
    'inferno',
    'viridis',
    'crameri:vik',
    'crameri:berlin',
  ]);
  expect(options.map((one) => one.heading)).toEqual([null, 'sequential', null, 'diverging', null]);
  expect(options[0]?.table?.name).toBe('viridis');
});

test('a search keeps what holds the text, and heads it anew', () => {
  const found = filterTables(options, ' VI');
  expect(found.map((one) => [one.name, one.heading])).toEqual([
    ['viridis', 'sequential'],
    ['crameri:vik', 'diverging'],
  ]);
  expect(filterTables(options, 'zzz')).toEqual([]);
  expect(filterTables(options, '')).toEqual(options);
});
