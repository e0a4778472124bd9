/** Follows the state: builds the world, paints it when it changes, sends the eye where it is asked. */
import { effect, untracked } from '@preact/signals';
import { Vector3 } from 'three';
import {
  arrivals,
  type Picture,
  picture,
  request,
  sizeFor,
  sourceOf,
  waiting,
} from '../state/pictures';
import { scaleWith } from '../state/scales';
import * as s from '../state/store';
import { tables } from '../state/tables';
import { Flights } from './flights';
import { Flow, shownValues } from './flow';
import { Hands } from './hands';
import { LECTURE } from './inscriptions';
import { pixelsPerUnit, type Want } from './labels';
import { Painter } from './painter';
import { tableTexture } from './sheets';
import type { Stood } from './solid';
import { Stage } from './stage';
import { Timing } from './timing';
import { World } from './world';

/** Cells a side of an overview where nothing is known of its size on screen. */
const PLAIN = 256;
/** Cells to a pixel: an overview may be a little finer, never much coarser. */
const SHARP = 0.9;

/** Milliseconds between two drawings while pictures come in. */
const GATHER = 150;

/** A painting that took longer is repeated only when the camera rests. */
const QUICK = 7;

export class Director {
  readonly stage: Stage;
  readonly world = new World();
  readonly flow = new Flow();
  readonly painter: Painter;
  readonly timing: Timing;
  private readonly flights: Flights;
  private wants: readonly Want[] = [];
  private stale = { world: false, paint: true };
  private cost = 0;
  private pose = '';
  private model = -1;

  constructor(canvas: HTMLCanvasElement) {
    this.stage = new Stage(
      canvas,
      (now) => this.prepare(now),
      () => this.timing.drawn(),
    );
    this.painter = new Painter(this.stage.parts);
    this.timing = new Timing(this);
    this.stage.eye.onMove = () => this.stage.moving();
    this.flights = new Flights(this.stage, this.world, this.painter);
    new Hands(this.stage, this.world, this.painter, this.flights, () => this.repaint());
    this.follow();
  }

  /** The picture of a value as it stands in the scene now. */
  shownPicture(
    value: number,
    now = performance.now(),
  ): { picture: Picture | null; strength: number } {
    return this.flow.pictureOf(value, now);
  }

  private follow(): void {
    const { stage } = this;
    new ResizeObserver(() => stage.resize()).observe(stage.canvas);
    stage.resize();
    effect(() => {
      const area = s.stageArea.value;
      if (area.right <= area.left) return;
      stage.setArea(area);
      this.rebuild();
    });
    effect(() => {
      const rect = s.inset.value;
      stage.insetRect = rect && {
        left: Math.round(rect.left),
        top: Math.round(rect.top),
        width: Math.round(rect.width),
        height: Math.round(rect.height),
      };
      this.repaint();
    });
    effect(() => {
      if (tables.value.length === 0) return;
      const texture = tableTexture(tables.value.map((t) => t.colours));
      stage.parts.sheets.tables = texture;
      stage.parts.inset.tables = texture;
      this.repaint();
    });
    effect(() => this.onModel());
    effect(() => this.onTrace());
    effect(() => {
      void [s.hidden.value, s.fanned.value, s.answerMode.value];
      this.rebuild();
    });
    effect(() => {
      void arrivals.value;
      this.onArrival();
    });
    effect(() => {
      void [s.theme.value, s.lecture.value];
      stage.parts.words.clear();
      this.rebuild();
    });
    effect(() => {
      void [s.everywhere.value, s.styles.value, s.holdRange.value, s.answerMode.value];
      void [s.settings.value, s.view.value, s.shownMap.value];
      this.repaint();
    });
    effect(() => {
      void [s.hover.value, s.selected.value];
      const over = s.hover.value;
      const block = over && this.stoodOf(over.value, over.node);
      this.world.lift(block?.block.index ?? -1);
      const open = s.selected.value;
      const source = open && sourceOf(open.value);
      if (source) void request([{ source, size: 512 }]);
      this.repaint();
    });
    effect(() => {
      const flight = s.flight.value;
      if (flight) untracked(() => this.flights.go(flight));
    });
    void document.fonts.ready.then(() => this.refresh());
    document.fonts.addEventListener('loadingdone', () => this.refresh());
  }

  private refresh(): void {
    this.stage.parts.words.clear();
    this.repaint();
  }

  private onModel(): void {
    const opened = s.opened.value;
    if (!opened || opened.id === this.model) return;
    this.model = opened.id;
    this.flow.follow(null);
    this.stage.eye.moved = false;
    this.rebuild();
  }

  private onTrace(): void {
    const trace = s.trace.value;
    const opened = s.opened.value;
    this.flow.follow(trace);
    if (!trace || !opened) return;
    const kept = new Set(trace.kept);
    const shown = shownValues(opened.graph).filter((v) => kept.has(v));
    this.flow.wanted = new Set(shown);
    const sizes = this.sizesNow();
    void request(
      shown.map((v) => ({ source: `/t/${trace.id}/${v}`, size: sizes.get(v) ?? PLAIN })),
    );
    this.rebuild();
  }

  /** How large an overview each value needs, seen from home or from where the eye is, if nearer. */
  private sizesNow(): Map<number, number> {
    const { stage, world } = this;
    const { camera, height } = stage.eyepiece;
    const sizes = new Map<number, number>();
    const home = stage.eye.homeScale(stage.area.bottom - stage.area.top);
    for (const { place, block } of world.stood) {
      const here = pixelsPerUnit(new Vector3(place.x, place.y, 0), camera, height);
      const scale = Math.max(home, Math.min(here, home * 4)) * stage.pixelRatio;
      for (const { value, size } of block.standing) {
        sizes.set(value, sizeFor(Math.max(size.width, size.height) * scale * SHARP));
      }
    }
    return sizes;
  }

  private later = 0;

  /** While more pictures are on their way, not every handful of them is worth a drawing. */
  private onArrival(): void {
    if (waiting.peek() === 0) {
      clearTimeout(this.later);
      this.later = 0;
      this.rebuild();
    } else if (!this.later) {
      this.later = window.setTimeout(() => {
        this.later = 0;
        this.rebuild();
      }, GATHER);
    }
  }

  private rebuild(): void {
    this.stale.world = true;
    this.repaint();
  }

  private repaint(): void {
    this.stale.paint = true;
    this.stage.invalidate();
  }

  /** Everything up to date for a drawing; whether another is to follow. */
  private prepare(now: number): boolean {
    const opened = s.opened.peek();
    if (!opened) return false;
    const { stage, world, flow } = this;
    flow.advance(opened.graph, this.ranks(), now, calm());
    if (this.stale.world) this.build(now);
    const moving = world.moving || flow.moving;
    if (world.moving) world.stand(now);
    const pose = this.poseKey();
    const moved = pose !== this.pose;
    this.pose = pose;
    if (this.stale.paint || moving || (moved && this.cost < QUICK) || !this.settled(pose)) {
      this.paint(now);
    }
    const { eyepiece, area } = stage;
    const box = { id: '', text: '', ...area };
    stage.labels.place(this.wants, eyepiece.camera, eyepiece, box);
    return moving;
  }

  private paintedPose = '';

  /** Whether what is painted was painted for this place of the camera, or cannot be just now. */
  private settled(pose: string): boolean {
    return this.paintedPose === pose || !this.stage.atRest || this.stage.eye.flying;
  }

  private paint(now: number): void {
    const opened = s.opened.peek();
    if (!opened) return;
    const start = performance.now();
    this.world.stand(now);
    this.wants = this.painter.paint(this.world, this.stage.eyepiece, (v) =>
      this.flow.pictureOf(v, now),
    );
    this.paintInset(now);
    this.stale.paint = false;
    this.paintedPose = this.pose;
    this.cost = performance.now() - start;
  }

  private paintInset(now: number): void {
    const { stage } = this;
    const open = s.selected.peek();
    const opened = s.opened.peek();
    const shown = open && picture(sourceOf(open.value));
    if (!stage.insetRect || !shown || !opened) {
      stage.parts.inset.clear();
      stage.parts.inset.flush();
      return;
    }
    const scale = scaleWith(shown.stats, (v) => this.flow.pictureOf(v, now).picture?.stats ?? null);
    const map = s.shownMap.peek();
    stage.inset.draw(
      { picture: shown, scale, view: s.view.peek(), map },
      stage.insetRect,
      stage.pixelRatio,
    );
  }

  private build(now: number): void {
    const opened = s.opened.peek();
    if (!opened) return;
    this.stale.world = false;
    const first = this.world.stood.length === 0 || !this.stage.eye.moved;
    this.world.build(
      {
        graph: opened.graph,
        layout: opened.layout,
        answer: s.trace.peek()?.answer ?? null,
        mode: s.answerMode.peek(),
        grown: s.lecture.peek() ? LECTURE : 1,
        ran: s.trace.peek() !== null,
        hidden: s.hidden.peek(),
        fanned: s.fanned.peek(),
        pictureOf: (v) => this.flow.pictureOf(v, now).picture,
      },
      this.stage.aspect,
      !calm(),
      now,
    );
    this.stage.eye.setBounds(this.world.bounds);
    if (first) this.stage.eye.home(false);
  }

  private ranks(): ReadonlyMap<number, number> {
    const found = new Map<number, number>();
    this.world.scenery.blocks.forEach((block, i) => {
      const rank = this.world.scenery.layout.children[i]?.rank ?? 0;
      for (const port of block.right) found.set(port.value, rank);
    });
    return found;
  }

  private poseKey(): string {
    const { camera } = this.stage.eye;
    return [...camera.matrixWorld.elements, ...camera.projectionMatrix.elements].join();
  }

  private stoodOf(value: number, node: number | null): Stood | null {
    return (
      this.world.stood.find(({ block }) =>
        node === null
          ? block.what === 'input' && block.right[0]?.value === value
          : block.node?.id === node,
      ) ?? null
    );
  }

  /** Paints and draws at once. */
  redraw(): void {
    this.stale.paint = true;
    this.stage.draw(performance.now());
  }

  /** Whether everything that is in view has come and stands still. */
  get idle(): boolean {
    return (
      waiting.peek() === 0 &&
      !this.world.moving &&
      !this.flow.moving &&
      !this.stage.eye.flying &&
      this.stage.atRest &&
      !this.stale.paint &&
      !this.stale.world
    );
  }
}

function calm(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
