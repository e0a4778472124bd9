/** Words to feed: whether the network takes any, and how they get there. */
import type { Graph } from '../client/graph';
import { currentSource, run } from './actions';

/** Inputs that hold the numbers of words, by the usual names; a decoder's own are left to it. */
const NUMBERS = /(^|[/_.])(input_?ids|word_?ids|input_word_ids|token(s|_?ids)|ids|text)(:|$)/i;
const DECODERS = /(^|[/_.])decoder/i;

/** Whether an input of this name and type takes words. */
export function isOfWords(name: string, dtype: string | null): boolean {
  if (dtype === 'object' || dtype === 'str' || dtype === 'string') return true;
  return /^u?int(32|64)$/.test(dtype ?? '') && NUMBERS.test(name) && !DECODERS.test(name);
}

/** Whether a network takes words. */
export function takesWords(graph: Graph): boolean {
  return graph.inputs.some((id) => isOfWords(graph.valueName(id), graph.value(id)?.dtype ?? null));
}

/** Feeds words; the tokenizer that was named last goes on being used. */
export const feedText = (text: string): Promise<void> => run({ text });

/** Uses another tokenizer, and feeds the words again where words were fed. */
export function useTokenizer(upload: string): Promise<void> {
  const source = currentSource();
  return run(
    'text' in source ? { text: source.text, tokenizer: upload } : { ...source, tokenizer: upload },
  );
}
