/** The strip at the foot: the gallery's entries around the current one, else shipped pictures. */
import { useEffect, useRef } from 'preact/hooks';
import { run } from '../../state/actions';
import { columns, entry, gallery, result, showEntry, shown, stepEntry } from '../../state/gallery';
import { count } from '../../state/numbers';
import { samples } from '../../state/samples';
import { opened, settings, trace } from '../../state/store';
import { suitsSamples } from '../../state/suiting';
import { dialog } from '../dialogs';
import { Thumb, wordsOf } from '../gallery/tile';
import { Icon } from '../icons';

/** Entries on either side of the current one. */
const AROUND = 12;

const open = () => {
  dialog.value = 'gallery';
};

function GalleryButton() {
  return (
    <button type="button" class="button" title="Many inputs at once (Shift+G)" onClick={open}>
      <Icon name="picture" />
      Gallery
    </button>
  );
}

function Shipped() {
  const strip = useRef<HTMLUListElement>(null);
  const fed = trace.value?.input?.name;
  useEffect(() => {
    const marked = strip.current?.querySelector('[aria-pressed="true"]');
    marked?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [fed]);
  return (
    <ul ref={strip} class="input-strip">
      {samples.value.map((one) => (
        <li key={one.id}>
          <button
            type="button"
            title={`Feed ${one.name}`}
            aria-label={`Feed ${one.name}`}
            aria-pressed={one.name === fed}
            onClick={() => void run({ sample: one.id })}
          >
            <img
              src={`./samples/${one.id}.png`}
              alt=""
              width="28"
              height="28"
              loading="lazy"
              class="pixelated"
            />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** How far the answers are, or how many are right. */
function Told() {
  const told = result.value;
  if (!told) return null;
  if (told.state === 'running' || told.state === 'collecting') {
    return <span class="quiet">{count(told.done)} answered …</span>;
  }
  if (told.accuracy === null) return null;
  return <span class="quiet">{(told.accuracy * 100).toFixed(2)} % right</span>;
}

function Steps({ at, total }: { readonly at: number; readonly total: number }) {
  return (
    <div class="strip-head">
      <GalleryButton />
      <button
        type="button"
        class="icon-button"
        aria-label="Previous input"
        title="The previous input of the gallery (Shift+J)"
        disabled={at === 0}
        onClick={() => stepEntry(-1)}
      >
        <Icon name="left" />
      </button>
      <span class="number" title="Place in the gallery, as it is filtered and ordered">
        {at < 0 ? '–' : count(at + 1)} / {count(total)}
      </span>
      <button
        type="button"
        class="icon-button"
        aria-label="Next input"
        title="The next input of the gallery (J)"
        disabled={at === total - 1}
        onClick={() => stepEntry(1)}
      >
        <Icon name="right" />
      </button>
      <Told />
    </div>
  );
}

function Entries() {
  const strip = useRef<HTMLUListElement>(null);
  const [held, now, list] = [gallery.value, columns.value, shown.value];
  const at = entry.value === null ? -1 : list.indexOf(entry.value);
  useEffect(() => {
    const marked = strip.current?.querySelector('[aria-pressed="true"]');
    marked?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [at]);
  if (!held || !now) return null;
  const first = Math.max(0, Math.min(at - AROUND, list.length - 2 * AROUND - 1));
  const labels = settings.value?.labels ?? null;
  const walk = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    event.stopPropagation();
    stepEntry(event.key === 'ArrowRight' ? 1 : -1);
  };
  return (
    <>
      <Steps at={at} total={list.length} />
      <ul ref={strip} class="input-strip" onKeyDown={walk}>
        {[...list.subarray(first, first + 2 * AROUND + 1)].map((one) => {
          const words = wordsOf(held, now, one, labels);
          return (
            <li key={one}>
              <button
                type="button"
                title={words}
                aria-label={words}
                aria-pressed={one === entry.value}
                onClick={() => void showEntry(one)}
              >
                <Thumb held={held} entry={one} />
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}

export function Samples() {
  const graph = opened.value?.graph;
  if (!graph) return null;
  const shapes = graph.inputs.map((value) => graph.value(value)?.shape ?? null);
  const suited = samples.value.length > 0 && suitsSamples(shapes);
  return (
    <section class="samples" aria-label={gallery.value ? 'Gallery' : 'Sample pictures'}>
      {gallery.value ? (
        <Entries />
      ) : (
        <>
          <div class="strip-head">
            <GalleryButton />
          </div>
          {suited && <Shipped />}
        </>
      )}
    </section>
  );
}
