/** The pixel that was clicked: a mark on the picture, its words, and what made it. */
import type { Seen } from '../../state/readings';
import { MadeBy } from './cells';
import { type Fit, toRoom } from './fit';
import { asked, glimpsed } from './place';

/** A cross where the picture was asked about. */
export function Mark({ fit }: { readonly fit: Fit }) {
  const now = asked.value;
  if (!now) return null;
  const [x, y] = toRoom(fit, [Math.floor(now.at[0]) + 0.5, Math.floor(now.at[1]) + 0.5]);
  return <span class="pixel-mark" style={{ left: `${x}px`, top: `${y}px` }} />;
}

/** What lies under the pointer, or was clicked. */
export function Pixel({ seen }: { readonly seen: Seen }) {
  const now = asked.value;
  const mine = now?.key.startsWith(`/t/${seen.trace}/reading/${seen.reading.id}/`) ? now : null;
  const hint = 'Click on the picture to see which numbers made a pixel.';
  return (
    <section class="pixel" aria-label="Pixel">
      <h3>{mine ? `Pixel ${Math.floor(mine.at[0])}, ${Math.floor(mine.at[1])}` : 'Pixel'}</h3>
      <p class="pixel-words" role="status">
        {mine ? (mine.told?.words ?? '…') : (glimpsed.value?.words ?? hint)}
      </p>
      {mine?.told && <MadeBy cells={mine.told.cells} />}
    </section>
  );
}
