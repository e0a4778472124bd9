/** What goes into the clipboard. */
import { text } from '../client/keys';
import { keyOf } from '../client/tails';
import { complain, say } from '../state/actions';
import { columnsOf, marked, marksOf, rowsOf } from '../state/marked';

/** Copies words that have yet to come, and says so. */
export async function copy(words: Promise<string>, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(await words);
    say('note', said);
  } catch (problem) {
    complain(problem);
  }
}

/** Copies the marked cells for a spreadsheet; whether there are any. */
export function copyMarked(): boolean {
  const now = marked.peek();
  if (!now) return false;
  const [rows, columns] = [rowsOf(now), columnsOf(now)];
  const cells = `${rows.from}:${rows.to},${columns.from}:${columns.to}`;
  const said = `${marksOf(now).join(' × ')} cells are in the clipboard.`;
  void copy(text(keyOf(now.source, '/array.csv', `tabs=1&cells=${cells}`)), said);
  return true;
}
