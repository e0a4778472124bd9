/** The canvas: one renderer, drawn only when something changed. */
import { Color, Scene, WebGLRenderer } from 'three';
import { Eye } from './camera';
import { Inset, type Rect } from './inset';
import { Labels } from './labels';
import { makeParts } from './parts';
import type { Eyepiece } from './sight';

export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Longer frames than this make the moving picture coarser, in milliseconds. */
const SLOW = 50;
const REST = 160;

export class Stage {
  readonly parts = makeParts();
  readonly renderer: WebGLRenderer;
  readonly eye: Eye;
  readonly labels: Labels;
  readonly inset: Inset;
  private readonly scene = new Scene();
  private readonly over = new Scene();
  private asked = false;
  /** Whether moving pictures take so long that they had better not move. */
  slow = false;
  private coarse = false;
  private timer = 0;
  private ratio = 1;
  width = 1;
  height = 1;
  area: Area = { left: 0, top: 0, right: 1, bottom: 1 };

  /**
   * @param prepare called before each drawing; returns whether another is to follow.
   * @param drawn called after it.
   */
  constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly prepare: (now: number) => boolean,
    private readonly drawn: () => void,
  ) {
    this.renderer = new WebGLRenderer({ canvas, antialias: false, alpha: true });
    this.renderer.autoClear = false;
    this.renderer.setClearColor(new Color(0, 0, 0), 0);
    // Drawn in the order in which they were added.
    this.renderer.sortObjects = false;
    this.eye = new Eye(canvas, () => this.invalidate());
    this.labels = new Labels(this.parts.words);
    this.inset = new Inset(this.parts, this.parts.inset);
    this.assemble();
    canvas.addEventListener('webglcontextlost', (event) => event.preventDefault());
    canvas.addEventListener('webglcontextrestored', () => {
      this.parts.atlas.rewrite();
      this.parts.texts.clear();
      this.parts.words.clear();
      this.invalidate();
    });
  }

  /** Device pixels to a CSS pixel: at most 2, and coarser while a slow picture moves. */
  get pixelRatio(): number {
    return this.coarse ? this.ratio / 2 : this.ratio;
  }

  /** Device pixels to a CSS pixel at rest. */
  get fullRatio(): number {
    return this.ratio;
  }

  get eyepiece(): Eyepiece {
    return {
      camera: this.eye.camera,
      width: this.width,
      height: this.height,
      ratio: this.pixelRatio,
    };
  }

  /** Asks for a drawing with the next frame. */
  invalidate(): void {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame((now) => this.frame(now));
  }

  resize(): void {
    this.width = Math.max(1, this.canvas.clientWidth);
    this.height = Math.max(1, this.canvas.clientHeight);
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    this.renderer.setPixelRatio(this.pixelRatio);
    this.renderer.setSize(this.width, this.height, false);
    this.aim();
    this.invalidate();
  }

  /** The part of the window that panels leave free is what the eye looks through. */
  setArea(area: Area): void {
    this.area = area;
    this.aim();
    this.invalidate();
  }

  get aspect(): number {
    const { left, top, right, bottom } = this.area;
    return Math.max(0.2, (right - left) / Math.max(1, bottom - top));
  }

  /** Something moves: a slow machine then draws at half the resolution until it rests. */
  moving(): void {
    clearTimeout(this.timer);
    if (this.slow && !this.coarse) this.setCoarse(true);
    this.timer = window.setTimeout(() => {
      if (this.coarse) this.setCoarse(false);
      this.invalidate();
    }, REST);
  }

  get atRest(): boolean {
    return !this.coarse;
  }

  private setCoarse(on: boolean): void {
    this.coarse = on;
    this.renderer.setPixelRatio(this.pixelRatio);
    this.invalidate();
  }

  private aim(): void {
    const { left, top, right, bottom } = this.area;
    const [w, h] = [Math.max(1, right - left), Math.max(1, bottom - top)];
    this.eye.resize(w / h);
    this.eye.camera.setViewOffset(w, h, -left, -top, this.width, this.height);
  }

  private assemble(): void {
    const { plates, sheets, solids, lines, cards } = this.parts;
    const meshes = [
      plates.quads.mesh,
      sheets.plain.mesh,
      sheets.numbered.mesh,
      solids.quads.mesh,
      cards.group,
      lines.quads.mesh,
    ];
    this.scene.add(...meshes);
    this.over.add(this.labels.quads.mesh);
  }

  private frame(now: number): void {
    this.asked = false;
    const start = performance.now();
    const flying = this.eye.step(now);
    if (flying) this.moving();
    const again = this.draw(now);
    if (this.coarse || flying || again) this.time(start);
    this.drawn();
    if (again || flying) this.invalidate();
  }

  /** Draws at once; whether another drawing is to follow. */
  draw(now: number): boolean {
    const again = this.prepare(now);
    this.upload();
    this.parts.lines.setViewport(this.width * this.pixelRatio, this.height * this.pixelRatio);
    this.render(this.insetRect);
    return again;
  }

  /** Where the open tensor is drawn; null where the panel is closed. */
  insetRect: Rect | null = null;

  private upload(): void {
    const { atlas, texts, words, sheets, inset } = this.parts;
    atlas.upload(this.renderer);
    texts.upload(this.renderer);
    words.upload(this.renderer);
    sheets.bind();
    inset.bind();
  }

  /** Draws everything into the current target. */
  render(rect: Rect | null): void {
    const { renderer } = this;
    this.eye.fitDepth();
    renderer.setViewport(0, 0, this.width, this.height);
    renderer.clear(true, true);
    renderer.render(this.scene, this.eye.camera);
    if (rect) this.inset.render(renderer, rect, this.height);
    renderer.setViewport(0, 0, this.width, this.height);
    renderer.render(this.over, this.eye.camera);
  }

  /** The scene drawn so many times as large; the canvas is as it was before afterwards. */
  snapshot(times: number): HTMLCanvasElement {
    const copy = document.createElement('canvas');
    this.renderer.setPixelRatio(times);
    this.parts.lines.setViewport(this.width * times, this.height * times);
    this.render(null);
    copy.width = this.canvas.width;
    copy.height = this.canvas.height;
    copy.getContext('2d')?.drawImage(this.canvas, 0, 0);
    this.renderer.setPixelRatio(this.pixelRatio);
    this.invalidate();
    return copy;
  }

  /** Waits for the picture to be finished and notes how long it took. */
  private time(start: number): void {
    this.finish();
    this.slow = performance.now() - start > SLOW;
  }

  /** Settles when all that was drawn so far is finished; nothing is held up until then. */
  async finished(): Promise<void> {
    const gl = this.renderer.getContext() as WebGL2RenderingContext;
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    if (!fence) return;
    while (gl.clientWaitSync(fence, 0, 0) === gl.TIMEOUT_EXPIRED) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    gl.deleteSync(fence);
  }

  /** Waits until the graphics card, or what stands in for it, has drawn everything. */
  finish(): void {
    const gl = this.renderer.getContext();
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  }
}
