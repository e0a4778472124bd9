/** The answer of a run as a block: its picture as it is newest, or its words. */
import type { TraceDoc } from '../client/documents';
import type { ReadingDoc } from '../client/readings';
import { type AnswerCard, isPictured } from '../state/answercard';
import { openAnswer } from '../state/reading';
import type { After } from './after';
import type { Card } from './cards';
import type { Size } from './sizes';

/** Height of the picture, as tall as the tensors are, and how wide it may be. */
const TALL = 1.05;
const WIDEST = 1.7;
/** What is to stand behind the network; null for nothing, and for classes, which have their bars. */
export function afterOf(
  trace: TraceDoc | null,
  reading: ReadingDoc | null,
  latest: () => AnswerCard | null,
  told: string,
): After | null {
  const value = reading?.values[0];
  if (!trace || !reading || value === undefined) return null;
  if (reading.kind === 'tensor' || (reading.kind === 'classes' && trace.answer)) return null;
  const card = latest();
  const pictured = isPictured(reading.kind);
  // Before its picture has come, room is kept for one as wide as high.
  const aspect = card?.aspect ?? 1;
  const width = Math.min(TALL * aspect, WIDEST);
  const size = { width, height: width / aspect };
  const cards = pictured ? [cardOf(size, latest)] : [];
  const sign = `${value} ${pictured ? `${size.width.toFixed(3)}x${size.height.toFixed(3)}` : ''}`;
  return { value, title: reading.title, words: told, cards, sign };
}

/** The picture's address is read when it is drawn: a new run needs no new block. */
function cardOf(size: Size, latest: () => AnswerCard | null): Card {
  return {
    ...size,
    dx: 0,
    words: '',
    act: openAnswer,
    get url() {
      return latest()?.url ?? '';
    },
    get pixelated() {
      return latest()?.pixelated ?? false;
    },
  };
}
