/** Where the edges of a group begin and end: at ports of blocks, and at the borders of open groups. */
import type { Edge } from '../client/layouts';
import { type Ingredients, portsOfGroup } from './blocks';
import { type Box, borderOf, type Plot, WIRE } from './plots';
import { type Ends, type Flat, type Route, routeEdges } from './routes';
import type { Place } from './rows';
import { portHeight } from './solid';
import type { Wiring } from './walk';

/** What the ends of edges follow from. */
type From = Pick<Ingredients, 'graph' | 'layoutOf'>;

/** The ways of all edges of a group, as its children stand now. */
export function routesOf(wiring: Wiring, from: From): Route[] {
  const { plot, scale } = wiring;
  return routeEdges(plot.layout, plot.rows, new GroupEnds(wiring, from), scale);
}

class GroupEnds implements Ends {
  readonly origin: Flat;
  private readonly plot: Plot;
  private readonly places: readonly Place[];
  /** Of the group itself; null around the whole network. */
  private readonly border: Box | null;

  constructor(
    { plot, x, y, places }: Wiring,
    private readonly from: From,
  ) {
    this.origin = [x, y];
    this.plot = plot;
    this.places = places;
    this.border = plot.group === 0 ? null : borderOf(plot, x, y - plot.base);
  }

  out(child: number, value: number): Flat {
    const { x, y } = this.places[child] as Place;
    const inner = this.plot.inner.get(child);
    if (inner) return throughBorder(inner, inner.leaves.get(value), x, y, 'right');
    const { what, id } = this.plot.layout.children[child] ?? { what: 'input', id: -1 };
    if (what === 'enter') return [this.border?.left ?? x, y + WIRE];
    const ports = what === 'node' ? this.from.graph.writesOf(id) : this.ports(what, id, 'leave');
    const index = Math.max(0, ports.indexOf(value));
    return [x + this.half(child), y + portHeight(index, ports.length)];
  }

  in(child: number, edge: Edge): Flat {
    const { x, y } = this.places[child] as Place;
    const inner = this.plot.inner.get(child);
    if (inner) return throughBorder(inner, inner.enters.get(edge.value), x, y, 'left');
    const { what, id } = this.plot.layout.children[child] ?? { what: 'node', id: -1 };
    if (what === 'leave') return [this.border?.right ?? x, y + WIRE];
    const ports = this.ports(what, id, 'enter');
    const port = what === 'group' ? Math.max(0, ports.indexOf(edge.value)) : edge.port;
    const count = what === 'node' && id >= 0 ? this.from.graph.readCount(id) : ports.length;
    return [x - this.half(child), y + portHeight(port, count)];
  }

  private ports(what: string, group: number, way: 'enter' | 'leave'): number[] {
    return what === 'group' ? portsOfGroup(this.from.layoutOf(group), way) : [];
  }

  private half(child: number): number {
    return (this.plot.sizes[child]?.width ?? 0) / 2;
  }
}

/** Where a value passes the border of an open group whose place is there. */
function throughBorder(
  plot: Plot,
  child: number | undefined,
  x: number,
  y: number,
  side: 'left' | 'right',
): Flat {
  const local = plot.rows.places[child ?? -1]?.y ?? -plot.base;
  return [borderOf(plot, x, y)[side], y + plot.base + local + WIRE];
}
