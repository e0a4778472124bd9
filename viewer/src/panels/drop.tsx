/** Files dropped anywhere on the page: a picture is fed, anything else is opened. */
import { signal } from '@preact/signals';
import { openFile, runFile, say } from '../state/actions';
import { compareWith } from '../state/comparison';
import { opened } from '../state/store';
import { closeDialog } from './dialogs';
import { type Purpose, purposeOf, purposeOfTypes } from './files';

/** What the files under the cursor would do; null while none are. */
export const dragging = signal<Purpose | 'unknown' | null>(null);

/** Feeds or opens a file, by what it is. */
export function take(file: File, compared = false): void {
  closeDialog();
  // An .npy is fed, but where it is dropped on the open tensor.
  if (/\.npz$/i.test(file.name) || (compared && /\.npy$/i.test(file.name))) {
    void compareWith(file);
    return;
  }
  if (purposeOf(file) === 'open') void openFile(file);
  else if (opened.value) void runFile(file);
  else {
    say(
      'error',
      `A picture needs a network to look at it: open a model first, or the demo, then drop ${file.name} again.`,
    );
  }
}

const holdsFiles = (event: DragEvent): boolean =>
  event.dataTransfer?.types.includes('Files') ?? false;

function over(event: DragEvent): void {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  const items = [...(event.dataTransfer?.items ?? [])].filter((one) => one.kind === 'file');
  dragging.value = purposeOfTypes(items.map((one) => one.type));
}

function left(event: DragEvent): void {
  if (event.relatedTarget === null) dragging.value = null;
}

/** Whether something was dropped on the panel of the open tensor, its window included. */
function onTensor({ clientX: x, clientY: y }: DragEvent): boolean {
  const box = document.querySelector('.tensor')?.getBoundingClientRect();
  return box !== undefined && x >= box.left && x < box.right && y >= box.top && y < box.bottom;
}

function dropped(event: DragEvent): void {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  dragging.value = null;
  const files = [...(event.dataTransfer?.files ?? [])];
  const [first] = files;
  if (!first) return;
  if (files.length > 1) {
    say('note', `One file at a time: of ${files.length}, only ${first.name} was taken.`);
  }
  take(first, onTensor(event));
}

export function startDropping(): void {
  addEventListener('dragenter', over);
  addEventListener('dragover', over);
  addEventListener('dragleave', left);
  addEventListener('drop', dropped);
}

/** What a drop will do, in words. */
export function dropWords(what: Purpose | 'unknown'): string {
  const name = opened.value?.graph.facts.name;
  if (what === 'feed') {
    return name ? `Feed this picture to ${name}` : 'A picture: open a model first';
  }
  if (what === 'open') return 'Open this model';
  return name
    ? 'Open this model, feed this .npy array, or compare (.npz; .npy on the panel)'
    : 'Open this model';
}

export function DropOverlay() {
  const what = dragging.value;
  if (what === null) return null;
  return (
    <div class="drop-overlay" role="status">
      <p>{dropWords(what)}</p>
    </div>
  );
}
