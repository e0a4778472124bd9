/** The answer as one picture for the scene: the input with what is drawn over it. */
import { effect, signal } from '@preact/signals';
import { bytes } from '../client/keys';
import type { ItemDoc, ItemsDoc } from '../client/readings';
import { batchSize, item } from './batch';
import { markOf } from './classcolours';
import { itemWords, labelled } from './labelled';
import { boneColour, pointColours } from './pointcolours';
import { fieldTable, pictureWords, type Seen, seen, tailOf } from './readings';
import { drawWritten, isWritten } from './writtencard';

export interface AnswerCard {
  /** The reading's first value: the answer stands behind its layer. */
  readonly value: number;
  readonly url: string;
  /** Width over height. */
  readonly aspect: number;
  readonly pixelated: boolean;
}

export const answerCard = signal<AnswerCard | null>(null);

/** Longest side of the card's picture, in its pixels. */
const SIDE = 512;
/** A picture up to this large is drawn cell by cell. */
const SMALL = 96;
const ITEMS = new Set(['boxes', 'keypoints']);
/** Past so many points each is drawn smaller. */
const MANY_POINTS = 30;
const PICTURED = new Set([...ITEMS, 'masks', 'picture', 'depth', 'flow']);

/** Whether a kind of reading has a picture in the scene. */
export const isPictured = (kind: string): boolean => PICTURED.has(kind) || isWritten(kind);

const image = async (key: string): Promise<ImageBitmap> =>
  createImageBitmap(new Blob([await bytes(key)]));

/** The input's picture of the run drawn last: moving a slider does not fetch it again. */
let input: { key: string; picture: Promise<ImageBitmap> } | null = null;

function inputOf(run: number): Promise<ImageBitmap> {
  const batched = batchSize.peek() > 1 ? `&batch=${item.peek()}` : '';
  const key = `/t/${run}/input.png?size=${SIDE}${batched}`;
  if (input?.key !== key) input = { key, picture: image(key) };
  return input.picture;
}

/** Picture pixels to the card's pixels. */
type Place = (at: readonly number[]) => [number, number];

function drawItem(
  pen: CanvasRenderingContext2D,
  one: ItemDoc,
  place: Place,
  { skeleton, names, least }: ItemsDoc,
) {
  const { colour, dash } = markOf(one.index);
  const stroke = (draw: () => void, own = colour) => {
    for (const [width, style] of [
      [7, 'rgb(0 0 0 / 0.6)'],
      [4, own],
    ] as const) {
      pen.lineWidth = width;
      pen.strokeStyle = style;
      pen.setLineDash(
        width === 4
          ? dash
              .split(' ')
              .filter(Boolean)
              .map((n) => Number(n) * 1.5)
          : [],
      );
      pen.beginPath();
      draw();
      pen.stroke();
    }
  };
  const corners = one.corners.map(place);
  if (corners.length > 0) {
    stroke(() => {
      for (const [x, y] of corners) pen.lineTo(x, y);
      pen.closePath();
    });
  }
  const colours = pointColours(names, one.points.length, colour);
  const points = one.points.map(({ x, y, score }) =>
    x === null || y === null || (score ?? 1) < least ? null : place([x, y]),
  );
  for (const [a = 0, b = 0] of skeleton) {
    const [from, to] = [points[a], points[b]];
    if (!from || !to) continue;
    stroke(
      () => {
        pen.moveTo(...from);
        pen.lineTo(...to);
      },
      boneColour(colours[a] ?? colour, colours[b] ?? colour, colour),
    );
  }
  points.forEach((point, i) => {
    if (!point) return;
    pen.fillStyle = colours[i] ?? colour;
    pen.beginPath();
    pen.arc(...point, points.length > MANY_POINTS ? 3 : 5, 0, 2 * Math.PI);
    pen.fill();
  });
}

function drawWords(pen: CanvasRenderingContext2D, one: ItemDoc, place: Place) {
  const words = itemWords(one);
  if (!one.box || !words) return;
  const [left, top] = place(one.box);
  pen.font = '600 24px "Inter Variable", system-ui, sans-serif';
  const width = pen.measureText(words).width + 14;
  const x = Math.max(0, Math.min(pen.canvas.width - width, left - 2));
  const y = top >= 32 ? top - 32 : Math.min(top, pen.canvas.height - 32);
  pen.fillStyle = markOf(one.index).colour;
  pen.fillRect(x, y, width, 32);
  pen.fillStyle = '#10141c';
  pen.textBaseline = 'middle';
  pen.fillText(words, x + 7, y + 17);
}

/** Labels past these would cover the picture. */
const MOST_WORDS = 8;

/** Draws what was found over the picture. */
async function draw(one: Seen): Promise<HTMLCanvasElement | null> {
  const { reading, content, key, trace } = one;
  if (isWritten(reading.kind)) return drawWritten(one, SIDE);
  const own = !ITEMS.has(reading.kind);
  const over = own ? await image(tailOf(key, '/picture.png', pictureWords(one)).slice(1)) : null;
  const beneath = reading.kind === 'masks' || !own ? await inputOf(trace) : over;
  const size = 'size' in content ? content.size : [beneath?.width ?? 1, beneath?.height ?? 1];
  const [wide = 1, high = 1] = size;
  const scale = SIDE / Math.max(wide, high);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(wide * scale));
  canvas.height = Math.max(1, Math.round(high * scale));
  const pen = canvas.getContext('2d');
  if (!pen || !beneath) return null;
  pen.imageSmoothingEnabled = Math.max(wide, high) > SMALL;
  pen.drawImage(beneath, 0, 0, canvas.width, canvas.height);
  if (over && over !== beneath) {
    pen.globalAlpha = 0.65;
    pen.drawImage(over, 0, 0, canvas.width, canvas.height);
    pen.globalAlpha = 1;
  }
  if (own) return canvas;
  const found = labelled(content as ItemsDoc);
  const { items } = found;
  if (found.masks) {
    const drawn = await image(tailOf(key, '/picture.png').slice(1));
    pen.drawImage(drawn, 0, 0, canvas.width, canvas.height);
  }
  const place: Place = ([x = 0, y = 0]) => [x * scale, y * scale];
  for (const item of items.toReversed()) drawItem(pen, item, place, found);
  for (const item of items.slice(0, MOST_WORDS)) drawWords(pen, item, place);
  return canvas;
}

/** Addresses that may still be on their way into a texture. */
const LIVING = 4;
const addresses: string[] = [];

function addressOf(blob: Blob): string {
  const url = URL.createObjectURL(blob);
  addresses.push(url);
  while (addresses.length > LIVING) URL.revokeObjectURL(addresses.shift() as string);
  return url;
}

let drawing = false;

/** Draws the newest; while one is drawn, those that come are passed over but for the last. */
async function follow(): Promise<void> {
  if (drawing) return;
  drawing = true;
  try {
    for (let now = seen.peek(); now; ) {
      const [one, table]: [Seen, string] = [now, fieldTable.peek()];
      await show(one).catch(() => undefined); // The run may be gone; the next one is drawn.
      now = seen.peek() === one && fieldTable.peek() === table ? null : seen.peek();
    }
  } finally {
    drawing = false;
  }
}

async function show(one: Seen): Promise<void> {
  if (!isPictured(one.reading.kind)) {
    answerCard.value = null;
    return;
  }
  const canvas = await draw(one);
  const blob =
    canvas && (await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/webp', 0.92)));
  if (!canvas || !blob) return;
  const largest =
    'size' in one.content && !isWritten(one.reading.kind) ? Math.max(...one.content.size) : SIDE;
  answerCard.value = {
    value: one.reading.values[0] ?? -1,
    url: addressOf(blob),
    aspect: canvas.width / canvas.height,
    pixelated: largest <= SMALL,
  };
}

effect(() => {
  void fieldTable.value;
  if (seen.value) void follow();
  else answerCard.value = null;
});
