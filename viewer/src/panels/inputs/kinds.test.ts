import { expect, test } from 'vitest';
import { asked, wishOf } from './kinds';

test('what is asked for reads back', () => {
  for (const kind of ['noise:7', 'constant:-0.25', 'gradient:down', 'gradient']) {
    expect(asked(wishOf({ synthetic: kind }))).toEqual({ synthetic: kind });
  }
  expect(asked(wishOf({ synthetic: true }))).toEqual({ synthetic: true });
  expect(wishOf({ upload: 'u1' }).kind).toBe('usual');
});

test('what is no number is told in words', () => {
  expect(asked({ kind: 'noise', more: '1.5' })).toContain('1.5 was typed');
  expect(asked({ kind: 'constant', more: 'much' })).toContain('much was typed');
  expect(asked({ kind: 'constant', more: ' ' })).toEqual({ synthetic: 'constant' });
});
