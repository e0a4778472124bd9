/** Words to feed: whether the network takes any, and how they get there. */
import type { Graph } from '../client/graph';
import { currentSource, run } from './actions';
import { isOfWords } from './wordinputs';

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
