/**
 * Put into a page before its own scripts: says when what was drawn is finished. The same for
 * every program; a page that draws no WebGL is left as it is.
 */
(() => {
  // Taken before a framework wraps them: a wrapped timer makes it look through its whole page.
  const later = window.setTimeout.bind(window);
  const onFrame = window.requestAnimationFrame.bind(window);
  const now = performance.now.bind(performance);
  const bench = { gl: null, draws: 0, watch: false, bursts: [], first: null };
  window.bench = bench;

  // A scripted pointer cannot be captured: asking for it would throw.
  Element.prototype.setPointerCapture = () => undefined;
  Element.prototype.releasePointerCapture = () => undefined;

  // Netron forbids `eval`, with which whoever drives a browser asks a page anything.
  const { eval: evaluate } = window;
  Object.defineProperty(window, 'eval', { get: () => evaluate, set: () => undefined });

  let open = null;

  /** Notes a draw call; with `watch`, all calls of one task are a burst with one fence after it. */
  function note(gl, instances) {
    if (!gl.canvas.isConnected) return;
    bench.gl = gl;
    bench.draws += 1;
    // After all that is drawn in this task.
    if (bench.first === null && window.cutaway) queueMicrotask(look);
    if (!bench.watch) return;
    if (!open) {
      const burst = { at: now(), instances: 0, done: null };
      open = burst;
      bench.bursts.push(burst);
      queueMicrotask(() => {
        open = null;
        void settle(gl, burst);
      });
    }
    open.instances += instances;
  }

  async function settle(gl, burst) {
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    while (gl.clientWaitSync(fence, 0, 0) === gl.TIMEOUT_EXPIRED) {
      await new Promise((resolve) => later(resolve, 1));
    }
    gl.deleteSync(fence);
    burst.done = now();
  }

  const CALLS = { drawArrays: -1, drawElements: -1, drawArraysInstanced: 3, drawElementsInstanced: 4 };
  for (const [name, at] of Object.entries(CALLS)) {
    const call = WebGL2RenderingContext.prototype[name];
    WebGL2RenderingContext.prototype[name] = function (...args) {
      note(this, at < 0 ? 1 : args[at]);
      return call.apply(this, args);
    };
  }

  /** How much stands in Cutaway's picture, tensors aside: they come when they come. */
  function counts() {
    const { sheets, ...rest } = window.cutaway.drawn();
    return JSON.stringify(rest);
  }

  /** Notes when Cutaway's first picture with blocks, edges and words is finished. */
  function look() {
    const { cutaway } = window;
    if (bench.first !== null || !cutaway) return;
    const { blocks, specks, edges } = cutaway.drawn();
    if (blocks + specks > 0 && edges > 0 && cutaway.labels().length > 0) {
      bench.first = bench.finish();
    }
  }

  bench.frame = () => new Promise((resolve) => onFrame(resolve));

  /** Waits until everything drawn so far is finished (a readback cannot be answered before). */
  bench.finish = () => {
    bench.gl.readPixels(0, 0, 1, 1, bench.gl.RGBA, bench.gl.UNSIGNED_BYTE, new Uint8Array(4));
    return now();
  };

  /** The first finished burst of at least so many instances: milliseconds since navigation. */
  bench.drew = (instances) =>
    bench.bursts.find((burst) => burst.done && burst.instances >= instances)?.done ?? null;

  /** When the last picture was finished, once nothing has been drawn for `quiet` milliseconds. */
  bench.rested = (quiet) => {
    const last = bench.bursts.at(-1);
    return last?.done && now() - last.done > quiet ? last.done : null;
  };

  /** Milliseconds from the call to the last finished frame that stands more or less than before. */
  bench.settled = async (work) => {
    const start = now();
    await work();
    let [seen, at] = ['', start];
    for (let quiet = 0; quiet < 3; ) {
      await bench.frame();
      const finished = bench.finish();
      const standing = counts();
      quiet = standing === seen ? quiet + 1 : 0;
      if (standing !== seen) [seen, at] = [standing, finished];
    }
    return at - start;
  };

  function pixels() {
    const { gl } = bench;
    const read = new Uint8Array(gl.drawingBufferWidth * gl.drawingBufferHeight * 4);
    gl.readPixels(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight, gl.RGBA, gl.UNSIGNED_BYTE, read);
    return new Uint32Array(read.buffer);
  }

  /**
   * Milliseconds from the call to the first finished frame with other pixels than before. A frame
   * at another resolution (coarser while it moves) is no change, but the one to compare with.
   */
  bench.changed = async (work) => {
    window.cutaway.frame();
    let before = pixels();
    const start = now();
    void work();
    for (;;) {
      const drawn = bench.draws;
      await bench.frame();
      if (now() - start > 5000) throw new Error('nothing changed in 5 s');
      if (bench.draws === drawn) continue;
      const finished = bench.finish();
      const after = pixels();
      if (after.length !== before.length) before = after;
      else if (after.some((p, i) => p !== before[i])) return finished - start;
    }
  };

  /**
   * Zooms and pans, one change for each frame, in circles that end where they began: the
   * milliseconds of each finished frame that shows something else than the one before.
   *
   * Events are made by the page itself: real ones come at their own rate, and a frame without
   * one would count although it shows nothing new. A WebGL frame is read back. For a page of
   * elements there is nothing to read, but its next frame is not begun before what it has
   * painted is rastered: over seconds its rate is that of finished frames.
   */
  bench.drive = async (target, wheel, state, seconds) => {
    const box = (target.closest('#target') ?? target).getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const common = { bubbles: true, cancelable: true, pointerId: 1, isPrimary: true };
    const roll = (way) =>
      target.dispatchEvent(
        new WheelEvent('wheel', {
          ...common,
          ...wheel,
          clientX: x,
          clientY: y,
          deltaY: wheel.deltaY * way,
        }),
      );
    // Slantwise: a graph that is narrower than the window moves in one direction only.
    const touch = (kind, by, buttons) =>
      target.dispatchEvent(
        new PointerEvent(`pointer${kind}`, {
          ...common,
          clientX: x + by,
          clientY: y + by,
          button: 0,
          buttons,
          pointerType: 'mouse',
        }),
      );
    const circle = [
      () => roll(-1),
      () => roll(-1),
      () => roll(1),
      () => roll(1),
      () => (touch('down', 0, 1), touch('move', 24, 1)),
      () => touch('move', 48, 1),
      () => touch('move', 24, 1),
      () => (touch('move', 0, 1), touch('up', 0, 0)),
    ];
    const taken = [];
    let seen = state();
    let before = now();
    const end = before + seconds * 1000;
    for (let i = 0; now() < end; i++) {
      circle[i % circle.length]();
      await bench.frame();
      const at = bench.gl ? bench.finish() : now();
      const shown = state();
      if (shown !== seen) taken.push(at - before);
      [seen, before] = [shown, at];
    }
    // The first frames compile and fill caches.
    return taken.slice(2);
  };
})();
