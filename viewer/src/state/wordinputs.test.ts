import { expect, test } from 'vitest';
import { isOfWords } from './wordinputs';

test('inputs of words are told by name and type', () => {
  for (const name of ['input_ids', 'model/input_word_ids:0', 'tokens', 'token_ids', 'ids']) {
    expect(isOfWords(name, 'int64')).toBe(true);
  }
  for (const name of ['decoder_input_ids', 'attention_mask', 'token_type_ids', 'x', 'grids']) {
    expect(isOfWords(name, 'int64')).toBe(false);
  }
  expect(isOfWords('input_ids', 'float32')).toBe(false);
  expect(isOfWords('said', 'object')).toBe(true);
});
