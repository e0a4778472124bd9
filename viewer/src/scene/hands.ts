/** What the hand does, in the state's words: hover, click, drag in the panel's window, arrow keys. */
import { elementAt } from '../client/arrangement';
import { select } from '../state/actions';
import { fold, unfold } from '../state/folding';
import { mark, stretch } from '../state/marked';
import { picture } from '../state/pictures';
import { choose, forget, slide } from '../state/probe';
import * as s from '../state/store';
import { viewedSourceOf } from '../state/viewing';
import { BoxZoom } from './boxzoom';
import type { Card } from './cards';
import type { Flights } from './flights';
import type { Rect } from './inset';
import type { Painter } from './painter';
import { farAt, type Hit, type OpenHit, type Pointer, pick, pickCard, pickOpen } from './picking';
import { listenTo } from './pointer';
import { type Extent, extentOf } from './sizes';
import type { Stage } from './stage';
import type { World } from './world';

/** Which way the arrow keys pan, in shares of the window's height. */
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-0.25, 0],
  ArrowRight: [0.25, 0],
  ArrowUp: [0, 0.25],
  ArrowDown: [0, -0.25],
};

export class Hands {
  /** @param repaint called when the panel's window shows something else. */
  constructor(
    private readonly stage: Stage,
    private readonly world: World,
    private readonly painter: Painter,
    private readonly flights: Flights,
    private readonly repaint: () => void,
  ) {
    this.listen(stage.canvas);
  }

  /** What the last click was on. */
  private clicked: Hit | null = null;

  private hitAt(at: Pointer): Hit | null {
    return pick(this.world.stood, this.painter.drawn, at, this.stage.eyepiece);
  }

  private cardAt(at: Pointer): Card | null {
    return pickCard(this.stage.parts.cards.drawn, at, this.stage.eyepiece);
  }

  private openAt(at: Pointer): OpenHit | null {
    return pickOpen(this.world.opens, at, this.stage.eyepiece);
  }

  private listen(canvas: HTMLCanvasElement): void {
    listenTo(canvas, {
      box: new BoxZoom(this.stage),
      inset: () => this.stage.insetRect,
      enable: (on) => {
        this.stage.eye.enabled = on;
      },
      hover: (at) => this.hover(at),
      click: (at) => this.click(at),
      fly: (at) => this.fly(at),
      insetDrag: (dx, dy) => this.withInset((extent) => this.stage.inset.drag(dx, dy, extent)),
      insetMark: (from, to) => this.markInset(from, to),
      insetWheel: (factor, at) =>
        this.withInset((extent, rect) => this.stage.inset.wheel(factor, at, rect, extent)),
      insetHover: (at) => this.hoverInset(at),
      insetClick: (at) => this.clickInset(at),
    });
    // Before the camera's own listener: it zooms to the depth of what it looks at.
    canvas.addEventListener('wheel', (event) => this.lookAt(event), {
      capture: true,
      passive: true,
    });
    window.addEventListener('keydown', (event) => this.pan(event));
  }

  private lookAt({ offsetX: x, offsetY: y }: WheelEvent): void {
    const far = farAt(this.painter.drawn, { x, y }, this.stage.eyepiece);
    if (far !== null) this.stage.eye.focusAt(far);
  }

  private pan(event: KeyboardEvent): void {
    const way = ARROWS[event.key];
    const target = event.target as HTMLElement | null;
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target?.closest('input, select, textarea, dialog, [role=tablist], [role=listbox]')) return;
    event.preventDefault();
    // Where a number is looked at, the keys slide the window that made it, or mark cells from it on.
    const step = { right: Math.sign(way[0]), down: -Math.sign(way[1]) };
    if (event.shiftKey ? stretch(step) : slide(step)) return;
    this.stage.eye.pan(way[0], way[1]);
  }

  /** A double click: opens a folded group, flies to anything else; beside everything, home. */
  private fly(at: Pointer): void {
    // The first of the two clicks may have opened a panel, and moved what lies here.
    const hit = this.clicked;
    const group = hit?.stood.block.group;
    if (group && hit.kind !== 'port') {
      select(null);
      void unfold(group.id).then(() => this.flights.toGroup(group.id));
    } else if (hit?.kind === 'sheet') this.flights.toMap(hit);
    else if (hit) this.flights.toKey(hit.stood.block.key);
    else {
      const open = this.openAt(at);
      if (open && !open.title) this.flights.toGroup(open.open.plot.group);
      else if (!open) this.stage.eye.home(true);
    }
  }

  private hover(at: Pointer | null): void {
    const hit = at && this.hitAt(at);
    const title = at && !hit && this.openAt(at)?.title;
    const acts = at && this.cardAt(at)?.act;
    this.stage.canvas.style.cursor = hit || title || acts ? 'pointer' : '';
    if (!hit || !at) {
      if (s.hover.peek()) s.hover.value = null;
      return;
    }
    const cell = hit.cell && { plane: 0, ...hit.cell };
    s.hover.value = { value: hit.value, ...ownerOf(hit), cell, x: at.x, y: at.y };
  }

  private click(at: Pointer): void {
    const act = this.cardAt(at)?.act;
    if (act) {
      act();
      return;
    }
    const hit = this.hitAt(at);
    this.clicked = hit;
    if (!hit) {
      const open = this.openAt(at);
      if (open?.title) fold(open.open.plot.group);
      else select(null);
      s.focused.value = null;
      s.focusedGroup.value = open?.open.plot.group || null;
      return;
    }
    const owner = ownerOf(hit);
    s.focused.value = owner.node;
    s.focusedGroup.value = owner.group ?? null;
    const standing = hit.stood.block.standing.find((one) => one.value === hit.value);
    const alone = standing !== undefined && standing.extent.maps > 1 && hit.kind === 'sheet';
    const again = s.selected.peek()?.value === hit.value;
    select({ value: hit.value, ...owner, map: alone && again ? hit.map : null });
  }

  private withInset(act: (extent: Extent, rect: Rect) => void): void {
    const open = s.selected.peek();
    const shown = open && picture(viewedSourceOf(open.value));
    if (!shown || !this.stage.insetRect) return;
    act(extentOf(shown.stats.arrangement), this.stage.insetRect);
    this.repaint();
  }

  /** Looks at the number under the cursor; beside the cells, at none. */
  private clickInset(at: Pointer): void {
    const open = s.selected.peek();
    const shown = open && picture(viewedSourceOf(open.value));
    const rect = this.stage.insetRect;
    if (!open || !shown || !rect) return;
    const { arrangement, shape } = shown.stats;
    const cell = this.stage.inset.cellAt(at, rect, extentOf(arrangement));
    const index = cell && elementAt(arrangement, shape, { plane: 0, ...cell });
    if (index) choose(open.value, index);
    else forget();
  }

  private markInset(from: Pointer, to: Pointer): void {
    this.withInset((extent, rect) => {
      const { inset } = this.stage;
      const ends = [inset.flatCellAt(from, rect, extent), inset.flatCellAt(to, rect, extent)];
      if (ends[0] && ends[1]) mark(ends[0], ends[1]);
    });
  }

  private hoverInset(at: Pointer | null): void {
    const open = s.selected.peek();
    const shown = open && picture(viewedSourceOf(open.value));
    const rect = this.stage.insetRect;
    if (!at || !open || !shown || !rect) {
      if (s.hover.peek()) s.hover.value = null;
      return;
    }
    const cell = this.stage.inset.cellAt(at, rect, extentOf(shown.stats.arrangement));
    s.hover.value = cell && {
      value: open.value,
      node: open.node,
      ...(open.group === undefined ? {} : { group: open.group }),
      cell: { plane: 0, ...cell },
      viewed: true,
      x: at.x,
      y: at.y,
    };
  }
}

/** The node or folded group that was hit. */
function ownerOf({ stood }: Hit): { node: number | null; group?: number } {
  const { node, group } = stood.block;
  return group ? { node: null, group: group.id } : { node: node?.id ?? null };
}
