/** Files dropped anywhere on the page: a picture is fed, anything else is opened. */
import { signal } from '@preact/signals';
import { complain, openFile, runFile, say } from '../state/actions';
import { compareWith } from '../state/comparison';
import { openParts } from '../state/opening';
import { opened } from '../state/store';
import { bundleOf, type Part, partsOf } from './bundle';
import { closeDialog, dialog } from './dialogs';
import { isDoubtful, purposeInside } from './doubtful';
import { type Purpose, purposeOf, purposeOfTypes } from './files';
import { takeInputs } from './gallery/offers';
import { areInputs, isGallery } from './intake';
import { namesInZip } from './zipnames';

/** What the files under the cursor would do; null while none are. */
export const dragging = signal<Purpose | 'unknown' | null>(null);

/** Feeds or opens a file, by what it is. */
export function take(file: File, compared = false): void {
  closeDialog();
  const arrays = /\.np[yz]$/i.test(file.name);
  if (arrays && !opened.value) {
    // With nothing to feed or to compare with, arrays are looked at themselves.
    void openFile(file);
    return;
  }
  if (opened.value && isDoubtful(file.name)) {
    const act = { feed: runFile, open: openFile };
    purposeInside(file).then((purpose) => act[purpose](file), complain);
    return;
  }
  // An .npy is fed, but where it is dropped on the open tensor.
  if (/\.npz$/i.test(file.name) || (compared && arrays)) {
    void compareWith(file);
    return;
  }
  if (purposeOf(file) === 'open') void openFile(file);
  else if (opened.value) void runFile(file);
  else {
    say(
      'error',
      `${file.name} needs a network to be fed to: open a model first, or the demo, then drop it again.`,
    );
  }
}

/** Makes a gallery of files, where there is a network to answer them. */
async function takeGallery(parts: readonly Part[]): Promise<void> {
  if (!opened.value) {
    say(
      'error',
      'Inputs need a network to look at them: open a model first, then drop them again.',
    );
    return;
  }
  if (await takeInputs(parts)) dialog.value = 'gallery';
}

/** A file that was dropped alone: an archive is opened or fed by what is in it. */
async function takeOne(file: File, compared: boolean): Promise<void> {
  const archive = /\.(zip|npz)$/i.test(file.name) && opened.value !== null && !compared;
  if (archive && isGallery(await namesInZip(file))) {
    await takeGallery([{ path: file.name, file }]);
  } else take(file, compared);
}

/** Opens files that belong to one model, its main file found among them; inputs make a gallery. */
export function takeParts(parts: readonly Part[], compared = false): void {
  const [first] = parts;
  if (!first) return;
  const several = parts.length > 1 || first.path.includes('/');
  if (several && areInputs(parts.map((part) => part.path))) {
    void takeGallery(parts);
    return;
  }
  const bundle = parts.length > 1 || first.path.includes('/') ? modelAmong(parts) : null;
  if (bundle) {
    closeDialog();
    void openParts(bundle.parts, bundle.main);
    return;
  }
  if (parts.length > 1) {
    say(
      'note',
      `One file at a time: of ${parts.length}, only ${first.file.name} was taken; none is a model.`,
    );
  }
  takeOne(first.file, compared).catch(complain);
}

function modelAmong(parts: readonly Part[]) {
  // Arrays and pictures that come together are no parts of a model.
  if (!parts.some(({ file }) => purposeOf(file) === 'open')) return null;
  const bundle = bundleOf(parts.map((part) => part.path));
  return (
    bundle && {
      main: bundle.main,
      parts: parts.map(({ file }, i) => ({ file, path: bundle.parts[i] ?? file.name })),
    }
  );
}

/** Opens what was chosen as a model, whatever its ending would mean elsewhere. */
export function takeModel(files: readonly File[]): void {
  const [only] = files;
  if (!only) return;
  closeDialog();
  if (files.length > 1) takeParts(files.map((file) => ({ path: file.name, file })));
  else if (purposeOf(only) === 'open' || /\.npy$/i.test(only.name)) void openFile(only);
  else take(only);
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
  if (!event.dataTransfer) return;
  const compared = onTensor(event);
  partsOf(event.dataTransfer).then((parts) => takeParts(parts, compared), complain);
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
    return name ? `Feed this to ${name}` : 'Something to feed: open a model first';
  }
  if (what === 'open') return 'Open this model';
  return name
    ? 'Open this model, feed this array or text, or compare (.npz; .npy on the panel)'
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
