/** Sends the eye where it is asked: home, to a layer, to the next one, to a map. */
import { Box3, Vector3 } from 'three';
import * as s from '../state/store';
import type { BlockKey } from './blocks';
import { copyPicture } from './capture';
import type { Painter } from './painter';
import type { Hit } from './picking';
import { PEDESTAL } from './solid';
import type { Stage } from './stage';
import type { World } from './world';

/** Room around what is flown to, as a share of its size. */
const AROUND_BLOCK = 1.5;
const AROUND_MAP = 1.35;
const AROUND_GROUP = 1.06;

export class Flights {
  constructor(
    private readonly stage: Stage,
    private readonly world: World,
    private readonly painter: Painter,
    /** Lets the world know of what has just been folded or opened. */
    private readonly bringUp: () => void,
  ) {}

  /** Where the last flight went: an input and the answer have no focus of their own. */
  private last: BlockKey | null = null;

  /** Goes where the state says. */
  go(flight: s.Flight): void {
    const { eye } = this.stage;
    if (flight.to === 'home') {
      this.last = null;
      eye.home(true);
    } else if (flight.to === 'in') eye.zoom(0.75);
    else if (flight.to === 'out') eye.zoom(1.33);
    else if (flight.to === 'capture') void copyPicture(this.stage);
    else if (flight.to === 'node') this.toKey(`n${flight.node ?? -1}`);
    else if (flight.to === 'group') this.toGroup(flight.group ?? 0);
    else this.by(flight.to === 'next' ? 1 : -1);
  }

  /** To the next block in the order of the flow, or the one before. */
  private by(step: number): void {
    const { order } = this.world;
    const now = this.current();
    const at = order.findIndex(({ plot, index }) => plot.keys[index] === now);
    const start = at < 0 ? (step > 0 ? -1 : 0) : at;
    const next = order[(start + step + order.length) % order.length];
    if (next) this.toKey(next.plot.keys[next.index] ?? '');
  }

  private current(): BlockKey | null {
    const [node, group] = [s.focused.peek(), s.focusedGroup.peek()];
    if (node !== null) return this.world.standsFor(`n${node}`);
    return group === null ? this.last : this.world.standsFor(`g${group}`);
  }

  /** Flies to a block, so that it fills a good part of the window; to the folded group around it, where it is hidden. */
  toKey(key: BlockKey): void {
    this.bringUp();
    const shown = this.world.standsFor(key);
    const box = this.world.boxOf(shown);
    if (!box) return;
    this.last = shown;
    const id = Number(shown.slice(1));
    s.focused.value = shown[0] === 'n' ? id : null;
    s.focusedGroup.value = shown[0] === 'g' ? id : null;
    this.to(box, AROUND_BLOCK, shown);
  }

  /** Flies to a group, so that it fills the window where it stands open. */
  toGroup(group: number): void {
    this.bringUp();
    const key = this.world.standsFor(`g${group}`);
    const box = this.world.boxOf(key);
    if (!box) return;
    s.focused.value = null;
    s.focusedGroup.value = Number(key.slice(1));
    this.to(box, s.unfolded.peek().has(group) ? AROUND_GROUP : AROUND_BLOCK, key);
  }

  private to(box: Box3, around: number, key: BlockKey | null = null): void {
    const { eye } = this.stage;
    eye.moved = true;
    eye.go(eye.poseFor(box, around), true);
    this.aim = key === null ? null : { key, around, box };
    eye.pinned = this.aim;
  }

  /** What the last flight went to. */
  private aim: { readonly key: BlockKey; readonly around: number; readonly box: Box3 } | null =
    null;

  /** Flies on to where it went, when that has grown meanwhile and nobody has moved since. */
  follow(): void {
    const { aim } = this;
    if (!aim || this.stage.eye.pinned !== aim) return;
    const box = this.world.boxOf(this.world.standsFor(aim.key));
    if (box && !alike(box, aim.box)) this.to(box, aim.around, aim.key);
  }

  /** Flies to the maps under the cursor. */
  toMap(hit: Hit): void {
    const drawn = this.painter.drawn.find(
      (d) => d.stood.block === hit.stood.block && d.standing.value === hit.value,
    );
    const frame = drawn?.frames[0]?.frame;
    if (!frame) {
      this.toKey(hit.stood.block.key);
      return;
    }
    const box = new Box3().setFromPoints([
      frame.corner,
      frame.corner.clone().add(frame.across).add(frame.up),
      new Vector3(frame.corner.x, frame.corner.y - PEDESTAL.height, frame.corner.z),
    ]);
    s.focused.value = hit.stood.block.node?.id ?? null;
    this.to(box, AROUND_MAP);
  }
}

/** Whether two boxes are the same but for what nobody sees. */
const alike = (a: Box3, b: Box3): boolean =>
  a.min.distanceTo(b.min) + a.max.distanceTo(b.max) < 0.02;
