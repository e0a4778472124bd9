/** Carries out what the keys mean. */
import { flip, fly, select, toggleFan, toggleMaps } from '../state/actions';
import { closeSearch, openSearch, searching } from '../state/find';
import { stepEntry } from '../state/gallery';
import { stepItem } from '../state/items';
import { anyLit, clear } from '../state/lighting';
import { marked } from '../state/marked';
import { chosen, forget, slide } from '../state/probe';
import { closeAnswer, openAnswer } from '../state/reading';
import { answerOpen } from '../state/readings';
import { hold } from '../state/scales';
import { toggleSteps } from '../state/stepcards';
import * as steps from '../state/steps';
import * as s from '../state/store';
import { toggleFullScreen, toggleLecture, toggleTheme } from './appearance';
import { copyMarked } from './clipboard';
import { dialog } from './dialogs';
import { bindingOf, type CommandName, keyName, takesKey } from './keymap';
import { toggleLive } from './live/open';
import { toggleOutline } from './outline/open';

const VIEWS: readonly s.View[] = ['stack', 'flat', 'cells', 'numbers', 'smooth', 'relief'];

function onLayer(act: (node: number) => void): void {
  const node = steps.layer();
  if (node !== null) act(node);
}

/** Opens the output of a layer. */
export function openOutput(node: number): void {
  const value = s.opened.value?.graph.writesOf(node)[0];
  if (value !== undefined) select({ value, node, map: null });
}

function close(): void {
  if (searching.value) closeSearch();
  else if (marked.value) marked.value = null;
  else if (chosen.value) forget();
  else if (anyLit()) clear();
  else if (s.selected.value) select(null);
  else if (answerOpen.value) closeAnswer();
  else if (s.lecture.value) toggleLecture();
}

const ACTS: Readonly<Record<CommandName, (key: string) => void>> = {
  home: () => fly('home'),
  next: () => fly('next'),
  previous: () => fly('previous'),
  find: openSearch,
  up: () => void steps.up(),
  input: () => void steps.toInput(),
  output: () => void steps.toOutput(),
  'alike-next': () => void steps.alike(1),
  'alike-previous': () => void steps.alike(-1),
  'first-bad': () => void steps.toFirstBad(),
  fold: steps.foldHere,
  unfold: () => void steps.unfoldHere(),
  level: () => void steps.unfoldLevel(),
  'fold-all': steps.foldEverything,
  'unfold-all': () => void steps.unfoldEverything(),
  outline: toggleOutline,
  ancestors: steps.lightAncestors,
  descendants: steps.lightDescendants,
  'path-from': steps.pathFrom,
  'path-to': steps.pathTo,
  capture: () => fly('capture'),
  'open-tensor': () => onLayer(openOutput),
  'map-next': () => void slide({ maps: 1 }),
  'map-previous': () => void slide({ maps: -1 }),
  'item-next': () => stepItem(1),
  'item-previous': () => stepItem(-1),
  'entry-next': () => stepEntry(1),
  'entry-previous': () => stepEntry(-1),
  gallery: () => {
    if (s.opened.value?.graph.runs) dialog.value = 'gallery';
  },
  'copy-cells': () => void copyMarked(),
  view: (key) => {
    s.view.value = VIEWS[Number(key) - 1] ?? s.view.value;
  },
  'hide-maps': () => onLayer(toggleMaps),
  fan: () => onLayer(toggleFan),
  'fan-all': () => toggleFan(null),
  live: () => void toggleLive(),
  theme: toggleTheme,
  lecture: toggleLecture,
  'full-screen': toggleFullScreen,
  answer: () => (answerOpen.value ? closeAnswer() : openAnswer()),
  flip: () => void flip(),
  steps: () => toggleSteps(),
  'hold-range': () => hold(!s.holdRange.value),
  open: () => {
    if (s.opened.value) dialog.value = 'open';
  },
  help: () => {
    dialog.value = 'keys';
  },
  close,
};

/** Commands that make sense without a model. */
const ALWAYS: ReadonlySet<CommandName> = new Set(['theme', 'full-screen', 'help', 'close']);

function pressed(event: KeyboardEvent): void {
  const name = keyName(event);
  // A dialog or a menu that is open has the keys to itself.
  if (name === null || event.defaultPrevented || dialog.value !== null) return;
  const target = event.target;
  if (target instanceof HTMLElement) {
    const { tagName, isContentEditable: editable } = target;
    const type = target instanceof HTMLInputElement ? target.type : '';
    if (takesKey({ tagName, type, editable }, name)) return;
  }
  const binding = bindingOf(name);
  // The browser copies what is selected in the page, unless cells are marked.
  if (binding?.name === 'copy-cells' && !marked.peek()) return;
  if (!binding || (event.repeat && binding.room !== 'Move' && !/^(item|entry)-/.test(binding.name)))
    return;
  if (!s.opened.value && !ALWAYS.has(binding.name)) return;
  event.preventDefault();
  ACTS[binding.name](name);
}

export function startKeyboard(): void {
  addEventListener('keydown', pressed);
}
