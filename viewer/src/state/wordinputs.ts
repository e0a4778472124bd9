/** Which inputs of a network take words. */

/** Inputs that hold the numbers of words, by the usual names; a decoder's own are left to it. */
const NUMBERS =
  /((^|[/_.])(input_?(word_?)?ids|word_?ids|token_?ids|tokens|text)|(^|[/.])ids)(:|$)/i;
const DECODERS = /(^|[/_.])decoder/i;

/** Whether an input of this name and type takes words. */
export function isOfWords(name: string, dtype: string | null): boolean {
  if (dtype === 'object' || dtype === 'str' || dtype === 'string') return true;
  return /^u?int(32|64)$/.test(dtype ?? '') && NUMBERS.test(name) && !DECODERS.test(name);
}
