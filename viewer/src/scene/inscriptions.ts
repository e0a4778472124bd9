/** The words on blocks: operator, shape, and more where there is room. */
import { Vector3 } from 'three';
import type { TraceDoc } from '../client/documents';
import type { Graph, GroupDoc } from '../client/graph';
import { short } from '../state/numbers';
import type { Picture } from '../state/pictures';
import type { Scale } from '../state/ranges';
import { hover, selected } from '../state/store';
import type { AnswerInk } from './answer';
import type { Standing } from './blocks';
import { groupWords } from './blocks';
import { cardFrame } from './cards';
import { isOf } from './furniture';
import type { Line, Want } from './labels';
import type { Palette } from './palette';
import { PEDESTAL, type Stood } from './solid';
import type { Ink } from './text';
import type { Open } from './walk';

export interface Inks extends AnswerInk {
  readonly title: Ink;
  readonly shape: Ink;
  readonly small: Ink;
  readonly stamp: Ink;
  /** Times a usual size: 1, or 1.5 in a lecture. */
  readonly grown: number;
}

const LEAST = 11;
/** How much larger words are in a lecture. */
export const LECTURE = 1.5;
/** From so many pixels a world unit on, names and attributes are told. */
const NEAR = 170;
const LEAST_ROOM = 30;

/** Sizes follow the scene within bounds: at least 11 px, half as large again in a lecture. */
export function inks(palette: Palette, scale: number, lecture: boolean): Inks {
  const grown = lecture ? LECTURE : 1;
  const size = (of: number, least: number, most: number) =>
    Math.round(Math.min(Math.max(scale * of, least), most) * grown);
  const { halo, text, dim, litText } = palette;
  const title = size(0.115, LEAST + 1, 17);
  const plain = size(0.1, LEAST, 14);
  const ink = (s: number, weight: Ink['weight'], colour: string): Ink => {
    return { size: s, weight, colour, halo };
  };
  return {
    grown,
    title: ink(title, 600, text),
    shape: ink(plain, 400, dim),
    small: ink(Math.round(LEAST * grown), 400, dim),
    name: ink(plain, 400, text),
    dim: ink(plain, 400, dim),
    lit: ink(plain, 600, litText),
    stamp: ink(size(0.1, LEAST, 13), 600, litText),
  };
}

const isPointedAt = (stood: Stood): boolean =>
  [hover.value, selected.value].some((one) => isOf(stood, one));

/** From so many pixels of width on, an open group is named. */
const NAMED = 60;

/** The name of an open group, within its upper left corner. */
export function openWants(
  { box, scale, plot, depth }: Open,
  ink: Inks,
  group: GroupDoc,
  graph: Graph,
): Want[] {
  const room = (box.right - box.left) * scale - 16;
  if (room < NAMED) return [];
  const name = { ...ink.title, size: Math.min(ink.title.size, 14) };
  const lines: Line[] = [{ text: `▾ ${group.title}`, ink: name }];
  if (scale > NEAR * 0.5) lines.push({ text: groupWords(group, graph), ink: ink.small });
  const at = new Vector3(box.left + 0.08, box.top - 0.05, 0);
  return [{ id: `open ${plot.group}`, lines, at, align: [0, 0], priority: 40 - depth, room }];
}

/** One tensor on a block, as it is shown now. */
export interface Tensor {
  readonly standing: Standing;
  readonly picture: Picture | null;
  readonly range: Scale | null;
  readonly strength: number;
}

/** The title under a block, and the range over its sheets. */
export function blockWants(
  stood: Stood,
  scale: number,
  ink: Inks,
  tensors: readonly Tensor[],
): Want[] {
  const { block, place } = stood;
  const pointed = isPointedAt(stood);
  const room = pointed ? 420 : (block.size.width + 0.06) * scale;
  if (room < LEAST_ROOM || !block.title) return [];
  const title: Want = {
    id: `block ${block.key}`,
    lines: titleLines(stood, scale, ink, pointed),
    at: new Vector3(place.x, place.y - 0.03, PEDESTAL.front),
    align: [0.5, 0],
    priority: pointed ? 100 : block.what === 'answer' ? 50 : 20 + Math.min(10, block.size.height),
    room,
  };
  return [title, ...tensors.flatMap((tensor) => rangeWant(stood, tensor, scale, ink))];
}

/** The captions over the cards of a block. */
export function cardWants(stood: Stood, scale: number, ink: Inks): Want[] {
  return (stood.block.cards ?? []).flatMap((card): Want[] => {
    const room = (card.width + 0.1) * scale;
    if (room < LEAST_ROOM) return [];
    const { corner, across, up } = cardFrame(stood, card);
    return [
      {
        id: `card ${stood.block.key} ${card.url}`,
        lines: [{ text: card.words, ink: ink.small }],
        at: corner
          .addScaledVector(across, 0.5)
          .add(up)
          .add(new Vector3(0, 0.05, 0)),
        align: [0.5, 1],
        priority: 6,
        room: room / 1.7,
      },
    ];
  });
}

function titleLines({ block }: Stood, scale: number, ink: Inks, pointed: boolean): Line[] {
  const lines: Line[] = [{ text: block.group ? `▸ ${block.title}` : block.title, ink: ink.title }];
  // What does not fit under the block would seem to belong to what stands beneath.
  const tight = block.size.under * scale < (ink.title.size + ink.shape.size) * 1.2;
  if (tight && !pointed) return lines;
  if (block.shape) lines.push({ text: block.shape, ink: ink.shape, whole: true });
  if (!block.detail || (scale <= NEAR && !pointed && !block.group)) return lines;
  const free = Math.floor((block.size.under * scale) / (ink.small.size * 1.28)) - lines.length;
  const most = block.group && !pointed ? Math.max(0, Math.min(3, free)) : 1;
  const more = block.detail.split(' · ').slice(0, scale > NEAR * 1.6 ? 4 : most);
  return [...lines, ...more.map((text) => ({ text, ink: ink.small }))];
}

function rangeWant(stood: Stood, tensor: Tensor, scale: number, ink: Inks): Want[] {
  const { standing, picture, range } = tensor;
  const wide = standing.size.width * scale;
  if (!picture || !range || wide < 56 * ink.grown) return [];
  const { dead, arrangement, sample } = picture.stats;
  const words = [`${short(range.low, 3)} … ${short(range.high, 3)}`];
  if (sample) words.push('sampled');
  if (dead > 0) words.push(`${dead} dead`);
  if (arrangement.strip) words.push(`folded by ${arrangement.columns}`);
  const text = words.join(' · ');
  const top = stood.place.y + PEDESTAL.height + standing.size.height + standing.depth * 0.12;
  return [
    {
      id: `range ${standing.value}`,
      lines: [{ text, ink: ink.small, whole: true }],
      at: new Vector3(stood.place.x + standing.dx, top + 0.06 + stood.lift, 0),
      align: [0.5, 1],
      priority: 4,
      room: wide + 14,
    },
  ];
}

/** What must not be overlooked: a synthetic input, a node that failed. */
export function stampWants(stood: Stood, ink: Inks, trace: TraceDoc | null): Want[] {
  const { block, place } = stood;
  const failed = trace?.failure && trace.failure.node === block.node?.id;
  const synthetic = trace?.synthetic && block.what === 'input';
  if (!failed && !synthetic) return [];
  const top = place.y + PEDESTAL.height + block.size.height + 0.24;
  return [
    {
      id: `stamp ${block.key}`,
      lines: [{ text: failed ? 'failed here' : 'SYNTHETIC INPUT', ink: ink.stamp }],
      at: new Vector3(place.x, top, 0.02),
      align: [0.5, 1],
      priority: 90,
      room: 300,
    },
  ];
}
