/** Which key does what: a list for the help, and what a key press means. */

export type CommandName =
  | 'home'
  | 'next'
  | 'previous'
  | 'find'
  | 'up'
  | 'input'
  | 'output'
  | 'alike-next'
  | 'alike-previous'
  | 'first-bad'
  | 'fold'
  | 'unfold'
  | 'level'
  | 'fold-all'
  | 'unfold-all'
  | 'outline'
  | 'ancestors'
  | 'descendants'
  | 'path-from'
  | 'path-to'
  | 'open-tensor'
  | 'view'
  | 'map-next'
  | 'map-previous'
  | 'item-next'
  | 'item-previous'
  | 'entry-next'
  | 'entry-previous'
  | 'gallery'
  | 'copy-cells'
  | 'hide-maps'
  | 'fan'
  | 'fan-all'
  | 'theme'
  | 'lecture'
  | 'full-screen'
  | 'flip'
  | 'hold-range'
  | 'open'
  | 'capture'
  | 'help'
  | 'close';

export const ROOMS = ['Move', 'Groups', 'Light', 'Look', 'Tensor', 'Page'] as const;
export type Room = (typeof ROOMS)[number];

export interface Binding {
  readonly name: CommandName;
  /** As `keyName` writes it; several do the same. */
  readonly keys: readonly string[];
  readonly words: string;
  readonly room: Room;
}

const key = (
  room: Room,
  name: CommandName,
  keys: string | readonly string[],
  words: string,
): Binding => ({ name, room, words, keys: typeof keys === 'string' ? [keys] : keys });

export const BINDINGS: readonly Binding[] = [
  key('Move', 'home', 'h', 'the whole network'),
  key('Move', 'next', 'n', 'next layer'),
  key('Move', 'previous', 'p', 'previous layer'),
  key('Move', 'alike-next', 'k', 'next layer with the same operator'),
  key('Move', 'alike-previous', 'Shift+k', 'previous layer with the same operator'),
  key('Move', 'input', 'i', 'the layer at the input'),
  key('Move', 'output', 'y', 'the layer at the output'),
  key('Move', 'up', 'u', 'the group around'),
  key('Move', 'first-bad', 'x', 'the first layer with NaN or Inf'),
  key('Groups', 'outline', 'g', 'open or close the outline'),
  key('Groups', 'fold', '[', 'fold the group'),
  key('Groups', 'unfold', ']', 'unfold the group'),
  key('Groups', 'fold-all', 'Shift+[', 'fold all'),
  key('Groups', 'level', 'v', 'unfold one level more'),
  key('Groups', 'unfold-all', 'Shift+]', 'unfold all'),
  key('Light', 'find', ['/', 'Ctrl+k'], 'find layers'),
  key('Light', 'ancestors', 'a', 'all that leads to the layer'),
  key('Light', 'descendants', 'd', 'all that depends on the layer'),
  key('Light', 'path-from', 'w', 'a path from this layer …'),
  key('Light', 'path-to', 'Shift+w', '… to this one'),
  key('Look', 'fan', 'e', 'fan the maps of the layer'),
  key('Look', 'fan-all', 'Shift+e', 'fan all stacks apart, or close them'),
  key('Look', 'hide-maps', 'm', 'hide or show the maps of the layer'),
  key('Look', 'hold-range', 'r', 'hold the colour ranges for the next input'),
  key('Look', 'flip', 'b', 'back to the previous input, and forth'),
  key('Look', 'capture', 'c', 'copy a picture of the network'),
  key('Tensor', 'open-tensor', 'Enter', "open the layer's output"),
  key(
    'Tensor',
    'view',
    ['1', '2', '3', '4', '5', '6'],
    'stack, flat, cells, numbers, smooth, relief',
  ),
  key('Tensor', 'map-next', 'PageDown', 'the chosen cell in the next map'),
  key('Tensor', 'map-previous', 'PageUp', 'the chosen cell in the previous map'),
  key('Look', 'item-next', ['.', '>'], 'the next item of a batch'),
  key('Look', 'item-previous', [',', '<'], 'the previous item of a batch'),
  key('Look', 'entry-next', 'j', 'the next input of the gallery'),
  key('Look', 'entry-previous', 'Shift+j', 'the previous input of the gallery'),
  key('Page', 'gallery', 's', 'the gallery: many inputs at once'),
  key('Tensor', 'copy-cells', 'Ctrl+c', 'copy the marked cells'),
  key('Tensor', 'close', 'Escape', 'end the search, the chosen cell, what is lit, the tensor'),
  key('Page', 'open', 'o', 'open a model'),
  key('Page', 'theme', 't', 'dark or light'),
  key('Page', 'lecture', 'l', 'lecture mode: panels away, larger text'),
  key('Page', 'full-screen', 'f', 'full screen'),
  key('Page', 'help', '?', 'these keys'),
];

/** What the mouse and the keys without a command do. */
export const GESTURES: readonly (readonly [string, string])[] = [
  ['drag, arrows', 'pan'],
  ['click on a cell', 'the sum that made it; arrows slide it'],
  ['right drag', 'turn'],
  ['wheel, pinch', 'zoom to the cursor'],
  ['click', 'open a tensor'],
  ['double click', 'fly to a layer, unfold a group'],
  ["click on a group's title", 'fold it'],
  ['Shift and drag', 'zoom into a box; in the panel, mark cells'],
  ['Shift and arrows', 'mark cells from the chosen one on'],
  ['Tab', 'the outline, then the panels'],
];

/** The parts of a key press that count. */
export interface Press {
  readonly key: string;
  readonly code: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** A press by name, such as `h`, `Shift+e`, `?`, `Ctrl+k`; null with a modifier that is the browser's. */
export function keyName(press: Press): string | null {
  const letter = letterOf(press) ?? bracketOf(press);
  if (press.ctrlKey || press.metaKey || press.altKey) {
    const ours = (letter === 'k' || letter === 'c') && !press.altKey && !press.shiftKey;
    return ours ? `Ctrl+${letter}` : null;
  }
  if (letter === null) return press.key;
  return press.shiftKey ? `Shift+${letter}` : letter;
}

/** The letter on the key; where the layout has other letters, the one at its place. */
function letterOf(press: Press): string | null {
  if (/^[a-z]$/i.test(press.key)) return press.key.toLowerCase();
  const place = /^Key([A-Z])$/.exec(press.code)?.[1];
  return place && /^\p{L}$/u.test(press.key) ? place.toLowerCase() : null;
}

const BRACKETS: Readonly<Record<string, string>> = {
  '[': '[',
  '{': '[',
  ']': ']',
  '}': ']',
  BracketLeft: '[',
  BracketRight: ']',
};

/** The bracket on the key; where the layout has a letter or an accent there, by its place. */
function bracketOf(press: Press): string | null {
  const place = press.key === 'Dead' || /^\p{L}$/u.test(press.key) ? press.code : '';
  return BRACKETS[press.key] ?? BRACKETS[place] ?? null;
}

/** The command of a key; null where there is none. */
export const bindingOf = (name: string): Binding | null =>
  BINDINGS.find((one) => one.keys.includes(name)) ?? null;

const WRITTEN = new Set(['text', 'search', 'number', 'url', 'email', 'password', 'tel', 'date']);

/** Whether an element takes the key itself: any for a field, Enter for what can be pressed. */
export function takesKey(
  element: { readonly tagName: string; readonly type?: string; readonly editable?: boolean },
  name: string,
): boolean {
  const tag = element.tagName.toLowerCase();
  if (name === 'Ctrl+k') return false;
  if (element.editable || tag === 'textarea' || tag === 'select') return true;
  if (tag === 'input') return WRITTEN.has(element.type ?? 'text') || name === 'Enter';
  return name === 'Enter' && ['button', 'a', 'summary', 'label'].includes(tag);
}
