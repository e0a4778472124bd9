/** Sends the eye where it is asked: home, to a layer, to the next one, to a map. */
import { Box3, Vector3 } from 'three';
import * as s from '../state/store';
import { copyPicture } from './capture';
import type { Painter } from './painter';
import type { Hit } from './picking';
import { PEDESTAL } from './solid';
import type { Stage } from './stage';
import type { World } from './world';

/** Room around what is flown to, as a share of its size. */
const AROUND_BLOCK = 1.5;
const AROUND_MAP = 1.35;

export class Flights {
  constructor(
    private readonly stage: Stage,
    private readonly world: World,
    private readonly painter: Painter,
  ) {}

  /** Goes where the state says. */
  go(flight: s.Flight): void {
    const { eye } = this.stage;
    if (flight.to === 'home') eye.home(true);
    else if (flight.to === 'in') eye.zoom(0.75);
    else if (flight.to === 'out') eye.zoom(1.33);
    else if (flight.to === 'capture') void copyPicture(this.stage);
    else if (flight.to === 'node') this.toBlock(this.world.blockOfNode(flight.node ?? -1)?.index);
    else this.by(flight.to === 'next' ? 1 : -1);
  }

  private by(step: number): void {
    const { order } = this.world;
    const at = order.findIndex((i) => {
      const id = this.world.scenery.blocks[i]?.node?.id;
      return id !== undefined && id === s.focused.peek();
    });
    const start = at < 0 ? (step > 0 ? -1 : 0) : at;
    this.toBlock(order[(start + step + order.length) % order.length]);
  }

  /** Flies to a block, so that it fills a good part of the window. */
  toBlock(index: number | undefined): void {
    const stood = index === undefined ? undefined : this.world.stood[index];
    if (!stood) return;
    s.focused.value = stood.block.node?.id ?? null;
    const box = this.world.boxOf(stood);
    this.stage.eye.moved = true;
    this.stage.eye.go(this.stage.eye.poseFor(box, AROUND_BLOCK), true);
  }

  /** Flies to the maps under the cursor. */
  toMap(hit: Hit): void {
    const drawn = this.painter.drawn.find(
      (d) => d.stood.block === hit.stood.block && d.standing.value === hit.value,
    );
    const frame = drawn?.frames[0]?.frame;
    if (!frame) {
      this.toBlock(hit.stood.block.index);
      return;
    }
    const box = new Box3().setFromPoints([
      frame.corner,
      frame.corner.clone().add(frame.across).add(frame.up),
      new Vector3(frame.corner.x, frame.corner.y - PEDESTAL.height, frame.corner.z),
    ]);
    s.focused.value = hit.stood.block.node?.id ?? null;
    this.stage.eye.moved = true;
    this.stage.eye.go(this.stage.eye.poseFor(box, AROUND_MAP), true);
  }
}
