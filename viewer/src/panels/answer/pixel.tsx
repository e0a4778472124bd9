/** The pixel that was clicked: a mark on the picture, its words, and what made it. */
import type { Seen } from '../../state/readings';
import { MadeBy } from './cells';
import { type Fit, type Spot, toRoom } from './fit';
import { asked, glimpsed } from './place';

/** A cross where the picture was asked about. */
export function Mark({ fit }: { readonly fit: Fit }) {
  const now = asked.value;
  if (!now) return null;
  const [x, y] = toRoom(fit, [Math.floor(now.at[0]) + 0.5, Math.floor(now.at[1]) + 0.5]);
  return <span class="pixel-mark" style={{ left: `${x}px`, top: `${y}px` }} />;
}

/** What lies under the pointer, or was clicked. */
interface Props {
  readonly seen: Seen;
  /** What the place is called, where it is no pixel. */
  readonly title?: (at: Spot) => string;
  readonly hint?: string;
}

const pixelTitle = ([x, y]: Spot): string => `Pixel ${Math.floor(x)}, ${Math.floor(y)}`;
const HINT = 'Click on the picture to see which numbers made a pixel.';

export function Pixel({ seen, title = pixelTitle, hint = HINT }: Props) {
  const now = asked.value;
  const mine = now?.key.startsWith(`/t/${seen.trace}/reading/${seen.reading.id}/`) ? now : null;
  return (
    <section class="pixel" aria-label="Pixel">
      <h3>{mine ? title(mine.at) : title([0, 0]).split(' ')[0]}</h3>
      <p class="pixel-words" role="status">
        {mine ? (mine.told?.words ?? '…') : (glimpsed.value?.words ?? hint)}
      </p>
      {mine?.told && <MadeBy cells={mine.told.cells} />}
    </section>
  );
}
