/** What a search reads of every node: made once for a network, in slices that leave the page free. */
import type { Dim, Graph } from '../client/graph';

/** Milliseconds of work before the page may breathe. */
const SLICE = 8;
/** Nodes between two looks at the clock. */
const STRIDE = 512;

/** Things that recur, numbered in the order in which they are first seen. */
class Distinct<T> {
  readonly all: T[] = [];
  private readonly at = new Map<T, number>();

  number(one: T): number {
    const known = this.at.get(one);
    if (known !== undefined) return known;
    this.at.set(one, this.all.length);
    return this.all.push(one) - 1;
  }
}

export interface Catalogue {
  readonly count: number;
  /** Of every node, in lower case. */
  readonly names: readonly string[];
  /** Of every node: a position in `operators`, in `attributes`. */
  readonly operator: Int32Array;
  readonly attribute: Int32Array;
  /** Values that node i writes: `writes` from `at[i]` to `at[i + 1]`. */
  readonly at: Int32Array;
  readonly writes: Int32Array;
  /** Of every entry of `writes`: a position in `shapes`, in `dtypes`. */
  readonly shape: Int32Array;
  readonly dtype: Int32Array;
  /** In lower case. */
  readonly operators: readonly string[];
  readonly attributes: readonly Readonly<Record<string, unknown>>[];
  readonly shapes: readonly (readonly Dim[] | null)[];
  readonly dtypes: readonly string[];
  /** Names of all attributes, in lower case. */
  readonly keys: ReadonlySet<string>;
}

const breathe = () => new Promise<void>((resolve) => setTimeout(resolve));

/** An attribute's JSON with its names in lower case; empty where it cannot be read. */
function lowered(text: string): Readonly<Record<string, unknown>> {
  const plain = JSON.parse(text) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(plain).map(([key, value]) => [key.toLowerCase(), value]),
  );
}

async function make(graph: Graph): Promise<Catalogue> {
  const count = graph.nodeCount;
  const names = graph.allNodeNames();
  const [operators, texts] = [new Distinct<string>(), new Distinct<string>()];
  const [shapes, dtypes] = [new Distinct<readonly Dim[] | null>(), new Distinct<string>()];
  const [operator, attribute] = [new Int32Array(count), new Int32Array(count)];
  const at = new Int32Array(count + 1);
  const writes: number[] = [];
  let since = performance.now();
  for (let node = 0; node < count; node++) {
    if (node % STRIDE === 0 && performance.now() - since > SLICE) {
      await breathe();
      since = performance.now();
    }
    names[node] = (names[node] ?? '').toLowerCase();
    operator[node] = operators.number(graph.opOf(node));
    attribute[node] = texts.number(graph.attributesOf(node));
    writes.push(...graph.writesOf(node));
    at[node + 1] = writes.length;
  }
  await breathe();
  const attributes = texts.all.map(lowered);
  return {
    count,
    names,
    operator,
    attribute,
    at,
    writes: Int32Array.from(writes),
    shape: Int32Array.from(writes, (value) => shapes.number(graph.shapeOf(value))),
    dtype: Int32Array.from(writes, (value) => dtypes.number(graph.dtypeOf(value) ?? '')),
    operators: operators.all.map((op) => op.toLowerCase()),
    attributes,
    shapes: shapes.all,
    dtypes: dtypes.all.map((dtype) => dtype.toLowerCase()),
    keys: new Set(attributes.flatMap(Object.keys)),
  };
}

const made = new WeakMap<Graph, Promise<Catalogue>>();

/** The catalogue of a network, made when first asked for. */
export function catalogueOf(graph: Graph): Promise<Catalogue> {
  const known = made.get(graph) ?? make(graph);
  made.set(graph, known);
  return known;
}
