/** Follows the state: builds the world, paints it when it changes, sends the eye where it is asked. */
import { effect, untracked } from '@preact/signals';
import { answerCard } from '../state/answercard';
import { item } from '../state/batch';
import { itemCame } from '../state/itemanswers';
import { marked } from '../state/marked';
import { colourBy, measured } from '../state/measures';
import { plan } from '../state/minimap';
import { arrivals, type Picture, picture, request, takeCome, waiting } from '../state/pictures';
import { poseAsked } from '../state/pose';
import { chosen, field, glimpse, sum } from '../state/probe';
import { place, summary } from '../state/readings';
import { scaleShown } from '../state/scales';
import { stepsShown } from '../state/stepcards';
import * as s from '../state/store';
import { tables } from '../state/tables';
import { viewedSourceOf } from '../state/viewing';
import { type BlockKey, keyAt } from './blocks';
import { Flights } from './flights';
import { Flow } from './flow';
import { Gaze } from './gaze';
import { Hands } from './hands';
import { ingredients } from './ingredients';
import type { Want } from './labels';
import { Later } from './later';
import { Painter } from './painter';
import { tableTexture } from './sheets';
import { Stage } from './stage';
import { StepCards } from './stepcards';
import { Timing } from './timing';
import { World } from './world';

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
  private readonly gaze: Gaze;
  private wants: readonly Want[] = [];
  private stale = { world: false, fold: false, paint: true };
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
    this.stage.parts.cards.onCome = () => this.cards.arrived();
    this.gaze = new Gaze(this.stage, this.world, this.flow);
    this.stage.eye.onMove = () => this.stage.moving();
    this.flights = new Flights(this.stage, this.world, this.painter, () => this.bringUp());
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
      // No block changes, only the window that they fill.
      this.renew();
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
      void [stepsShown.value, s.hidden.value, s.fanned.value, s.answerMode.value];
      this.rebuild();
    });
    effect(() => {
      void [place.value, answerCard.value?.aspect, summary.value, itemCame.value];
      this.rebuild();
    });
    effect(() => {
      void answerCard.value;
      this.repaint();
    });
    effect(() => {
      void s.unfolded.value;
      this.refold();
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
      void [s.settings.value, s.view.value, s.shownMap.value, s.lit.value, s.focusedGroup.value];
      void [colourBy.value, measured.value];
      this.repaint();
    });
    effect(() => {
      void [s.hover.value, s.selected.value, s.comparison.value, s.showsDifference.value];
      this.world.lift(keyAt(s.hover.value));
      const open = s.selected.value;
      const source = open && viewedSourceOf(open.value);
      if (source) void request([{ source, size: 512 }]);
      this.repaint();
    });
    effect(() => {
      void [chosen.value, sum.value, field.value, glimpse.value, marked.value];
      this.repaint();
    });
    effect(() => {
      const asked = poseAsked.value;
      if (asked) untracked(() => stage.eye.take(asked.pose, asked.smooth));
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
    this.world.clear();
    this.stage.eye.moved = false;
    this.rebuild();
  }

  private onTrace(): void {
    void item.value;
    const trace = s.trace.value;
    const opened = s.opened.value;
    this.flow.follow(trace);
    if (!trace || !opened) return;
    untracked(() => {
      // The run may tell shapes that the file does not; of live frames only what changed is placed.
      if (s.following.peek() && this.touched) this.renew(this.cards.due());
      else this.rebuild();
      this.bringUp();
      this.world.look(this.stage.eyepiece, performance.now());
      this.flow.wanted = new Set(this.gaze.inView(trace).map((one) => one.value));
      this.gaze.fetch();
    });
  }

  private readonly arrivals = new Later(GATHER, () => this.renew());
  private readonly cards = new StepCards(
    () => this.renew(true),
    () => this.repaint(),
  );

  /** While more pictures are on their way, not every handful of them is worth a drawing. */
  private onArrival(): void {
    for (const value of takeCome()) this.touched?.add(value);
    if (waiting.peek() === 0) this.arrivals.now();
    else this.arrivals.ask();
  }

  /** Values whose pictures have come since the last building; null where anything may have changed. */
  private touched: Set<number> | null = null;

  private rebuild(): void {
    this.touched = null;
    this.renew();
  }

  private renew(cards = false): void {
    this.world.cardsStale ||= cards;
    this.stale.world = true;
    this.repaint();
  }

  private refold(): void {
    this.stale.fold = true;
    this.renew();
  }

  /** Lets the world know at once of what has been folded or opened. */
  private bringUp(): void {
    if (this.stale.world) this.build(performance.now());
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
    flow.advance(() => this.flowOrder(), now, calm() || s.following.peek());
    flow.letGo(stage.parts.atlas);
    if (this.stale.world) this.build(now);
    const moving = world.moving || flow.moving;
    const fresh = world.look(stage.eyepiece, now);
    const pose = this.poseKey();
    const moved = pose !== this.pose;
    this.pose = pose;
    if (
      this.stale.paint ||
      fresh ||
      moving ||
      (moved && this.cost < QUICK) ||
      !this.settled(pose)
    ) {
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
    this.cards.painted();
    this.world.look(this.stage.eyepiece, now);
    this.wants = this.painter.paint(this.world, this.stage.eyepiece, (v) =>
      this.flow.pictureOf(v, now),
    );
    this.paintInset(now);
    this.stale.paint = false;
    this.paintedPose = this.pose;
    if (this.stage.atRest && !this.stage.eye.flying) this.gaze.rest();
    this.cost = performance.now() - start;
  }

  private paintInset(now: number): void {
    const { stage } = this;
    const open = s.selected.peek();
    const opened = s.opened.peek();
    const shown = open && picture(viewedSourceOf(open.value));
    if (!stage.insetRect || !shown || !opened) {
      stage.parts.inset.clear();
      stage.parts.inset.flush();
      return;
    }
    const scale = scaleShown(
      shown.stats,
      (v) => this.flow.pictureOf(v, now).picture?.stats ?? null,
    );
    const asked = s.shownMap.peek();
    const map = asked !== null && asked < shown.stats.arrangement.maps ? asked : null;
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
    const { world, stage } = this;
    const first = world.root === null;
    const anchor = first ? null : this.anchor();
    world.build(
      ingredients(opened, (v) => this.flow.pictureOf(v, now).picture),
      s.unfolded.peek(),
      this.touched,
      stage.aspect,
    );
    this.touched = new Set();
    stage.eye.setBounds(world.bounds);
    if (world.changed) plan.value = world.outline();
    const still = anchor !== null && stage.eye.moved && !stage.eye.pinned;
    const shift = still ? this.keepStill(anchor) : ([0, 0] as const);
    // Where frames are slow a movement is no help: what was asked for would come the later.
    const smooth = !first && !calm() && !stage.slow && world.animate(now, shift);
    if (first || !stage.eye.moved) stage.eye.home(this.stale.fold && smooth);
    this.stale.fold = false;
    this.flights.follow();
  }

  /** What is to stay where it is on screen: what was folded or opened, else what is in the middle. */
  private anchor(): { key: BlockKey; x: number; y: number } | null {
    const { world, stage } = this;
    const changed = difference(world.unfoldedNow, s.unfolded.peek());
    const [only] = changed.size === 1 ? changed : [];
    const key = only === undefined ? world.nearest(stage.eye.target) : `g${only}`;
    const spot = key && world.spotOf(world.standsFor(key));
    return spot ? { key, x: spot.x, y: spot.y } : null;
  }

  /** Moves the eye along with what is to stay; how far everything else has gone. */
  private keepStill(anchor: { key: BlockKey; x: number; y: number }): readonly [number, number] {
    const spot = this.world.spotOf(this.world.standsFor(anchor.key));
    if (!spot) return [0, 0];
    const [dx, dy] = [spot.x - anchor.x, spot.y - anchor.y];
    this.stage.eye.shift(dx, dy);
    return [dx, dy];
  }

  /** The values that stand in the scene, in the order of the flow. */
  private flowOrder(): number[] {
    return this.world.order.flatMap(({ plot, index }) => {
      const child = plot.layout.children[index];
      return child ? this.world.valuesOf(child) : [];
    });
  }

  private poseKey(): string {
    const { camera } = this.stage.eye;
    return [...camera.matrixWorld.elements, ...camera.projectionMatrix.elements].join();
  }

  /** Paints and draws at once. */
  redraw(): void {
    this.stale.paint = true;
    this.stage.draw(performance.now());
  }

  /** Whether everything that is in view has come and stands still. */
  get idle(): boolean {
    return this.isStill && this.stage.parts.cards.pending === 0;
  }

  /** The same, but for the pictures on cards. */
  get isStill(): boolean {
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

/** What is in one set and not in the other. */
function difference(a: ReadonlySet<number>, b: ReadonlySet<number>): Set<number> {
  return new Set([...[...a].filter((x) => !b.has(x)), ...[...b].filter((x) => !a.has(x))]);
}
