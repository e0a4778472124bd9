/** The blocks of the scene: what stands on each, its ports and its words; made when looked at. */
import type { AnswerDoc } from '../client/documents';
import type { Graph, GroupDoc, NodeDoc, ValueDoc } from '../client/graph';
import type { Child, Layout } from '../client/layouts';
import { amount, nodesInWords } from '../state/numbers';
import type { Picture } from '../state/pictures';
import type { AnswerMode, Hover } from '../state/store';
import { type After, afterBody } from './after';
import { BEFORE, BEFORE_KEY, type Before, beforeBlock } from './before';
import type { Card } from './cards';
import type { Extent, Footprint, Size } from './sizes';
import { ANSWER, footprint, GROUP_UNDER, grownBy, ROOMY, standings } from './standings';
import { attributeWords, lastPart, shapeWords } from './words';

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

/** A block's name among all: `n12` a node, `g3` a folded group, `v0` an input, `answer`. */
export type BlockKey = string;

export interface Block {
  readonly key: BlockKey;
  readonly what: 'node' | 'input' | 'group' | 'answer' | 'before';
  readonly node: NodeDoc | null;
  readonly group: GroupDoc | null;
  readonly family: string;
  readonly title: string;
  readonly shape: string;
  /** Name and attributes, shown when near. */
  readonly detail: string;
  readonly standing: readonly Standing[];
  /** Pictures that stand on it instead of tensors. */
  readonly cards?: readonly Card[];
  readonly left: readonly Port[];
  readonly right: readonly Port[];
  readonly size: Footprint;
}

/** What a block takes up: enough to place it. */
export interface Body {
  readonly standing: readonly Standing[];
  readonly size: Footprint;
}

/** What the blocks depend on. */
export interface Ingredients {
  readonly graph: Graph;
  readonly answer: AnswerDoc | null;
  readonly mode: AnswerMode;
  /** Times a usual size that words are: they then need more room. */
  readonly grown: number;
  /** Whether there has been a run: before it, room is kept for an answer that will come. */
  readonly ran: boolean;
  /** What stands behind the last layer instead of bars of classes; null for those, or nothing. */
  readonly after: After | null;
  /** What stands before the input; null for nothing. */
  readonly before: Before | null;
  readonly hidden: ReadonlySet<number>;
  readonly fanned: ReadonlySet<number>;
  pictureOf(value: number): Picture | null;
  layoutOf(group: number): Layout | null;
}

/** A child as it is named among all blocks. */
export const keyOf = (child: Child): BlockKey =>
  child.id === BEFORE
    ? BEFORE_KEY
    : child.id < 0
      ? 'answer'
      : `${child.what === 'input' ? 'v' : (child.what[0] ?? 'n')}${child.id}`;

/** The block that something was pointed at on. */
export function keyAt(at: Hover | null): BlockKey | null {
  if (!at) return null;
  if (at.group !== undefined) return `g${at.group}`;
  return at.node === null ? `v${at.value}` : `n${at.node}`;
}

/** The values that enter and leave a group. */
function crossing(layout: Layout | null, what: 'enter' | 'leave'): number[] {
  return (layout?.children ?? []).filter((c) => c.what === what).map((c) => c.id);
}

/** Most ports on one side of a folded group: more would be a wall. */
const MOST_PORTS = 6;

/** The values that have ports on one side of a folded group. */
export const portsOfGroup = (layout: Layout | null, what: 'enter' | 'leave'): number[] =>
  crossing(layout, what).slice(0, MOST_PORTS);

/** Widths at which names of modules, and what folded groups hold, can be read. */
const NAMED = { node: 0.9, group: 1.35 } as const;

/** Makes bodies and blocks of children, each once. */
export class Blocks {
  private readonly bodies = new Map<BlockKey, Body>();
  private readonly made = new Map<BlockKey, Block>();

  constructor(
    private from: Ingredients,
    private readonly answered: number | null,
  ) {}

  /** Forgets some blocks, because what stands on them has changed; goes on with what is known now. */
  renew(from: Ingredients, keys: Iterable<BlockKey>): void {
    this.from = from;
    for (const key of keys) {
      this.bodies.delete(key);
      this.made.delete(key);
    }
  }

  /** What a child takes up while it is folded. */
  body(child: Child): Body {
    const key = keyOf(child);
    let body = this.bodies.get(key);
    if (!body) {
      body = this.bodyOf(child);
      this.bodies.set(key, body);
    }
    return body;
  }

  block(child: Child): Block {
    const key = keyOf(child);
    let block = this.made.get(key);
    if (!block) {
      block = this.blockOf(child, key);
      this.made.set(key, block);
    }
    return block;
  }

  private bodyOf(child: Child): Body {
    const { from } = this;
    if (child.id === BEFORE) return this.beforeBlock();
    if (child.id < 0 && from.after) return afterBody(from.after, from.grown);
    if (child.id < 0) return { standing: [], size: answerSize(from.grown) };
    const values = this.outputsOf(child);
    const node = child.what === 'node' ? child.id : -1;
    const hide = from.hidden.has(node);
    const standing = hide ? [] : standings(values, from.fanned.has(node), from);
    const size = footprint(standing, this.portsOf(child));
    const told = child.what === 'group' ? { ...size, under: GROUP_UNDER } : size;
    const wide = from.graph.runs
      ? told
      : { ...told, width: Math.max(told.width, NAMED[child.what === 'group' ? 'group' : 'node']) };
    return { standing, size: grownBy(wide, from.grown) };
  }

  private outputsOf({ what, id }: Child): number[] {
    if (what === 'node') return this.from.graph.shownOf(id);
    return what === 'group' ? crossing(this.from.layoutOf(id), 'leave') : [id];
  }

  private portsOf({ what, id }: Child): number {
    if (what === 'input') return 1;
    if (what === 'node') return this.from.graph.readCount(id);
    return portsOfGroup(this.from.layoutOf(id), 'enter').length;
  }

  private blockOf(child: Child, key: BlockKey): Block {
    const { graph } = this.from;
    const body = this.body(child);
    if (child.id === BEFORE) return this.beforeBlock();
    if (child.id < 0) return this.answerBlock(key, body);
    if (child.what === 'group')
      return this.groupBlock(key, graph.group(child.id) as GroupDoc, body);
    if (child.what === 'node') return this.nodeBlock(key, graph.node(child.id) as NodeDoc, body);
    return this.inputBlock(key, graph.value(child.id) as ValueDoc, body);
  }

  private beforeBlock(): Block {
    const { before, grown, graph } = this.from;
    return beforeBlock(before ?? { value: -1, cards: [], sign: '' }, grown, graph);
  }

  private shapeOf(value: number | undefined): string {
    const doc = this.from.graph.value(value ?? -1);
    return shapeWords(doc, this.from.pictureOf(value ?? -1)?.stats.shape);
  }

  private nodeBlock(key: BlockKey, node: NodeDoc, body: Body): Block {
    // Of weights without a network the name says more than the kind, which the colour tells.
    const still = !this.from.graph.runs;
    const told = still ? node.op : node.name;
    return {
      key,
      what: 'node',
      node,
      group: null,
      family: node.family,
      title: still ? lastPart(node.name) : node.op,
      shape: this.shapeOf(this.from.graph.toldOf(node.id)),
      detail: [told, attributeWords(node)].filter(Boolean).join(' · '),
      left: node.reads,
      right: node.writes.map((value) => ({ value, role: 'output' })),
      ...body,
    };
  }

  private groupBlock(key: BlockKey, group: GroupDoc, body: Body): Block {
    const layout = this.from.layoutOf(group.id);
    const ports = (what: 'enter' | 'leave', role: string) =>
      portsOfGroup(layout, what).map((value) => ({ value, role }));
    return {
      key,
      what: 'group',
      node: null,
      group,
      family: 'group',
      title: group.title,
      shape: this.shapeOf(portsOfGroup(layout, 'leave')[0]),
      detail: groupWords(group, this.from.graph),
      left: ports('enter', 'into the group'),
      right: ports('leave', 'out of the group'),
      ...body,
    };
  }

  private inputBlock(key: BlockKey, value: ValueDoc, body: Body): Block {
    return {
      key,
      what: 'input',
      node: null,
      group: null,
      family: 'input',
      title: 'Input',
      shape: this.shapeOf(value.id),
      detail: value.name,
      left: [],
      right: [{ value: value.id, role: 'input' }],
      ...body,
    };
  }

  private answerBlock(key: BlockKey, body: Body): Block {
    const { answer, after, mode } = this.from;
    const made = answer?.raw ? mode : 'raw';
    const part = made === 'raw' ? 'as the model gives it' : 'not part of the model';
    return {
      key,
      what: 'answer',
      node: null,
      group: null,
      family: 'other',
      title: after ? after.title : !answer ? '' : made === 'raw' ? 'Answer' : made,
      shape: after ? after.words : answer ? part : '',
      ...(after ? { cards: after.cards } : {}),
      detail: '',
      left: [{ value: this.answered ?? -1, role: 'data' }],
      right: [],
      ...body,
    };
  }
}

/** What a folded group holds, in a few words. */
export function groupWords(group: GroupDoc, graph: Graph): string {
  const words = [group.repeats, nodesInWords(graph, group.nodes)];
  if (group.parameters > 0) words.push(`${amount(group.parameters)} parameters`);
  return words.filter(Boolean).join(' · ');
}

function answerSize(grown: number): Footprint {
  const size = grownBy({ ...ANSWER, ...ROOMY }, grown);
  return { ...size, width: size.width * grown, height: size.height * grown ** 0.8 };
}

/** The value that will be read as classes: known before the first run by its shape. */
export function answered(
  from: Pick<Ingredients, 'graph' | 'answer' | 'after' | 'ran'>,
): number | null {
  const { graph, answer, after, ran } = from;
  if (after) return after.value;
  if (answer) return answer.value;
  const [output, ...more] = graph.outputs;
  const shape = output === undefined ? null : graph.shapeOf(output);
  if (ran || output === undefined || more.length > 0 || shape?.length !== 2) return null;
  const [batch, classes] = shape;
  const single = batch === null || batch === 1 || typeof batch === 'string';
  return single && typeof classes === 'number' && classes > 1 ? output : null;
}

/** The layout of the whole network with the answer behind the child that makes it. */
export function withAnswer(layout: Layout, graph: Graph, value: number | null): Layout {
  if (value === null) return layout;
  const node = graph.producerOf(value);
  const outer = graph.pathOf(node)[0];
  const writer = layout.children.findIndex(({ what, id }) =>
    outer === undefined ? what === 'node' && id === node : what === 'group' && id === outer,
  );
  const source = layout.children[writer];
  if (!source || node < 0) return layout;
  const child = { what: 'node' as const, id: -1, rank: source.rank + 1, lane: source.lane };
  const edge = { value, from: writer, to: layout.children.length, port: 0, points: [] };
  return {
    ...layout,
    ranks: Math.max(layout.ranks, child.rank + 1),
    children: [...layout.children, child],
    edges: [...layout.edges, edge],
  };
}
