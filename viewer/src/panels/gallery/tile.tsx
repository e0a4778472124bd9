/** One entry of a gallery: its small picture, its answer, and whether that is right. */

import type { ToldDoc } from '../../client/documents';
import { className } from '../../state/answers';
import { markOf } from '../../state/classcolours';
import { type Gallery, spriteOf, told } from '../../state/gallery';
import { type Columns, type Verdict, verdictOf } from '../../state/gallerylist';
import { percent } from '../../state/numbers';

/** A class by number and name. */
export const named = (index: number, labels: readonly string[] | null): string =>
  className({ index, label: labels?.[index] || null });

const SIGNS: Readonly<Record<Verdict, string>> = {
  right: '✓',
  wrong: '✕',
  failed: '!',
  waiting: '',
  unjudged: '',
};

/** All that is known of an entry, in words. */
export function wordsOf(
  held: Gallery,
  columns: Columns,
  entry: number,
  labels: readonly string[] | null,
): string {
  const verdict = verdictOf(columns, entry);
  const name = held.names[entry] ?? '';
  if (verdict === 'failed') return `${name}: left out`;
  if (verdict === 'waiting') return `${name}: not answered yet`;
  const predicted = columns.predicted[entry] ?? -1;
  if (predicted < 0) {
    const line = told.value.get(entry)?.summary;
    return line ? `${name}: ${line}` : name;
  }
  const answer = `${named(predicted, labels)} ${percent(columns.score[entry])}`;
  if (verdict === 'wrong') {
    return `${name}: ${answer}, wrong: it is ${named(columns.truth[entry] ?? -1, labels)}`;
  }
  return `${name}: ${answer}${verdict === 'right' ? ', right' : ''}`;
}

interface ThumbProps {
  readonly held: Gallery;
  readonly entry: number;
}

/** The small picture, cut out of its sheet. */
export function Thumb({ held, entry }: ThumbProps) {
  const { url, x, y } = spriteOf(held, entry);
  return (
    <span
      class="thumb"
      style={{ backgroundImage: `url("${url}")`, backgroundPosition: `-${x}px -${y}px` }}
    />
  );
}

/** What was found, over the small picture. */
function Boxes({ line, side }: { readonly line: ToldDoc; readonly side: number }) {
  return (
    <svg class="tile-boxes" viewBox={`0 0 ${side} ${side}`} aria-hidden="true">
      {line.boxes.map((one, i) => {
        const points = one.corners.map((at) => at.join(',')).join(' ');
        return (
          <g key={i}>
            <polygon class="halo" points={points} />
            <polygon points={points} stroke={markOf(one.index).colour} />
          </g>
        );
      })}
    </svg>
  );
}

interface Props {
  readonly held: Gallery;
  readonly columns: Columns;
  readonly entry: number;
  readonly labels: readonly string[] | null;
  readonly current: boolean;
  readonly act: (entry: number) => void;
}

export function Tile({ held, columns, entry, labels, current, act }: Props) {
  const verdict = verdictOf(columns, entry);
  const predicted = columns.predicted[entry] ?? -1;
  const truth = columns.truth[entry] ?? -1;
  const words = wordsOf(held, columns, entry, labels);
  const line = told.value.get(entry);
  return (
    <button
      type="button"
      class={`tile ${verdict}`}
      data-entry={entry}
      title={words}
      aria-label={words}
      aria-current={current}
      onClick={() => act(entry)}
    >
      <span class="tile-picture">
        <Thumb held={held} entry={entry} />
        {line && <Boxes line={line} side={held.doc.side} />}
        {SIGNS[verdict] && (
          <span class="sign" aria-hidden="true">
            {SIGNS[verdict]}
          </span>
        )}
      </span>
      <span class={line ? 'tile-answer line' : 'tile-answer'}>
        {verdict === 'failed'
          ? 'left out'
          : predicted >= 0
            ? named(predicted, labels)
            : (line?.summary.split(';')[0] ?? ' ')}
      </span>
      <span class="tile-truth">
        {verdict === 'wrong'
          ? `is ${named(truth, labels)}`
          : predicted >= 0
            ? percent(columns.score[entry])
            : ' '}
      </span>
    </button>
  );
}
