/** The network as the page knows it: columns of numbers, out of which single nodes are read when looked at. */
import { type Blob, type Numbers, tensor } from './blob';

/** A length; a symbol; or null for an axis that is free. */
export type Dim = number | string | null;

export interface Read {
  readonly value: number;
  readonly role: string;
}

/** One operator or layer. */
export interface NodeDoc {
  readonly id: number;
  readonly name: string;
  readonly op: string;
  /** The ONNX operator of the same meaning. */
  readonly kind: string | null;
  readonly family: string;
  /** Id of the innermost group. */
  readonly group: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly reads: readonly Read[];
  readonly writes: readonly number[];
}

/** One tensor slot. */
export interface ValueDoc {
  readonly id: number;
  readonly name: string;
  readonly shape: readonly Dim[] | null;
  readonly dtype: string | null;
  readonly what: 'input' | 'weight' | 'constant' | 'activation';
  readonly axes: string | null;
}

/** A named set of nodes and inner groups; group 0 is the whole network. */
export interface GroupDoc {
  readonly id: number;
  /** Full path. */
  readonly name: string;
  /** Its last part, or what stands for it. */
  readonly title: string;
  readonly parent: number | null;
  readonly what: 'root' | 'scope' | 'fused' | 'found';
  /** The first group of the same inner structure, null where there is no other. */
  readonly alike: number | null;
  /** All nodes within, and the parameters that they read. */
  readonly nodes: number;
  readonly parameters: number;
  /** Such as `12 x layer`; empty where nothing repeats. */
  readonly repeats: string;
}

/** What is said of the whole network, and the words that the columns point at. */
export interface Facts {
  readonly id: number;
  readonly name: string;
  readonly format: string;
  readonly producer: string | null;
  readonly parameters: number;
  readonly bytes: number;
  readonly notes: readonly string[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly words: readonly string[];
  readonly shapes: readonly (readonly Dim[] | null)[];
  readonly attributes: readonly string[];
  readonly repeats: Readonly<Record<string, string>>;
  /** Scale and zero point of quantized values, by id: real = scale x (integer - zero point). */
  readonly quantized?: Readonly<Record<string, readonly [number, number]>>;
}

/** Elements of a weight up to which it is read unasked; larger ones are when they are opened. */
const LARGEST_SHOWN = 1 << 22;

const decoder = new TextDecoder();

/** Strings laid end to end, and where each begins. */
class Names {
  constructor(
    private readonly bytes: Uint8Array,
    private readonly at: Numbers,
  ) {}

  get(id: number): string {
    return decoder.decode(this.bytes.subarray(this.at[id], this.at[id + 1]));
  }

  /** All of them, decoded at once. */
  all(): string[] {
    const whole = decoder.decode(this.bytes);
    const count = this.at.length - 1;
    if (whole.length === this.bytes.length) {
      return Array.from({ length: count }, (_, i) => whole.slice(this.at[i], this.at[i + 1]));
    }
    return Array.from({ length: count }, (_, i) => this.get(i));
  }
}

/** What the integers of a quantized tensor stand for. */
export interface Quantization {
  readonly scale: number;
  readonly zero: number;
}

export class Graph {
  readonly nodeCount: number;
  readonly valueCount: number;
  readonly groupCount: number;
  private readonly column: (name: string) => Numbers;
  private readonly names: Readonly<Record<'node' | 'value' | 'group' | 'title', Names>>;
  private readonly nodes = new Map<number, NodeDoc>();
  private readonly values = new Map<number, ValueDoc>();
  private readonly groups = new Map<number, GroupDoc>();
  private madeBy: Int32Array | null = null;
  private readBy: { at: Int32Array; nodes: Int32Array } | null = null;

  constructor(
    readonly facts: Facts,
    blob: Blob,
  ) {
    this.column = (name) => tensor(blob, name).data;
    const names = (of: string) =>
      new Names(this.column(`${of}_name`) as Uint8Array, this.column(`${of}_name_at`));
    this.names = {
      node: names('node'),
      value: names('value'),
      group: names('group'),
      title: names('title'),
    };
    this.nodeCount = this.column('node_op').length;
    this.valueCount = this.column('value_shape').length;
    this.groupCount = this.column('group_parent').length;
  }

  get inputs(): readonly number[] {
    return this.facts.inputs;
  }

  get outputs(): readonly number[] {
    return this.facts.outputs;
  }

  /** Whether there is anything to run; else these are weights without a network. */
  get runs(): boolean {
    return this.inputs.length > 0 || this.column('write_value').length > 0;
  }

  /** The operator families that occur. */
  get families(): string[] {
    const found = new Set(this.column('node_family'));
    return [...found].map((at) => this.facts.words[at] ?? 'other');
  }

  private word(column: string, id: number): string | null {
    const at = this.column(column)[id] ?? -1;
    return this.facts.words[at] ?? null;
  }

  node(id: number): NodeDoc | undefined {
    if (!(id >= 0 && id < this.nodeCount)) return undefined;
    let made = this.nodes.get(id);
    if (!made) {
      const attributes = this.facts.attributes[this.column('node_attributes')[id] ?? 0] ?? '{}';
      made = {
        id,
        name: this.nodeName(id),
        op: this.opOf(id),
        kind: this.word('node_kind', id),
        family: this.familyOf(id),
        group: this.groupOf(id),
        attributes: JSON.parse(attributes) as Record<string, unknown>,
        reads: this.readsOf(id),
        writes: this.writesOf(id),
      };
      this.nodes.set(id, made);
    }
    return made;
  }

  value(id: number): ValueDoc | undefined {
    if (!(id >= 0 && id < this.valueCount)) return undefined;
    let made = this.values.get(id);
    if (!made) {
      made = {
        id,
        name: this.valueName(id),
        shape: this.shapeOf(id),
        dtype: this.word('value_dtype', id),
        what: this.whatOf(id),
        axes: this.word('value_axes', id),
      };
      this.values.set(id, made);
    }
    return made;
  }

  /** What a value's integers stand for; null of a value that has no one scale. */
  quantizationOf(id: number): Quantization | null {
    const told = this.facts.quantized?.[id];
    return told ? { scale: told[0], zero: told[1] } : null;
  }

  group(id: number): GroupDoc | undefined {
    if (!(id >= 0 && id < this.groupCount)) return undefined;
    let made = this.groups.get(id);
    if (!made) {
      const [parent, alike] = [this.parentOf(id), this.column('group_alike')[id] ?? -1];
      made = {
        id,
        name: this.names.group.get(id),
        title: this.names.title.get(id),
        parent: parent < 0 ? null : parent,
        what: (this.word('group_what', id) ?? 'scope') as GroupDoc['what'],
        alike: alike < 0 ? null : alike,
        nodes: this.column('group_nodes')[id] ?? 0,
        parameters: this.column('group_parameters')[id] ?? 0,
        repeats: this.facts.repeats[String(id)] ?? '',
      };
      this.groups.set(id, made);
    }
    return made;
  }

  nodeName = (id: number): string => this.names.node.get(id);
  valueName = (id: number): string => this.names.value.get(id);
  opOf = (id: number): string => this.word('node_op', id) ?? '';
  familyOf = (id: number): string => this.word('node_family', id) ?? 'other';
  /** As the last run showed it, else as the file states it. */
  shapeOf = (value: number): readonly Dim[] | null => this.ran.get(value) ?? this.declaredOf(value);
  /** As the file states it, free axes by their symbols or null. */
  declaredOf = (value: number): readonly Dim[] | null =>
    this.facts.shapes[this.column('value_shape')[value] ?? -1] ?? null;
  /** Shapes as the last run showed them, by value id, where the file leaves some open. */
  ran: ReadonlyMap<number, readonly number[]> = new Map();

  /** Whether the file leaves the shape of some tensor open, so that only a run tells it. */
  get vague(): boolean {
    return (
      this.facts.shapes.some((shape) => shape?.some((length) => typeof length !== 'number')) ||
      this.column('value_shape').includes(-1)
    );
  }

  /** Takes in the shapes of a run. */
  learn(shapes: ReadonlyMap<number, readonly number[]>): void {
    this.ran = shapes;
    this.values.clear();
  }
  dtypeOf = (value: number): string | null => this.word('value_dtype', value);
  whatOf = (value: number): ValueDoc['what'] =>
    (this.word('value_what', value) ?? 'activation') as ValueDoc['what'];
  /** Id of the innermost group of a node. */
  groupOf = (node: number): number => this.column('node_group')[node] ?? 0;
  /** Id of the group around a group; -1 around the whole network. */
  parentOf = (group: number): number => this.column('group_parent')[group] ?? -1;

  /** A node's attributes as JSON text: the same text for the same attributes. */
  attributesOf = (node: number): string =>
    this.facts.attributes[this.column('node_attributes')[node] ?? -1] ?? '{}';

  /** The names of all nodes, decoded at once: for searching. */
  allNodeNames = (): string[] => this.names.node.all();

  readsOf(node: number): Read[] {
    const [at, values, roles] = [
      this.column('read_at'),
      this.column('read_value'),
      this.column('read_role'),
    ];
    const found: Read[] = [];
    for (let i = at[node] ?? 0; i < (at[node + 1] ?? 0); i++) {
      found.push({ value: values[i] ?? -1, role: this.facts.words[roles[i] ?? -1] ?? '' });
    }
    return found;
  }

  /** How many tensors a node reads. */
  readCount(node: number): number {
    const at = this.column('read_at');
    return (at[node + 1] ?? 0) - (at[node] ?? 0);
  }

  writesOf(node: number): number[] {
    const [at, values] = [this.column('write_at'), this.column('write_value')];
    return Array.from(values.subarray(at[node] ?? 0, at[node + 1] ?? 0));
  }

  /** The value whose shape a node is told by: its first output, or the first of mere weights. */
  toldOf(node: number): number {
    const of = this.runs ? 'write' : 'read';
    const [from = 0, to = 0] = this.column(`${of}_at`).subarray(node, node + 2);
    return from < to ? (this.column(`${of}_value`)[from] ?? -1) : -1;
  }

  /** The values whose pictures stand on a node: what it makes, or the first of mere weights. */
  shownOf(node: number): number[] {
    if (this.runs) return this.writesOf(node);
    const first = this.toldOf(node);
    const elements = this.shapeOf(first)?.reduce<number>((n, one) => n * Number(one), 1);
    return elements === undefined || elements > LARGEST_SHOWN ? [] : [first];
  }

  /** Id of the node that writes a value; -1 where none does. */
  producerOf(value: number): number {
    this.madeBy ??= this.findProducers();
    return this.madeBy[value] ?? -1;
  }

  private findProducers(): Int32Array {
    const made = new Int32Array(this.valueCount).fill(-1);
    const [at, values] = [this.column('write_at'), this.column('write_value')];
    for (let node = 0; node < this.nodeCount; node++) {
      for (let i = at[node] ?? 0; i < (at[node + 1] ?? 0); i++) made[values[i] ?? -1] = node;
    }
    return made;
  }

  /** Ids of the nodes that read a value, in the order of the file. */
  readersOf(value: number): Int32Array {
    this.readBy ??= this.findReaders();
    const { at, nodes } = this.readBy;
    return nodes.subarray(at[value], at[value + 1]);
  }

  private findReaders(): { at: Int32Array; nodes: Int32Array } {
    const [from, values] = [this.column('read_at'), this.column('read_value')];
    const at = new Int32Array(this.valueCount + 1);
    for (const value of values) at[value + 1] = (at[value + 1] ?? 0) + 1;
    for (let v = 0; v < this.valueCount; v++) at[v + 1] = (at[v + 1] ?? 0) + (at[v] ?? 0);
    const next = at.slice();
    const nodes = new Int32Array(values.length);
    for (let node = 0; node < this.nodeCount; node++) {
      for (let i = from[node] ?? 0; i < (from[node + 1] ?? 0); i++) {
        const value = values[i] ?? 0;
        const place = next[value] ?? 0;
        nodes[place] = node;
        next[value] = place + 1;
      }
    }
    return { at, nodes };
  }

  /** The groups around a node, outermost first, without the whole network and fused frames. */
  pathOf(node: number): number[] {
    return this.chainOf(this.groupOf(node));
  }

  /** A group and those around it, outermost first, without the whole network and fused frames. */
  chainOf(group: number): number[] {
    const found: number[] = [];
    for (let at = group; at > 0; at = this.parentOf(at)) if (this.isFold(at)) found.push(at);
    return found.reverse();
  }

  /** Whether a group can be folded: not the whole network, nor the frame of one fused layer. */
  isFold = (group: number): boolean => group > 0 && this.word('group_what', group) !== 'fused';
}

/** The network in an answer of `/m/{model}/graph`. */
export function readGraph(blob: Blob): Graph {
  return new Graph(JSON.parse(blob.metadata.json ?? '{}') as Facts, blob);
}
