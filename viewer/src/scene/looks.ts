/** How each tensor is drawn: its own style, the range that it shares, and ranges that are held. */
import type { GraphDoc } from '../client/documents';
import type { Picture } from '../state/pictures';
import { isPicture, rangeOwner, type Scale, scaleOf } from '../state/ranges';
import * as s from '../state/store';
import type { Look } from './drawing';

export class Looks {
  private held = new Map<number, Scale>();
  private owners = new Map<number, number>();
  private graph: GraphDoc | null = null;

  /** The range and table of a value's picture; `pictureOf` gives those of other values. */
  scale(graph: GraphDoc, picture: Picture, pictureOf: (v: number) => Picture | null): Scale {
    if (graph !== this.graph) {
      this.graph = graph;
      this.held.clear();
      this.owners.clear();
    }
    const { value } = picture.stats;
    const style = s.styleOf(value);
    const theme = s.theme.value;
    const owner = pictureOf(this.owner(graph, value))?.stats ?? picture.stats;
    const image = isPicture(graph, value) && picture.stats.arrangement.rows > 1;
    const fresh = scaleOf(picture.stats, owner, theme, style.range, style.table, image);
    const held = this.held.get(value);
    if (s.holdRange.value && held) return { ...held, table: fresh.table };
    this.held.set(value, fresh);
    return fresh;
  }

  private owner(graph: GraphDoc, value: number): number {
    let found = this.owners.get(value);
    if (found === undefined) {
      found = rangeOwner(graph, value);
      this.owners.set(value, found);
    }
    return found;
  }
}

/** A tensor in the scene. */
export function sceneLook(scale: Scale, value: number, strength: number): Look {
  return {
    scale,
    perMap: s.styleOf(value).scaling === 'map',
    smooth: false,
    gaps: true,
    numbers: true,
    alone: false,
    strength,
  };
}

/** The open tensor in its panel. */
export function panelLook(scale: Scale, value: number, view: s.View): Look {
  return {
    scale,
    perMap: s.styleOf(value).scaling === 'map',
    smooth: view === 'smooth',
    gaps: view !== 'smooth',
    numbers: view === 'cells' || view === 'numbers',
    alone: view === 'numbers',
    strength: 1,
  };
}
