import { expect, test } from 'vitest';
import { BINDINGS, bindingOf, keyName, type Press, takesKey } from './keymap';

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  code: '',
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});

test('no key has two meanings', () => {
  const keys = BINDINGS.flatMap((one) => one.keys);
  expect(new Set(keys).size).toBe(keys.length);
});

test('a letter is the same with caps lock, and another with shift', () => {
  expect(keyName(press('H'))).toBe('h');
  expect(keyName(press('E', { shiftKey: true }))).toBe('Shift+e');
  expect(bindingOf('Shift+e')?.name).toBe('fan-all');
  expect(bindingOf('e')?.name).toBe('fan');
});

test('a Cyrillic or Greek layout has the same keys in the same places', () => {
  expect(keyName(press('р', { code: 'KeyH' }))).toBe('h');
  expect(keyName(press('Enter', { code: 'Enter' }))).toBe('Enter');
});

test('what is written with shift counts as what is written', () => {
  expect(bindingOf(keyName(press('?', { shiftKey: true, code: 'Slash' })) ?? '')?.name).toBe(
    'help',
  );
});

test('the keys of the browser stay with it', () => {
  expect(keyName(press('p', { ctrlKey: true }))).toBeNull();
  expect(keyName(press('p', { metaKey: true }))).toBeNull();
  expect(keyName(press('c', { metaKey: true }))).toBe('Ctrl+c');
  expect(keyName(press('k', { ctrlKey: true, shiftKey: true }))).toBeNull();
  expect(bindingOf('Shift+q')).toBeNull();
});

test('a field keeps all keys, a button only Enter', () => {
  expect(takesKey({ tagName: 'INPUT', type: 'text' }, 'h')).toBe(true);
  expect(takesKey({ tagName: 'INPUT', type: 'radio' }, 'h')).toBe(false);
  expect(takesKey({ tagName: 'SELECT' }, 'h')).toBe(true);
  expect(takesKey({ tagName: 'DIV', editable: true }, 'h')).toBe(true);
  expect(takesKey({ tagName: 'BUTTON' }, 'Enter')).toBe(true);
  expect(takesKey({ tagName: 'BUTTON' }, 'h')).toBe(false);
  expect(takesKey({ tagName: 'BODY' }, 'Enter')).toBe(false);
});

test('the search opens with Ctrl or Cmd and K, also out of a field', () => {
  const name = keyName(press('k', { metaKey: true })) ?? '';
  expect(bindingOf(name)?.name).toBe('find');
  expect(bindingOf(keyName(press('K', { ctrlKey: true })) ?? '')?.name).toBe('find');
  expect(takesKey({ tagName: 'INPUT', type: 'text' }, name)).toBe(false);
  expect(takesKey({ tagName: 'INPUT', type: 'text' }, '/')).toBe(true);
});

test('brackets are brackets, with shift too, and by their place where a layout lacks them', () => {
  const named = (key: string, code: string, shiftKey = false) =>
    bindingOf(keyName(press(key, { code, shiftKey })) ?? '')?.name;
  expect(named('[', 'BracketLeft')).toBe('fold');
  expect(named('{', 'BracketLeft', true)).toBe('fold-all');
  expect(named('ü', 'BracketLeft')).toBe('fold');
  expect(named('Dead', 'BracketRight', true)).toBe('unfold-all');
  // Dvorak has the slash in the bracket's place.
  expect(named('/', 'BracketLeft')).toBe('find');
});
