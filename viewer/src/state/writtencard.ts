/** Answers that are no picture, as cards of the scene: a sound's wave, a vector's bars, numbers. */
import { decode, tensor } from '../client/blob';
import { bytes } from '../client/keys';
import type { EmbeddingDoc, NumbersDoc } from '../client/readings';
import { short } from './numbers';
import { type Seen, tailOf } from './readings';

const KINDS = new Set(['sound', 'embedding', 'numbers']);

/** Whether a kind is drawn here. */
export const isWritten = (kind: string): boolean => KINDS.has(kind);

const GROUND = '#12151d';
const WAVE = '#79bdf0';
const [WARM, COLD] = ['#e07a57', '#5a9bd4'];
const TEXT = '#e8ecf3';
const DIM = '#9aa4b5';
/** Height over width. */
const WAVE_SHAPE = 0.5;
const MOST_ROWS = 8;

type Pen = CanvasRenderingContext2D;

function canvasOf(width: number, height: number): [HTMLCanvasElement, Pen | null] {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, Math.round(height)];
  const pen = canvas.getContext('2d');
  if (pen) {
    pen.fillStyle = GROUND;
    pen.fillRect(0, 0, canvas.width, canvas.height);
  }
  return [canvas, pen];
}

/** Draws a sound, a vector or numbers; null where there is nothing to draw with. */
export async function drawWritten(one: Seen, side: number): Promise<HTMLCanvasElement | null> {
  const { kind } = one.reading;
  if (kind === 'numbers') return drawNumbers(one.content as NumbersDoc, side);
  const [canvas, pen] = canvasOf(side, side * WAVE_SHAPE);
  if (!pen) return null;
  if (kind === 'embedding') drawBars(pen, (one.content as EmbeddingDoc).values);
  else drawWave(pen, await waveOf(one));
  return canvas;
}

/** Least and largest of each stretch of a sound's first channel, one pair after the other. */
export async function waveOf({ key }: Pick<Seen, 'key'>): Promise<Float32Array> {
  const blob = decode(await bytes(tailOf(key, '/wave').slice(1)));
  const found = tensor(blob, 'ranges');
  const [, pieces = 0] = found.shape;
  return (found.data as Float32Array).subarray(0, pieces * 2);
}

/** Fills a canvas with a wave, as high as its largest; the largest is given back. */
export function drawWave(pen: Pen, wave: Float32Array, colour = WAVE): number {
  const { width, height } = pen.canvas;
  const pairs = wave.length / 2;
  const most = wave.reduce((so, x) => Math.max(so, Math.abs(x)), 1e-9);
  const half = height / 2;
  pen.fillStyle = colour;
  for (let x = 0; x < width; x++) {
    const from = Math.floor((x * pairs) / width);
    const to = Math.max(from + 1, Math.floor(((x + 1) * pairs) / width));
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = from; i < to; i++) {
      low = Math.min(low, wave[2 * i] ?? 0);
      high = Math.max(high, wave[2 * i + 1] ?? 0);
    }
    const top = half - (high / most) * (half - 2);
    pen.fillRect(x, top, 1, Math.max(1, ((high - low) / most) * (half - 2)));
  }
  return most;
}

/** Fills a canvas with a bar for each number, up from the middle or down; the largest is given back. */
export function drawBars(pen: Pen, values: readonly (number | null)[]): number {
  const { width, height } = pen.canvas;
  const most = values.reduce<number>((so, x) => Math.max(so, Math.abs(x ?? 0)), 1e-12);
  const half = height / 2;
  const wide = width / Math.max(1, values.length);
  values.forEach((value, i) => {
    const tall = (Math.abs(value ?? 0) / most) * (half - 2);
    pen.fillStyle = (value ?? 0) < 0 ? COLD : WARM;
    pen.fillRect(i * wide, (value ?? 0) < 0 ? half : half - tall, Math.max(1, wide * 0.86), tall);
  });
  pen.fillStyle = DIM;
  pen.fillRect(0, half, width, 1);
  return most;
}

function drawNumbers({ rows }: NumbersDoc, side: number): HTMLCanvasElement | null {
  const shown = rows.slice(0, MOST_ROWS);
  const line = shown.length > 1 ? 58 : 110;
  const size = shown.length > 1 ? 36 : 64;
  const [canvas, pen] = canvasOf(side, line * Math.max(1, shown.length) + 24);
  if (!pen) return null;
  pen.textBaseline = 'middle';
  shown.forEach((row, i) => {
    const y = 12 + line * (i + 0.5);
    const number = `${short(row.value)}${row.unit ? ` ${row.unit}` : ''}`;
    pen.font = `600 ${size}px "Inter Variable", system-ui, sans-serif`;
    pen.fillStyle = TEXT;
    pen.textAlign = 'right';
    pen.fillText(number, side - 20, y);
    const free = side - 60 - pen.measureText(number).width;
    pen.font = `${Math.min(size, 36)}px "Inter Variable", system-ui, sans-serif`;
    pen.fillStyle = DIM;
    pen.textAlign = 'left';
    let name = row.name;
    while (name.length > 2 && pen.measureText(name).width > free) name = `${name.slice(0, -2)}…`;
    pen.fillText(name, 20, y);
  });
  return canvas;
}
