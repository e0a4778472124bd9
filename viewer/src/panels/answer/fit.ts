/** Where a picture's pixels lie in the room that shows it. Pure. */

/** Width and height. */
export type Size = readonly [number, number];
export type Spot = readonly [number, number];

/** A picture of some pixels in a room of CSS pixels. */
export interface Fit {
  /** Upper left corner of the picture in the room. */
  readonly left: number;
  readonly top: number;
  /** Size of the picture in the room. */
  readonly width: number;
  readonly height: number;
  /** CSS pixels to a pixel of the picture. */
  readonly scale: number;
  /** Whether left and right are exchanged, as in a mirror. */
  readonly mirrored: boolean;
}

/** What of the picture is in the middle, in its pixels, and how many times it is enlarged. */
export interface Zoom {
  readonly times: number;
  readonly at: Spot;
}

/** The whole picture as large as it fits, in the middle, as CSS's `contain`; or enlarged. */
export function fitted(room: Size, size: Size, mirrored = false, zoom: Zoom | null = null): Fit {
  const whole = Math.min(room[0] / Math.max(size[0], 1), room[1] / Math.max(size[1], 1));
  const scale = whole * (zoom?.times ?? 1);
  const [width, height] = [size[0] * scale, size[1] * scale];
  if (!zoom || zoom.times <= 1) {
    return {
      left: (room[0] - width) / 2,
      top: (room[1] - height) / 2,
      width,
      height,
      scale,
      mirrored,
    };
  }
  const across = mirrored ? size[0] - zoom.at[0] : zoom.at[0];
  const left = placed(room[0], width, room[0] / 2 - across * scale);
  const top = placed(room[1], height, room[1] / 2 - zoom.at[1] * scale);
  return { left, top, width, height, scale, mirrored };
}

/** Where one side begins: no ground shows beside a picture that is larger than its room. */
function placed(room: number, length: number, wished: number): number {
  if (length <= room) return (room - length) / 2;
  return Math.min(0, Math.max(room - length, wished));
}

/** From the picture's pixels to the room's. */
export function toRoom(fit: Fit, [x, y]: Spot): Spot {
  const across = x * fit.scale;
  return [fit.left + (fit.mirrored ? fit.width - across : across), fit.top + y * fit.scale];
}

/** From the room's pixels to the picture's; null beside the picture. */
export function toPicture(fit: Fit, [x, y]: Spot): Spot | null {
  const across = x - fit.left;
  const down = y - fit.top;
  if (across < 0 || down < 0 || across >= fit.width || down >= fit.height) return null;
  return [(fit.mirrored ? fit.width - across : across) / fit.scale, down / fit.scale];
}

/** A rectangle of the room: left, top, width, height. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A box of the picture, left, top, right, bottom, in the room. */
export function boxInRoom(fit: Fit, box: readonly [number, number, number, number]): Rect {
  const [ax, ay] = toRoom(fit, [box[0], box[1]]);
  const [bx, by] = toRoom(fit, [box[2], box[3]]);
  return {
    x: Math.min(ax, bx),
    y: Math.min(ay, by),
    width: Math.abs(bx - ax),
    height: Math.abs(by - ay),
  };
}

/** Zooms so that the pixel under the pointer stays where it is. */
export function zoomAt(room: Size, size: Size, from: Fit, pointer: Spot, times: number): Zoom {
  const whole = Math.min(room[0] / size[0], room[1] / size[1]);
  const scale = whole * times;
  const across = (pointer[0] - from.left) / from.scale;
  const down = (pointer[1] - from.top) / from.scale;
  const x = across + (room[0] / 2 - pointer[0]) / scale;
  const y = down + (room[1] / 2 - pointer[1]) / scale;
  return { times, at: within(room, size, scale, [from.mirrored ? size[0] - x : x, y]) };
}

/** A middle that leaves no ground beside the picture. */
export function within(room: Size, size: Size, scale: number, at: Spot): Spot {
  const half = [room[0] / scale / 2, room[1] / scale / 2] as const;
  const held = (x: number, reach: number, length: number) =>
    reach * 2 >= length ? length / 2 : Math.min(length - reach, Math.max(reach, x));
  return [held(at[0], half[0], size[0]), held(at[1], half[1], size[1])];
}
