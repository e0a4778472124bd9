/** The eye: orbit, pan, zoom to the cursor, and flights that can be interrupted. */
import { type Box3, MOUSE, PerspectiveCamera, Spherical, TOUCH, Vector3 } from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';

const FLIGHT = 420;
/** Seen a little from the left and from above, so that stacks show their depth. */
const LOOK = new Vector3(-0.085, 0.075, 1).normalize();

interface Pose {
  readonly eye: Vector3;
  readonly target: Vector3;
}

interface Flight extends Pose {
  readonly fromEye: Vector3;
  readonly fromTarget: Vector3;
  readonly start: number;
}

const ease = (t: number) => (t < 0.5 ? 4 * t * t * t : 1 - (-2 * t + 2) ** 3 / 2);

export class Eye {
  readonly camera = new PerspectiveCamera(20, 1, 0.1, 1000);
  private readonly controls: OrbitControls;
  private flight: Flight | null = null;
  private bounds: Box3 | null = null;
  private radius = 1;
  private held = false;
  /** Called whenever the camera moves. */
  onMove: () => void = () => undefined;
  /** Where it was asked to stand, until something else moves it: there it stays while blocks grow. */
  pinned: object | null = null;
  /** Whether the user has moved since the last fit: a reflow then leaves the camera alone. */
  moved = false;

  constructor(
    element: HTMLElement,
    private readonly changed: () => void,
  ) {
    this.controls = new OrbitControls(this.camera, element);
    this.controls.mouseButtons = { LEFT: MOUSE.PAN, MIDDLE: MOUSE.DOLLY, RIGHT: MOUSE.ROTATE };
    this.controls.touches = { ONE: TOUCH.PAN, TWO: TOUCH.DOLLY_ROTATE };
    this.controls.zoomToCursor = true;
    this.controls.screenSpacePanning = true;
    this.controls.minAzimuthAngle = -1.3;
    this.controls.maxAzimuthAngle = 1.3;
    this.controls.minPolarAngle = 0.35;
    this.controls.maxPolarAngle = 2.5;
    this.controls.minDistance = 2e-4;
    this.controls.addEventListener('start', () => {
      this.flight = null;
      this.pinned = null;
      this.held = true;
    });
    this.controls.addEventListener('end', () => {
      this.held = false;
    });
    this.controls.addEventListener('change', () => {
      // A click alone moves nothing: the scene may still re-flow to the window.
      this.moved ||= this.held;
      this.onMove();
      changed();
    });
  }

  set enabled(on: boolean) {
    this.controls.enabled = on;
  }

  get target(): Vector3 {
    return this.controls.target;
  }

  get flying(): boolean {
    return this.flight !== null;
  }

  /** Aspect is width over height of the part of the window that the network fills. */
  resize(aspect: number): void {
    this.camera.aspect = aspect;
    this.camera.updateProjectionMatrix();
  }

  /** Where the eye stands to see a box as large as it goes. */
  poseFor(box: Box3, margin = 1.03): Pose {
    const size = box.getSize(new Vector3());
    const middle = box.getCenter(new Vector3());
    const half = Math.tan((this.camera.fov * Math.PI) / 360);
    const tall = size.y / 2 / half;
    const wide = size.x / 2 / half / this.camera.aspect;
    const distance = Math.max(tall, wide) * margin + size.z / 2;
    return { target: middle, eye: middle.clone().addScaledVector(LOOK, distance) };
  }

  setBounds(box: Box3): void {
    this.bounds = box;
    this.radius = box.getSize(new Vector3()).length();
    this.controls.maxDistance = this.poseFor(box).eye.distanceTo(this.poseFor(box).target) * 2.2;
  }

  /** Pixels to a world unit when the whole network fills a window of that height. */
  homeScale(height: number): number {
    if (!this.bounds) return 1;
    const { eye, target } = this.poseFor(this.bounds);
    const tall = 2 * eye.distanceTo(target) * Math.tan((this.camera.fov * Math.PI) / 360);
    return height / tall;
  }

  home(smooth: boolean): void {
    if (!this.bounds) return;
    this.moved = false;
    this.go(this.poseFor(this.bounds), smooth);
  }

  go(pose: Pose, smooth: boolean): void {
    this.pinned = null;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (!smooth || calm) {
      this.flight = null;
      this.put(pose);
      return;
    }
    this.flight = {
      ...pose,
      fromEye: this.camera.position.clone(),
      fromTarget: this.controls.target.clone(),
      start: performance.now(),
    };
    this.changed();
  }

  /** Looked-at x and y, distance to it, turn and tilt in radians. */
  get pose(): readonly [number, number, number, number, number] {
    const { x, y } = this.target;
    const { position } = this.camera;
    const away = new Spherical().setFromVector3(position.clone().sub(this.target));
    return [x, y, away.radius, away.theta, away.phi];
  }

  /** Stands, or flies, where a pose says. */
  take(asked: readonly number[], smooth: boolean): void {
    const [x, y, distance, turn, tilt] = asked;
    const target = new Vector3(x, y, 0);
    const away = new Vector3().setFromSphericalCoords(distance ?? 1, tilt ?? 1.5, turn ?? 0);
    this.moved = true;
    this.go({ target, eye: target.clone().add(away) }, smooth);
    this.pinned = asked;
    this.changed();
  }

  /** Moves along with what it looks at, flights under way as well. */
  shift(x: number, y: number): void {
    const by = new Vector3(x, y, 0);
    this.put({ eye: this.camera.position.clone().add(by), target: this.target.clone().add(by) });
    for (const point of this.flight ? Object.values(this.flight) : []) {
      if (point instanceof Vector3) point.add(by);
    }
  }

  /** Moves sideways by shares of the window's height. */
  pan(x: number, y: number): void {
    const away = this.camera.position.distanceTo(this.controls.target);
    const tall = 2 * away * Math.tan((this.camera.fov * Math.PI) / 360);
    const shift = new Vector3(x * tall, y * tall, 0);
    this.moved = true;
    const target = this.controls.target.clone().add(shift);
    this.go({ target, eye: this.camera.position.clone().add(shift) }, true);
  }

  /**
   * Looks at what lies so far away, the view unchanged: zooming then ends there, not before it.
   *
   * @param far along the line of sight.
   */
  focusAt(far: number): void {
    if (this.flight) return;
    const way = this.target.clone().sub(this.camera.position).normalize();
    this.target.copy(this.camera.position).addScaledVector(way, far);
  }

  zoom(factor: number): void {
    const away = this.camera.position.clone().sub(this.controls.target).multiplyScalar(factor);
    this.moved = true;
    this.go(
      { target: this.controls.target.clone(), eye: this.controls.target.clone().add(away) },
      true,
    );
  }

  /** Moves on; true while a flight goes on. */
  step(now: number): boolean {
    const f = this.flight;
    if (!f) return false;
    const t = Math.min(1, (now - f.start) / FLIGHT);
    const k = ease(t);
    this.put({
      eye: f.fromEye.clone().lerp(f.eye, k),
      target: f.fromTarget.clone().lerp(f.target, k),
    });
    if (t >= 1) this.flight = null;
    return this.flight !== null;
  }

  /** Near and far follow from the distance, so that depth stays precise at any zoom. */
  fitDepth(): void {
    const distance = this.camera.position.distanceTo(this.controls.target);
    this.camera.near = Math.max(distance / 200, 1e-6);
    this.camera.far = distance * 4 + this.radius * 2;
    this.camera.updateProjectionMatrix();
  }

  private put(pose: Pose): void {
    this.camera.position.copy(pose.eye);
    this.controls.target.copy(pose.target);
    this.camera.lookAt(pose.target);
    this.camera.updateMatrixWorld();
  }
}
