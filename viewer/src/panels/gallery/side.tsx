/** What the predictions of a gallery amount to. */
import { useEffect, useState } from 'preact/hooks';
import type { GalleryResult, NearDoc } from '../../client/documents';
import { complain } from '../../state/actions';
import {
  columns,
  entry,
  filter,
  type Gallery,
  nearest,
  result,
  showEntry,
  stopGallery,
} from '../../state/gallery';
import { count } from '../../state/numbers';
import { settings } from '../../state/store';
import { ConfusionTable, WorstPairs } from './confusion';
import { Thumb, wordsOf } from './tile';

function Progress({ told, total }: { readonly told: GalleryResult; readonly total: number }) {
  if (told.state !== 'running' && told.state !== 'collecting') {
    const rate =
      told.seconds > 0 ? ` · ${count(Math.round(told.done / told.seconds))} a second` : '';
    const said =
      told.state === 'done'
        ? `${count(total)} answered`
        : `stopped after ${count(told.done)} of ${count(total)}`;
    return (
      <p class="quiet">
        {said}
        {rate}
      </p>
    );
  }
  return (
    <div class="gallery-progress">
      <p>
        {count(told.done)} of {count(total)}
      </p>
      <div
        class="bar"
        role="progressbar"
        aria-label="Predictions"
        aria-valuenow={told.done}
        aria-valuemin={0}
        aria-valuemax={total}
      >
        <span style={{ transform: `scaleX(${total ? told.done / total : 0})` }} />
      </div>
      <button type="button" class="button" onClick={() => void stopGallery()}>
        Stop
      </button>
    </div>
  );
}

function Accuracy({ told }: { readonly told: GalleryResult }) {
  if (told.accuracy === null) return null;
  return (
    <div class="accuracy">
      <p class="winner-line">
        <strong>{(told.accuracy * 100).toFixed(2)} %</strong> <span>right</span>
      </p>
      <p class="quiet">
        {count(told.right)} of {count(told.judged)}
        {told.loss !== null && ` · loss ${told.loss.toFixed(3)}`}
        {told.matched && ` · labels matched ${told.matched}`}
      </p>
    </div>
  );
}

function Notes({ held, told }: { readonly held: Gallery; readonly told: GalleryResult }) {
  const unmatched = told.unmatched.length
    ? [`Not among the classes: ${told.unmatched.slice(0, 8).join(', ')}.`]
    : [];
  const plain = [...unmatched, ...held.doc.notes, ...told.notes];
  if (told.message && told.state === 'failed') plain.unshift(told.message);
  if (told.classes === null && told.done > 0) {
    plain.push(
      told.told
        ? 'Each picture has what was found in it beneath; click one to see all of it.'
        : 'The answer is no class vector: entries have no verdict here, click one to see it.',
    );
  }
  if (plain.length === 0 && told.failed === 0) return null;
  return (
    <section class="gallery-notes" aria-label="Notes">
      {plain.map((one) => (
        <p key={one}>{one}</p>
      ))}
      {told.failed > 0 && (
        <details>
          <summary>
            {count(told.failed)} {told.failed === 1 ? 'entry was' : 'entries were'} left out
          </summary>
          <ul>
            {told.left_out.map((one) => (
              <li key={one.entry}>
                <strong>{one.name}</strong>: {one.why}
              </li>
            ))}
          </ul>
          <button
            type="button"
            class="button"
            onClick={() => {
              filter.value = { show: 'failed', truth: null, predicted: null };
            }}
          >
            Show them
          </button>
        </details>
      )}
    </section>
  );
}

/** The entries whose vectors are most like that of the one that is looked at. */
export function Near({ held }: { readonly held: Gallery }) {
  const at = entry.value;
  const [near, setNear] = useState<NearDoc | null>(null);
  useEffect(() => {
    if (at === null) return;
    let wanted = true;
    nearest(held, at).then((doc) => wanted && setNear(doc), complain);
    return () => {
      wanted = false;
    };
  }, [held, at]);
  const now = columns.value;
  if (at === null || near?.entry !== at || !now || near.near.length === 0) return null;
  const labels = settings.value?.labels ?? null;
  return (
    <section class="near" aria-label="Most like the current one">
      <h3>Outputs most like that of entry {count(at + 1)}</h3>
      <ul>
        {near.near.slice(0, 10).map((one, i) => (
          <li key={one}>
            <button
              type="button"
              title={`${wordsOf(held, now, one, labels)} · cosine ${near.cosines[i]?.toFixed(4)}`}
              aria-label={`${wordsOf(held, now, one, labels)}, cosine ${near.cosines[i]?.toFixed(4)}`}
              onClick={() => void showEntry(one)}
            >
              <Thumb held={held} entry={one} />
              <span class="number">{near.cosines[i]?.toFixed(3)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Side({ held }: { readonly held: Gallery }) {
  const told = result.value;
  if (!told) return <aside class="gallery-side" />;
  return (
    <aside class="gallery-side" aria-label="Result">
      <Accuracy told={told} />
      <Progress told={told} total={held.doc.count} />
      <Notes held={held} told={told} />
      {told.confusion && <ConfusionTable confusion={told.confusion} />}
      {told.confusion && <WorstPairs confusion={told.confusion} />}
      {told.state === 'done' && told.vectors.length > 0 && <Near held={held} />}
    </aside>
  );
}
