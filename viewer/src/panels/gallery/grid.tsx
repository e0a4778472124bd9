/** The entries of a gallery side by side; only those in view are in the document. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import {
  columns as columnsSignal,
  entry,
  type Gallery,
  showEntry,
  shown,
} from '../../state/gallery';
import { verdictOf } from '../../state/gallerylist';
import { settings } from '../../state/store';
import { closeDialog } from '../dialogs';
import { showRow, useRowHeight, useSlice } from '../virtual';
import { Tile } from './tile';
import { across, moved } from './walk';

/** Sizes of a tile with the gap around it, in rem. */
const WIDE = 6.25;
const HIGH = 7.5;
/** Rows of tiles above and below those in view: each is many elements. */
const SPARE = 2;

export function Grid({ held }: { readonly held: Gallery }) {
  const box = useRef<HTMLDivElement>(null);
  const row = useRowHeight(HIGH);
  const wide = (row / HIGH) * WIDE;
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);
  const columns = columnsSignal.value;
  const list = shown.value;
  const per = across(width, wide);
  const rows = Math.ceil(list.length / per);
  const { first, last } = useSlice(box, row, rows, SPARE);
  const labels = settings.value?.labels ?? null;
  useLayoutEffect(() => {
    // Once, when it opens: where the one that is looked at stands.
    const at = entry.peek() === null ? -1 : list.indexOf(entry.peek() ?? -1);
    if (width > 0 && at >= 0) showRow(box.current, Math.floor(at / per), row);
  }, [width > 0]);
  const open = (index: number) => {
    closeDialog();
    void showEntry(index);
  };
  const walk = (event: KeyboardEvent) => {
    const target = event.target instanceof HTMLElement ? event.target.closest('.tile') : null;
    const now = Number(target?.getAttribute('data-entry') ?? -1);
    const next = moved(event.key, list.indexOf(now), per, list.length);
    if (next === null) return;
    event.preventDefault();
    showRow(box.current, Math.floor(next / per), row);
    // The row is drawn once the box has scrolled.
    requestAnimationFrame(() =>
      requestAnimationFrame(() =>
        box.current?.querySelector<HTMLElement>(`[data-entry="${list[next]}"]`)?.focus(),
      ),
    );
  };
  if (!columns) return null;
  const entries = [...list.subarray(first * per, last * per)];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset does not scroll
    <div class="gallery-grid" role="group" aria-label="Entries" ref={box} onKeyDown={walk}>
      {list.length === 0 && <p class="quiet">No entry is like that.</p>}
      <div style={{ height: `${rows * row}px` }}>
        <div
          class="gallery-rows"
          style={{
            transform: `translateY(${first * row}px)`,
            gridTemplateColumns: `repeat(${per}, minmax(0, 1fr))`,
            gridAutoRows: `${row}px`,
          }}
        >
          {entries.map((one) => (
            <Tile
              // Made anew with its verdict: Chromium restyles a part of what it moves only.
              key={`${one} ${verdictOf(columns, one)}`}
              held={held}
              columns={columns}
              entry={one}
              labels={labels}
              current={entry.value === one}
              act={open}
            />
          ))}
        </div>
      </div>
    </div>
  );
}
