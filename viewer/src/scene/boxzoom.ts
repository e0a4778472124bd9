/** A rectangle drawn with the Shift key held: the camera goes to what lies in it. */
import { Box3, Vector3 } from 'three';
import { type Pointer, rayAt } from './picking';
import type { Stage } from './stage';

/** Smaller ones are a slip of the hand, in CSS pixels. */
const LEAST = 12;
/** In world units. */
const NEAREST = 0.02;

export class BoxZoom {
  private from: Pointer | null = null;
  private readonly frame = document.createElement('div');

  constructor(private readonly stage: Stage) {
    this.frame.className = 'box-zoom';
    this.frame.hidden = true;
    this.frame.setAttribute('aria-hidden', 'true');
    document.body.append(this.frame);
    addEventListener(
      'keydown',
      (event) => {
        if (event.key !== 'Escape' || !this.from) return;
        this.from = null;
        this.frame.hidden = true;
        event.stopPropagation();
      },
      { capture: true },
    );
  }

  get drawing(): boolean {
    return this.from !== null;
  }

  begin(at: Pointer): void {
    this.from = at;
  }

  move(at: Pointer): void {
    if (!this.from) return;
    const { left, top, wide, tall } = between(this.from, at);
    Object.assign(this.frame.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${wide}px`,
      height: `${tall}px`,
    });
    this.frame.hidden = false;
  }

  /** Goes there; whether a rectangle was drawn at all. */
  end(at: Pointer): boolean {
    const from = this.from;
    this.from = null;
    this.frame.hidden = true;
    if (!from) return false;
    const { wide, tall } = between(from, at);
    if (wide < LEAST || tall < LEAST) return false;
    const corners = [this.ground(from), this.ground(at)];
    if (corners.some((corner) => corner === null)) return true;
    const { eye } = this.stage;
    eye.moved = true;
    eye.go(eye.poseFor(grown(new Box3().setFromPoints(corners as Vector3[])), 1), true);
    return true;
  }

  /** The place of the network's plane under a point of the window. */
  private ground(at: Pointer): Vector3 | null {
    const { from, way } = rayAt(at, this.stage.eyepiece);
    const t = -from.z / way.z;
    return t > 0 ? from.addScaledVector(way, t) : null;
  }
}

/** Not smaller than what the eye can come near to. */
function grown(box: Box3): Box3 {
  const size = box.getSize(new Vector3());
  const more = Math.max(0, NEAREST - Math.max(size.x, size.y)) / 2;
  return box.expandByVector(new Vector3(more, more, 0));
}

function between(a: Pointer, b: Pointer) {
  return {
    left: Math.min(a.x, b.x),
    top: Math.min(a.y, b.y),
    wide: Math.abs(a.x - b.x),
    tall: Math.abs(a.y - b.y),
  };
}
