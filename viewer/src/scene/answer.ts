/** The answer beside the last layer: one bar a class, the winner lit. */
import { Vector3 } from 'three';
import type { AnswerDoc, SettingsDoc } from '../client/documents';
import { areShares, best, className, lengths } from '../state/answers';
import { score } from '../state/numbers';
import type { AnswerMode } from '../state/store';
import type { Want } from './labels';
import type { Palette } from './palette';
import { PEDESTAL, type Stood } from './solid';
import type { Solids } from './solids';
import type { Ink } from './text';

const MOST = 10;
const NAMES = 0.48;
const NUMBERS = 0.18;
/** A score is never cut. */
const WHOLE = 9;

/** The classes that are drawn: all of a few in their order, else the best. */
function shownClasses(answer: AnswerDoc, mode: AnswerMode, settings: SettingsDoc | null) {
  const scored = best(answer, mode, settings, MOST);
  const few = answer.classes.length <= MOST;
  return few ? scored.sort((a, b) => a.index - b.index) : scored;
}

export interface AnswerInk {
  readonly name: Ink;
  readonly dim: Ink;
  readonly lit: Ink;
}

/** What the bars are drawn of. */
export interface AnswerView {
  readonly solids: Solids;
  readonly stood: Stood;
  readonly answer: AnswerDoc;
  readonly mode: AnswerMode;
  readonly settings: SettingsDoc | null;
  readonly palette: Palette;
  readonly ink: AnswerInk;
  /** CSS pixels to a world unit. */
  readonly scale: number;
}

/** Draws the bars and says which words belong to them. */
export function drawAnswer(view: AnswerView): Want[] {
  const { solids, stood, answer, mode, settings, palette, ink, scale } = view;
  const { size } = stood.block;
  const shown = shownClasses(answer, mode, settings);
  const shares = areShares(answer, mode);
  const filled = lengths(shown, shares);
  const pitch = size.height / Math.max(shown.length, 6);
  const left = stood.place.x - size.width / 2;
  const top = stood.place.y + PEDESTAL.height + 0.03 + size.height;
  const barLeft = left + size.width * NAMES;
  const full = size.width * (1 - NAMES - NUMBERS);
  const tall = pitch * 0.56;
  const wants: Want[] = [];
  shown.forEach((one, i) => {
    const won = one.index === answer.top[0];
    const middle = top - pitch * (i + 0.5);
    const bar = (wide: number, z: number) =>
      [
        new Vector3(barLeft, middle - tall / 2, z),
        new Vector3(wide, 0, 0),
        new Vector3(0, tall, 0),
      ] as const;
    solids.panel(...bar(full, 0.05), palette.track);
    const long = Math.max(full * (filled[i] ?? 0), 0.008);
    solids.panel(...bar(long, 0.054), won ? palette.winner : palette.bar);
    // Where rows are too low for every name, the winner alone is named.
    if (!won && pitch * scale < ink.name.size * 1.05) return;
    const want = (id: string, text: string, x: number, align: number, used: Ink, room: number) => ({
      id: `answer ${id} ${i}`,
      lines: [{ text, ink: won ? ink.lit : used }],
      at: new Vector3(x, middle, 0.06),
      align: [align, 0.5] as const,
      priority: won ? 60 : 8,
      room: room * scale,
      lead: 1.04,
    });
    const number = score(one.score, shares);
    const nameRoom = size.width * NAMES - 0.03;
    wants.push(want('name', className(one), barLeft - 0.05, 1, ink.name, nameRoom));
    wants.push(want('score', number, barLeft + full + 0.05, 0, ink.dim, WHOLE));
  });
  return wants;
}
