/** The blocks of the scene: what stands on each, its ports and its words. Pure. */
import type { AnswerDoc, GraphDoc, LayoutDoc, NodeDoc, ValueDoc } from '../client/documents';
import type { Picture } from '../state/pictures';
import type { AnswerMode } from '../state/store';
import {
  type Extent,
  extentOf,
  type Footprint,
  fanSize,
  guessExtent,
  type Size,
  sheetSize,
  stackDepth,
} from './sizes';
import { attributeWords, shapeWords } from './words';

/** One tensor that stands on a block. */
export interface Standing {
  readonly value: number;
  readonly extent: Extent;
  readonly size: Size;
  /** Middle of its base, from the middle of the block. */
  readonly dx: number;
  /** How far its planes reach back, in world units. */
  readonly depth: number;
  /** Planes drawn one by one when fanned, else 0, and the way from one to the next. */
  readonly fan: number;
  readonly step: number;
  /** Height of one plane. */
  readonly tall: number;
}

export interface Port {
  readonly value: number;
  readonly role: string;
}

export interface Block {
  /** Position among the layout's children; the answer comes after the last. */
  readonly index: number;
  readonly what: 'node' | 'input' | 'group' | 'answer';
  readonly node: NodeDoc | null;
  readonly family: string;
  readonly title: string;
  readonly shape: string;
  /** Name and attributes, shown when near. */
  readonly detail: string;
  readonly standing: readonly Standing[];
  readonly left: readonly Port[];
  readonly right: readonly Port[];
  readonly size: Footprint;
}

export interface Scenery {
  readonly blocks: readonly Block[];
  /** The server's layout, and the answer as one more child. */
  readonly layout: LayoutDoc;
}

/** What the blocks depend on. */
export interface Ingredients {
  readonly graph: GraphDoc;
  readonly layout: LayoutDoc;
  readonly answer: AnswerDoc | null;
  readonly mode: AnswerMode;
  /** Times a usual size that words are: they then need more room. */
  readonly grown: number;
  /** Whether there has been a run: before it, room is kept for an answer that will come. */
  readonly ran: boolean;
  readonly hidden: ReadonlySet<number>;
  readonly fanned: ReadonlySet<number>;
  pictureOf(value: number): Picture | null;
}

const PAD = 0.09;
/** A block with several ports on its left keeps its maps clear of them. */
const POST = 0.05;
const SPACE = 0.1;
const LEAST = 0.5;
/** Of many outputs the first few are shown; ports open the rest. */
const MOST_STANDING = 4;
/** So few fanned stacks may each take all the room that they like. */
const FEW_FANNED = 3;
const ANSWER: Size = { width: 2.3, height: 1.95 };

function standings(values: readonly number[], fan: boolean, from: Ingredients): Standing[] {
  const found: Standing[] = [];
  const shown = values.slice(0, MOST_STANDING);
  const scale = shown.length > 1 ? 0.8 : 1;
  let x = 0;
  for (const value of shown) {
    const doc = from.graph.values[value];
    const stats = from.pictureOf(value)?.stats;
    const extent = stats ? extentOf(stats.arrangement) : doc && guessExtent(doc);
    if (!extent || extent.rows * extent.columns === 0) continue;
    const spread = fan && extent.maps > 1;
    const own = spread
      ? fanSize(extent, from.fanned.size <= FEW_FANNED)
      : { ...sheetSize(extent), planes: 0, step: 0, tall: 0 };
    const size = { width: own.width * scale, height: own.height * scale };
    const depth = spread ? 0 : stackDepth(extent.maps) * scale;
    found.push({
      value,
      extent,
      size,
      dx: x + size.width / 2,
      depth,
      fan: own.planes,
      step: own.step * scale,
      tall: own.tall * scale,
    });
    x += size.width + SPACE + depth * 0.4;
  }
  const middle = (x - SPACE) / 2;
  return found.map((s) => ({ ...s, dx: s.dx - middle }));
}

/** Words need room; what holds only a few numbers, as shapes do, needs less. */
const ROOMY = { above: 0.24, under: 0.46 } as const;
const TIGHT = { above: 0.1, under: 0.2 } as const;
const FEW_CELLS = 8;

function footprint(standing: readonly Standing[], left: number): Footprint {
  const post = left > 1 ? POST * 2 : 0;
  const width = standing.reduce((w, s) => w + s.size.width + s.depth * 0.4 + SPACE, post - SPACE);
  const height = Math.max(0, ...standing.map((s) => s.size.height + s.depth * 0.12));
  const cells = standing.reduce((n, { extent: e }) => n + e.maps * e.rows * e.columns, 0);
  const words = standing.length > 0 && cells <= FEW_CELLS ? TIGHT : ROOMY;
  const least = words === TIGHT ? LEAST * 0.7 : LEAST;
  // A block without maps is still wide enough for its name.
  return {
    width: Math.max(least, width + PAD * 2),
    height: Math.max(height, left * 0.1),
    ...words,
  };
}

/** Room for words that are larger. */
function grownBy(size: Footprint, grown: number): Footprint {
  const more = 1 + (grown - 1) * 0.7;
  return { ...size, above: size.above * more, under: size.under * more };
}

function nodeBlock(index: number, node: NodeDoc, from: Ingredients): Block {
  const hide = from.hidden.has(node.id);
  const standing = hide ? [] : standings(node.writes, from.fanned.has(node.id), from);
  const first = from.graph.values[node.writes[0] ?? -1];
  const left = node.reads;
  return {
    index,
    what: 'node',
    node,
    family: node.family,
    title: node.op,
    shape: shapeWords(first, from.pictureOf(first?.id ?? -1)?.stats.shape),
    detail: [node.name, attributeWords(node)].filter(Boolean).join(' · '),
    standing,
    left,
    right: node.writes.map((value) => ({ value, role: 'output' })),
    size: grownBy(footprint(standing, left.length), from.grown),
  };
}

function inputBlock(index: number, value: ValueDoc, from: Ingredients): Block {
  const standing = standings([value.id], false, from);
  return {
    index,
    what: 'input',
    node: null,
    family: 'input',
    title: 'Input',
    shape: shapeWords(value, from.pictureOf(value.id)?.stats.shape),
    detail: value.name,
    standing,
    left: [],
    right: [{ value: value.id, role: 'input' }],
    size: grownBy(footprint(standing, 1), from.grown),
  };
}

function answerSize(grown: number): Footprint {
  const size = grownBy({ ...ANSWER, ...ROOMY }, grown);
  return { ...size, width: size.width * grown, height: size.height * grown ** 0.8 };
}

function answerBlock(index: number, value: number, from: Ingredients): Block {
  const { answer, mode } = from;
  const made = answer?.raw ? mode : 'raw';
  const part = made === 'raw' ? 'as the model gives it' : 'not part of the model';
  return {
    index,
    what: 'answer',
    node: null,
    family: 'other',
    title: !answer ? '' : made === 'raw' ? 'Answer' : made,
    shape: answer ? part : '',
    detail: '',
    standing: [],
    left: [{ value, role: 'data' }],
    right: [],
    size: answerSize(from.grown),
  };
}

/** The value that will be read as classes: known before the first run by its shape. */
function answered({ graph, answer, ran }: Ingredients): number | null {
  if (answer) return answer.value;
  const [output, ...more] = graph.outputs;
  const shape = graph.values[output ?? -1]?.shape;
  if (ran || output === undefined || more.length > 0 || shape?.length !== 2) return null;
  const [batch, classes] = shape;
  const single = batch === null || batch === 1 || typeof batch === 'string';
  return single && typeof classes === 'number' && classes > 1 ? output : null;
}

/** The layout with the answer behind the child that writes it. */
function withAnswer(layout: LayoutDoc, graph: GraphDoc, value: number | null): LayoutDoc {
  if (value === null) return layout;
  const writer = layout.children.findIndex(
    (child) => child.what === 'node' && graph.nodes[child.id]?.writes.includes(value),
  );
  const source = layout.children[writer];
  if (!source) return layout;
  const child = { what: 'node' as const, id: -1, rank: source.rank + 1, lane: source.lane };
  const edge = { value, from: writer, to: layout.children.length, port: 0, points: [] };
  return {
    ...layout,
    ranks: Math.max(layout.ranks, child.rank + 1),
    children: [...layout.children, child],
    edges: [...layout.edges, edge],
  };
}

/** All blocks in the order of the layout's children. */
export function buildBlocks(from: Ingredients): Scenery {
  const value = answered(from);
  const layout = withAnswer(from.layout, from.graph, value);
  const blocks = layout.children.map((child, index): Block => {
    if (child.id < 0) return answerBlock(index, value ?? -1, from);
    if (child.what === 'input') {
      return inputBlock(index, from.graph.values[child.id] as ValueDoc, from);
    }
    return nodeBlock(index, from.graph.nodes[child.id] as NodeDoc, from);
  });
  return { blocks, layout };
}
