/** Frames of a moving picture, as live runs take them. */
import { busy, dropFrames, type Frame, liveRun } from '../../state/live';

/** Longest side of what is sent, in pixels: more than networks look at, little enough to be quick. */
const LONGEST = 640;

let canvas: OffscreenCanvas | null = null;

/** What a video shows now, mirrored or not; null where it shows nothing yet. */
function grabbed(
  video: HTMLVideoElement,
  name: string,
  stream: string,
  mirrored: boolean,
): Frame | null {
  const [w, h] = [video.videoWidth, video.videoHeight];
  if (!w || !h || video.readyState < 2) return null;
  const shrink = Math.min(1, LONGEST / Math.max(w, h));
  const [width, height] = [Math.round(w * shrink), Math.round(h * shrink)];
  if (canvas?.width !== width || canvas.height !== height) {
    canvas = new OffscreenCanvas(width, height);
  }
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.setTransform(mirrored ? -1 : 1, 0, 0, 1, mirrored ? width : 0, 0);
  context.drawImage(video, 0, 0, width, height);
  const pixels = context.getImageData(0, 0, width, height).data;
  return { name, stream, width, height, channels: 4, pixels, since: performance.now() };
}

/**
 * Offers what a video shows; where a frame is under way it is dropped, not queued: another one
 * comes soon. Not so where the video stands still: then the frame that it stands at waits its turn.
 */
export function offer(
  video: HTMLVideoElement,
  name: string,
  stream: string,
  mirrored: () => boolean,
): void {
  if (document.hidden) return;
  if (busy() && !video.paused) dropFrames(1);
  else void liveRun(() => grabbed(video, name, stream, mirrored()));
}

/** Calls for every frame that a video shows; returns what ends it. */
export function everyFrame(video: HTMLVideoElement, call: () => void): () => void {
  let on = true;
  const next = () => {
    if (!on) return;
    call();
    ask();
  };
  const ask = () => {
    if (typeof video.requestVideoFrameCallback === 'function')
      video.requestVideoFrameCallback(next);
    else requestAnimationFrame(next);
  };
  // While it seeks, a video may show nothing that can be taken; when it has found the place it does.
  video.addEventListener('seeked', call);
  ask();
  return () => {
    on = false;
    video.removeEventListener('seeked', call);
  };
}
