/** The picture of the scene at double size with a caption, to the clipboard or as a file. */
import { say } from '../state/actions';
import { best, className } from '../state/answers';
import { itemAnswer } from '../state/itemanswers';
import * as s from '../state/store';
import { PALETTES } from './palette';
import type { Stage } from './stage';

const TIMES = 2;
const CAPTION = 56;

function caption(): string {
  const opened = s.opened.peek();
  const trace = s.trace.peek();
  const parts = [opened?.graph.facts.name ?? ''];
  if (trace?.synthetic) parts.push('synthetic input');
  else if (trace?.input) parts.push(trace.input.name);
  const answer = itemAnswer.peek();
  const [top] = answer ? best(answer, s.answerMode.peek(), s.settings.peek(), 1) : [];
  if (top && !trace?.synthetic) parts.push(className(top));
  return parts.filter(Boolean).join('  ·  ');
}

/** The scene as it stands, drawn on its ground with a caption beneath. */
async function drawPicture(stage: Stage): Promise<Blob | null> {
  const source = stage.snapshot(TIMES);
  const { left, top, right, bottom } = stage.area;
  const [w, h] = [(right - left) * TIMES, (bottom - top) * TIMES];
  const canvas = document.createElement('canvas');
  canvas.width = w;
  canvas.height = h + CAPTION * TIMES;
  const c = canvas.getContext('2d');
  if (!c) return null;
  const palette = PALETTES[s.theme.peek()];
  const ground = c.createLinearGradient(0, 0, 0, canvas.height);
  ground.addColorStop(0, palette.top);
  ground.addColorStop(1, palette.bottom);
  c.fillStyle = ground;
  c.fillRect(0, 0, canvas.width, canvas.height);
  c.drawImage(source, left * TIMES, top * TIMES, w, h, 0, 0, w, h);
  c.fillStyle = palette.text;
  c.font = `500 ${18 * TIMES}px "Inter Variable", system-ui, sans-serif`;
  c.textBaseline = 'middle';
  c.fillText(caption(), 28 * TIMES, h + (CAPTION / 2) * TIMES);
  c.textAlign = 'right';
  c.fillStyle = palette.dim;
  c.fillText('Cutaway', w - 28 * TIMES, h + (CAPTION / 2) * TIMES);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

/** Copies the picture; where the browser does not let it, saves it. */
export async function copyPicture(stage: Stage): Promise<void> {
  const blob = await drawPicture(stage);
  if (!blob) return;
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
    say('note', 'A picture of the scene is on the clipboard.');
  } catch {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = `${s.opened.peek()?.graph.facts.name ?? 'cutaway'}.png`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}
