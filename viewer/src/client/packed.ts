/** A network out of plain nodes, packed into the columns that the server sends: for tests. */
import type { Blob, Numbers, Tensor } from './blob';
import { type Dim, Graph } from './graph';

export interface PlainNode {
  readonly name: string;
  readonly op: string;
  readonly kind?: string | null;
  readonly family?: string;
  readonly group?: number;
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Value ids, or value ids with their roles. */
  readonly reads?: readonly (number | readonly [number, string])[];
  readonly writes?: readonly number[];
}

export interface PlainValue {
  readonly name: string;
  readonly shape?: readonly Dim[] | null;
  readonly dtype?: string | null;
  readonly what?: 'input' | 'weight' | 'constant' | 'activation';
  readonly axes?: string | null;
}

export interface PlainGroup {
  readonly name: string;
  readonly parent: number | null;
  readonly what?: 'root' | 'scope' | 'fused' | 'found';
  readonly nodes?: number;
  readonly parameters?: number;
}

export interface PlainGraph {
  readonly nodes: readonly PlainNode[];
  readonly values: readonly PlainValue[];
  /** Without the whole network, which is group 0. */
  readonly groups?: readonly PlainGroup[];
  readonly inputs?: readonly number[];
  readonly outputs?: readonly number[];
}

/** Numbers for what is said again and again. */
class Words {
  readonly all: string[] = [];
  private readonly at = new Map<string, number>();

  number(word: string | null): number {
    if (word === null) return -1;
    const known = this.at.get(word);
    if (known !== undefined) return known;
    this.at.set(word, this.all.length);
    return this.all.push(word) - 1;
  }

  column(words: readonly (string | null)[]): Int32Array {
    return Int32Array.from(words, (word) => this.number(word));
  }
}

/** Where parts of these lengths begin, and where the last one ends. */
function offsets(lengths: readonly number[]): Int32Array {
  const at = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => {
    at[i + 1] = (at[i] ?? 0) + length;
  });
  return at;
}

/** Strings laid end to end as UTF-8, and where each begins. */
function text(name: string, strings: readonly string[]): Record<string, Numbers> {
  const parts = strings.map((one) => new TextEncoder().encode(one));
  const at = offsets(parts.map((part) => part.length));
  const bytes = new Uint8Array(at[parts.length] ?? 0);
  parts.forEach((part, i) => {
    bytes.set(part, at[i]);
  });
  return { [name]: bytes, [`${name}_at`]: at };
}

interface Said {
  readonly words: Words;
  readonly shapes: Words;
  readonly attributes: Words;
}

const readOf = (read: number | readonly [number, string]) =>
  typeof read === 'number' ? ([read, 'data'] as const) : read;

function nodeColumns(nodes: readonly PlainNode[], said: Said): Record<string, Numbers> {
  const reads = nodes.map((node) => (node.reads ?? []).map(readOf));
  const writes = nodes.map((node) => node.writes ?? []);
  const { words, attributes } = said;
  return {
    ...text(
      'node_name',
      nodes.map((node) => node.name),
    ),
    node_op: words.column(nodes.map((node) => node.op)),
    node_kind: words.column(nodes.map((node) => node.kind ?? null)),
    node_family: words.column(nodes.map((node) => node.family ?? 'other')),
    node_group: Int32Array.from(nodes, (node) => node.group ?? 0),
    node_attributes: attributes.column(nodes.map((node) => JSON.stringify(node.attributes ?? {}))),
    read_at: offsets(reads.map((one) => one.length)),
    read_value: Int32Array.from(reads.flat(), ([value]) => value),
    read_role: words.column(reads.flat().map(([, role]) => role)),
    write_at: offsets(writes.map((one) => one.length)),
    write_value: Int32Array.from(writes.flat()),
  };
}

function valueColumns(values: readonly PlainValue[], said: Said): Record<string, Numbers> {
  const { words, shapes } = said;
  return {
    ...text(
      'value_name',
      values.map((value) => value.name),
    ),
    value_shape: shapes.column(
      values.map((value) => (value.shape ? JSON.stringify(value.shape) : null)),
    ),
    value_dtype: words.column(values.map((value) => value.dtype ?? null)),
    value_what: words.column(values.map((value) => value.what ?? 'activation')),
    value_axes: words.column(values.map((value) => value.axes ?? null)),
  };
}

function groupColumns(groups: readonly PlainGroup[], words: Words): Record<string, Numbers> {
  return {
    ...text(
      'group_name',
      groups.map((group) => group.name),
    ),
    ...text(
      'title_name',
      groups.map((group) => group.name.split('/').at(-1) ?? ''),
    ),
    group_parent: Int32Array.from(groups, (group) => group.parent ?? -1),
    group_what: words.column(groups.map((group) => group.what ?? 'scope')),
    group_alike: new Int32Array(groups.length).fill(-1),
    group_nodes: Int32Array.from(groups, (group) => group.nodes ?? 0),
    group_parameters: Float64Array.from(groups, (group) => group.parameters ?? 0),
  };
}

/** The arrays by name, as a blob that was read. */
export function blobOf(arrays: Readonly<Record<string, Numbers>>): Blob {
  const tensors = Object.entries(arrays).map(
    ([name, data]) => [name, { shape: [data.length], data }] as [string, Tensor],
  );
  return { tensors: new Map(tensors), metadata: {} };
}

/** The network as the page reads it from the server. */
export function packed(plain: PlainGraph): Graph {
  const said = { words: new Words(), shapes: new Words(), attributes: new Words() };
  const root: PlainGroup = { name: '', parent: null, what: 'root' };
  const arrays = {
    ...nodeColumns(plain.nodes, said),
    ...valueColumns(plain.values, said),
    ...groupColumns([root, ...(plain.groups ?? [])], said.words),
  };
  const facts = {
    id: 1,
    name: 'plain',
    format: 'test',
    producer: null,
    parameters: 0,
    bytes: 0,
    notes: [],
    inputs: plain.inputs ?? [],
    outputs: plain.outputs ?? [],
    words: said.words.all,
    shapes: said.shapes.all.map((shape) => JSON.parse(shape) as Dim[]),
    attributes: said.attributes.all,
    repeats: {},
  };
  return new Graph(facts, blobOf(arrays));
}

/** A chain of nodes, each reading what the one before it wrote; value 0 is the input. */
export function chain(ops: readonly string[]): Graph {
  return packed({
    nodes: ops.map((op, i) => ({
      name: `${op.toLowerCase()}_${i}`,
      op,
      reads: [i],
      writes: [i + 1],
    })),
    values: ['input', ...ops].map((name, i) => ({
      name: `${name}:${i}`,
      what: i ? ('activation' as const) : ('input' as const),
    })),
    inputs: [0],
    outputs: [ops.length],
  });
}
