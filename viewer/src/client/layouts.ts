/** Where the children of every group lie: pages of columns, out of which single groups are read when unfolded. */
import { signal } from '@preact/signals';
import { type Blob, decode, type Numbers, tensor } from './blob';
import { bytes } from './keys';

/** One block of a group: an operator, an input, an inner group, or a value on its way in or out. */
export interface Child {
  readonly what: 'node' | 'input' | 'group' | 'enter' | 'leave';
  /** Of the node, of the group, or of the value. */
  readonly id: number;
  readonly rank: number;
  readonly lane: number;
}

/** One value on its way between two children. */
export interface Edge {
  readonly value: number;
  readonly from: number;
  readonly to: number;
  /** Position in the reader's reads, where a node reads. */
  readonly port: number;
  /** Rank and lane of the places that it passes. */
  readonly points: readonly (readonly [number, number])[];
}

export interface Layout {
  readonly group: number;
  readonly ranks: number;
  readonly lanes: number;
  readonly children: readonly Child[];
  readonly edges: readonly Edge[];
  readonly frames: readonly { readonly group: number; readonly children: readonly number[] }[];
}

/** Groups in one page. */
export const PAGE = 256;
/** Pages under way at once. */
const AT_ONCE = 3;
const WHAT = ['node', 'input', 'group', 'enter', 'leave'] as const;

/** One page: the layouts of up to `PAGE` groups. */
class Page {
  constructor(private readonly blob: Blob) {}

  private column(name: string): Numbers {
    return tensor(this.blob, name).data;
  }

  private span(name: string, index: number): [number, number] {
    const at = this.column(name);
    return [at[index] ?? 0, at[index + 1] ?? 0];
  }

  read(index: number, group: number): Layout {
    return {
      group,
      ranks: this.column('ranks')[index] ?? 0,
      lanes: this.column('lanes')[index] ?? 0,
      children: this.children(index),
      edges: this.edges(index),
      frames: this.frames(index),
    };
  }

  private children(index: number): Child[] {
    const [from, to] = this.span('children_at', index);
    const [what, id] = [this.column('child_what'), this.column('child_id')];
    const [rank, lane] = [this.column('child_rank'), this.column('child_lane')];
    const found: Child[] = [];
    for (let i = from; i < to; i++) {
      found.push({
        what: WHAT[what[i] ?? 0] ?? 'node',
        id: id[i] ?? -1,
        rank: rank[i] ?? 0,
        lane: lane[i] ?? 0,
      });
    }
    return found;
  }

  private edges(index: number): Edge[] {
    const [from, to] = this.span('edges_at', index);
    const [value, port] = [this.column('edge_value'), this.column('edge_port')];
    const [source, target] = [this.column('edge_from'), this.column('edge_to')];
    const points = this.column('points');
    const found: Edge[] = [];
    for (let i = from; i < to; i++) {
      const [first, last] = this.span('points_at', i);
      const passed: [number, number][] = [];
      for (let p = first; p < last; p++) passed.push([points[p * 2] ?? 0, points[p * 2 + 1] ?? 0]);
      found.push({
        value: value[i] ?? -1,
        from: source[i] ?? 0,
        to: target[i] ?? 0,
        port: port[i] ?? 0,
        points: passed,
      });
    }
    return found;
  }

  private frames(index: number): Layout['frames'] {
    const [from, to] = this.span('frames_at', index);
    const groups = this.column('frame_group');
    const members = this.column('frame_children');
    const found: { group: number; children: number[] }[] = [];
    for (let i = from; i < to; i++) {
      const [first, last] = this.span('members_at', i);
      found.push({ group: groups[i] ?? 0, children: Array.from(members.subarray(first, last)) });
    }
    return found;
  }
}

export class Layouts {
  private readonly pages = new Map<number, Page>();
  private readonly read = new Map<number, Layout>();
  private readonly under = new Map<number, Promise<void>>();

  /** Raised whenever a page has come. */
  readonly come = signal(0);
  /** How many groups there are, once it is known. */
  groups = 1;

  constructor(private readonly model: number) {}

  /** The layout of a group, null while its page is on its way. */
  of(group: number): Layout | null {
    const page = this.pages.get(Math.floor(group / PAGE));
    if (!page) return null;
    let made = this.read.get(group);
    if (!made) {
      made = page.read(group % PAGE, group);
      this.read.set(group, made);
    }
    return made;
  }

  /** Settles when the layout of a group is here. */
  need(group: number): Promise<void> {
    return this.fetch(Math.floor(group / PAGE));
  }

  /** Fetches everything, a few pages at a time. */
  async all(): Promise<void> {
    const pages = Math.ceil(this.groups / PAGE);
    let next = 0;
    const work = async () => {
      while (next < pages) await this.fetch(next++);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  private fetch(page: number): Promise<void> {
    let asked = this.under.get(page);
    if (!asked) {
      asked = bytes(`/m/${this.model}/layouts/${page}`).then((body) => {
        this.pages.set(page, new Page(decode(body)));
        this.come.value += 1;
      });
      this.under.set(page, asked);
      asked.catch(() => this.under.delete(page));
    }
    return asked;
  }
}
