/** What the keys do in the outline: a tree as the ARIA practices describe it. */
import { select } from '../../state/actions';
import { fold, toggleFold, unfold } from '../../state/folding';
import { toGroup, toNode } from '../../state/steps';
import { focused, focusedGroup, opened, unfolded } from '../../state/store';
import { openOutput } from '../keyboard';
import { GROUP, NODE, parentRow } from './rows';
import { active, activeIndex, type Key, keyAt, rows, titleOf } from './tree';

/** Letters typed within so many milliseconds are one word. */
const ONE_WORD = 700;
/** Rows that are looked through for a word: no key press may hold the page up. */
const FARTHEST = 20_000;
const PAGE = 10;

const isGroup = ({ what }: Key): boolean => what === GROUP;

function activate(index: number): void {
  const last = rows.value.count - 1;
  if (last >= 0) active.value = keyAt(Math.min(last, Math.max(0, index)));
}

/** Flies to a row's block; once there, opens the output of a layer. */
export function go(key: Key): void {
  active.value = key;
  if (isGroup(key)) void toGroup(key.id);
  else if (key.what !== NODE) select({ value: key.id, node: null, map: null });
  else if (focused.value === key.id) openOutput(key.id);
  else void toNode(key.id);
}

/** Folds or unfolds a row's group where it stands in the scene. */
export function turn(key: Key): void {
  active.value = key;
  if (!isGroup(key)) return;
  focused.value = null;
  focusedGroup.value = key.id;
  void toggleFold(key.id);
}

function right(index: number): void {
  const key = keyAt(index);
  if (!isGroup(key)) return;
  if (unfolded.value.has(key.id)) activate(index + 1);
  else void unfold(key.id);
}

function left(index: number): void {
  const key = keyAt(index);
  if (isGroup(key) && unfolded.value.has(key.id)) fold(key.id);
  else {
    const around = parentRow(rows.value, index);
    if (around >= 0) activate(around);
  }
}

const ACTS: Readonly<Record<string, (index: number) => void>> = {
  ArrowDown: (index) => activate(index + 1),
  ArrowUp: (index) => activate(index - 1),
  PageDown: (index) => activate(index + PAGE),
  PageUp: (index) => activate(index - PAGE),
  Home: () => activate(0),
  End: () => activate(rows.value.count - 1),
  ArrowRight: right,
  ArrowLeft: left,
  Enter: (index) => go(keyAt(index)),
  ' ': (index) => turn(keyAt(index)),
};

let typed = { text: '', at: 0 };

/** Goes to the next row whose title begins with what is typed. */
function spell(letter: string): void {
  const graph = opened.value?.graph;
  if (!graph) return;
  const now = performance.now();
  const text = (now - typed.at < ONE_WORD ? typed.text : '') + letter.toLowerCase();
  typed = { text, at: now };
  const { count } = rows.value;
  // One letter goes on from here, a word that grows may stay where it is.
  const from = activeIndex.value + (text.length === 1 ? 1 : 0);
  for (let i = 0; i < Math.min(count, FARTHEST); i++) {
    const index = (from + i) % count;
    if (titleOf(graph, keyAt(index)).toLowerCase().startsWith(text)) {
      activate(index);
      return;
    }
  }
}

export function pressed(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = ACTS[event.key];
  if (act) act(activeIndex.value);
  else if (/^[\p{L}\p{N}_]$/u.test(event.key)) spell(event.key);
  else return;
  // The arrows would move the camera, and letters are commands elsewhere.
  event.preventDefault();
  event.stopPropagation();
}
