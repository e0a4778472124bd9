/** What is pasted anywhere but into a field: files, pictures, numbers and words are fed. */
import { runFile, say } from '../state/actions';
import { opened } from '../state/store';
import { feedText, takesWords } from '../state/words';
import { dialog } from './dialogs';
import { take } from './drop';
import { isTable } from './pasted';

/** Whether somebody is writing there. */
function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  const typed = ['text', 'number', 'search', 'url', 'email', 'password'];
  return target instanceof HTMLInputElement && typed.includes(target.type);
}

function takeText(text: string): void {
  const graph = opened.value?.graph;
  if (!graph) {
    say(
      'error',
      'What was pasted needs a network: open a model first, or the demo, then paste again.',
    );
  } else if (isTable(text) && !takesWords(graph)) {
    void runFile(new File([text], 'pasted.csv', { type: 'text/csv' }));
  } else if (takesWords(graph)) {
    void feedText(text);
  } else {
    say(
      'note',
      `${graph.facts.name} takes no words: paste a picture, a sound or a table of numbers.`,
    );
  }
}

function pasted(event: ClipboardEvent): void {
  const data = event.clipboardData;
  if (!data || event.defaultPrevented || isField(event.target) || dialog.value !== null) return;
  const [file] = [...data.files];
  const text = data.getData('text/plain');
  // A spreadsheet sends its cells as numbers, and a picture of them beside.
  const numbers = text !== '' && isTable(text);
  if (file && !numbers) {
    event.preventDefault();
    take(file);
  } else if (text.trim() !== '') {
    event.preventDefault();
    takeText(text);
  }
}

export function startPasting(): void {
  addEventListener('paste', pasted);
}
