/** Pieces that the foot and the open answer share: the picture with what is drawn over it. */
import type { ReadingDoc } from '../../client/readings';
import { item as batchItem, batchSize } from '../../state/batch';
import { pictureWords, type Seen, tailOf } from '../../state/readings';
import type { Size } from './fit';

/** The picture as it came, at most so many pixels a side. */
export function inputSrc(run: number, side: number): string {
  const words = [`size=${side}`, ...(batchSize.value > 1 ? [`batch=${batchItem.value}`] : [])];
  return `./t/${run}/input.png?${words.join('&')}`;
}

/** What a reading is drawn as, over the input or beside it. */
export const pictureSrc = (seen: Seen, only: number | null = null): string =>
  tailOf(seen.key, '/picture.png', only === null ? pictureWords(seen) : `class=${only}`);

/** Width and height that places in the content are of. */
export function sizeOf(seen: Seen): Size {
  const { content } = seen;
  if ('size' in content) return content.size as unknown as Size;
  return seen.fed ?? [1, 1];
}

/** Kinds that are drawn over the picture that was fed. */
export const isOver = ({ kind }: Pick<ReadingDoc, 'kind'>): boolean =>
  kind === 'boxes' || kind === 'keypoints' || kind === 'masks';

/** Kinds that are a picture of their own. */
export const isBeside = ({ kind }: Pick<ReadingDoc, 'kind'>): boolean =>
  kind === 'picture' || kind === 'depth' || kind === 'flow';
