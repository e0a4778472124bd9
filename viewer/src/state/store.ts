/** What the page shows: signals, changed only by the actions beside this file. */
import { signal } from '@preact/signals';
import type { CompareDoc, SettingsDoc, StateDoc, TraceDoc } from '../client/documents';
import type { Graph } from '../client/graph';
import type { Layouts } from '../client/layouts';

export interface Opened {
  readonly id: number;
  readonly graph: Graph;
  readonly layouts: Layouts;
}

/** A sentence for the user; an error stays until it is closed. */
export interface Message {
  readonly id: number;
  readonly kind: 'error' | 'note';
  readonly text: string;
  /** What the user can do about it, as a button. */
  readonly offer?: { readonly label: string; readonly act: () => void };
}

/** What one input is given: an array that was sent, or one number. */
export type GivenSource =
  | { readonly upload: string; readonly name: string }
  | { readonly number: number };

/** The tensor that is open in the panel; `map` where one of its maps was pointed at. */
export interface Selection {
  readonly value: number;
  readonly node: number | null;
  /** The folded group on whose block it was pointed at. */
  readonly group?: number;
  readonly map: number | null;
}

/** What lies under the cursor. */
export interface Hover {
  readonly value: number;
  readonly node: number | null;
  /** The folded group whose block it is. */
  readonly group?: number;
  /** Row and column in level-0 cells of the sheet, null on a port. */
  readonly cell: { readonly plane: number; readonly row: number; readonly column: number } | null;
  /** Whether the cell is of the tensor as the user sees it in the panel, not as it stands. */
  readonly viewed?: boolean;
  readonly x: number;
  readonly y: number;
}

export type View = 'stack' | 'flat' | 'cells' | 'numbers' | 'smooth' | 'relief';
export type RangeChoice =
  | { readonly kind: 'robust' | 'full' | 'symmetric' | 'log' }
  | { readonly kind: 'typed'; readonly low: number; readonly high: number };
/** How one tensor is coloured. */
export interface Style {
  /** A colour table's name; null chooses by sign and theme. */
  readonly table: string | null;
  readonly range: RangeChoice;
  readonly scaling: 'tensor' | 'map';
}
export type AnswerMode = 'raw' | 'softmax' | 'sigmoid';

export const server = signal<StateDoc | null>(null);
/** `start` offers models; `opening` waits for one; `lost` has lost its worker. */
export const phase = signal<'start' | 'opening' | 'ready' | 'lost'>('start');
/** What is being done while opening, in words. */
export const stage = signal('');
/** The id of the model whose structure is being read. */
export const opening = signal<number | null>(null);
export const opened = signal<Opened | null>(null);
export const settings = signal<SettingsDoc | null>(null);
export const trace = signal<TraceDoc | null>(null);
export const previous = signal<TraceDoc | null>(null);
export const running = signal<{
  trace: number;
  done: number;
  total: number;
  since: number;
} | null>(null);
/** Whether runs follow one another live: then each is shown at once, and what takes long can wait. */
export const following = signal(false);
/** The live run whose picture of the window was finished last. */
export const followed = signal(-1);
/** What single inputs are given by the user, by their names; the rest have defaults. */
export const given = signal<ReadonlyMap<string, GivenSource>>(new Map());
/** A file that was refused for its code, while the user is asked whether it may run. */
export const untrusted = signal<{ readonly name: string; readonly open: () => void } | null>(null);
export const messages = signal<readonly Message[]>([]);

export const selected = signal<Selection | null>(null);
export const hover = signal<Hover | null>(null);
export const focused = signal<number | null>(null);
/** The group that keys speak of, where no layer is in focus. */
export const focusedGroup = signal<number | null>(null);
/** Ids of the groups that stand open. */
export const unfolded = signal<ReadonlySet<number>>(new Set());
/** Ids of the nodes that a search or a question has lit; the rest is dimmed where there are any. */
export const lit = signal<ReadonlySet<number>>(new Set());

export const theme = signal<'dark' | 'light'>('dark');
export const lecture = signal(false);
export const holdRange = signal(false);
/** Ids of the nodes whose maps are hidden. */
export const hidden = signal<ReadonlySet<number>>(new Set());

export const view = signal<View>('stack');
/** How tensors are coloured where nothing else was chosen for one. */
export const everywhere = signal<Style>({
  table: null,
  range: { kind: 'robust' },
  scaling: 'tensor',
});
/** What was chosen for single tensors, by value id. */
export const styles = signal<ReadonlyMap<number, Style>>(new Map());
/** Ids of the nodes whose maps stand apart, plane by plane. */
export const fanned = signal<ReadonlySet<number>>(new Set());
export const answerMode = signal<AnswerMode>('softmax');
/** Where the panel leaves room for the scene to draw the open tensor, in CSS pixels. */
export const inset = signal<DOMRect | null>(null);
/** The part of the window that the network may fill, in CSS pixels. */
export const stageArea = signal<{ left: number; top: number; right: number; bottom: number }>({
  left: 0,
  top: 0,
  right: 0,
  bottom: 0,
});

/** How a value is coloured. */
export const styleOf = (value: number): Style => styles.value.get(value) ?? everywhere.value;

/** The map of the open tensor that the panel shows alone or first; null for all of them. */
export const shownMap = signal<number | null>(null);

/** What was held against the run shown now, and which run that was. */
export const comparison = signal<{ trace: number; file: string; doc: CompareDoc } | null>(null);
/** Whether the open tensor is shown as its reference less itself. */
export const showsDifference = signal(false);

/** The comparison by which a value's difference is asked for; null where the value itself is shown. */
export function differenceOf(value: number): { trace: number; comparison: number } | null {
  const now = comparison.value;
  if (!now || !showsDifference.value) return null;
  const compared = now.doc.rows.some((row) => row.value === value && row.at !== null);
  return compared ? { trace: now.trace, comparison: now.doc.comparison } : null;
}

/** Where the camera is asked to go; a new object asks again. */
export interface Flight {
  readonly to: 'home' | 'next' | 'previous' | 'node' | 'group' | 'in' | 'out' | 'capture';
  readonly node?: number;
  readonly group?: number;
}
export const flight = signal<Flight | null>(null);
