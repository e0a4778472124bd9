/** Answers that are lists: classes, numbers, tokens, a vector; each row leads to its number. */
import { useRef, useState } from 'preact/hooks';
import type { ClassesDoc, ReadingDoc, TensorNoteDoc, TextDoc } from '../../client/readings';
import { labelOf } from '../../state/answers';
import { count, percent, short } from '../../state/numbers';
import { seenOf } from '../../state/readings';
import { settings } from '../../state/store';
import { useRowHeight, useSlice } from '../virtual';
import { go, looked, MadeBy } from './cells';
import { Working } from './easel';
import { Side } from './side';
import { Sliders } from './sliders';

/** Height of a row, in rem. */
const ROW = 1.75;

/** Classes that a search leaves: best first, all without one. */
function found(content: ClassesDoc, wanted: string) {
  const low = wanted.trim().toLowerCase();
  const places = new Map(content.classes.map((one, i) => [one.index, i]));
  const rest = content.classes.map((one) => one.index);
  const known = new Set(content.top);
  const order = [...content.top, ...rest.filter((index) => !known.has(index))];
  return order
    .map((index, rank) => ({ one: content.classes[places.get(index) ?? -1], rank }))
    .flatMap(({ one, rank }) => (one ? [{ one, rank }] : []))
    .map(({ one, rank }) => ({
      ...one,
      rank,
      name: labelOf(one.index, one.label, settings.value) ?? `class ${one.index}`,
    }))
    .filter(({ name, index }) => !low || name.toLowerCase().includes(low) || String(index) === low);
}

type Rows = ReturnType<typeof found>;

function ClassRow({
  row,
  top,
  of,
}: {
  readonly row: Rows[number];
  readonly top: number;
  readonly of: number;
}) {
  return (
    <li style={{ top: `${top}px` }} aria-posinset={row.rank + 1} aria-setsize={of}>
      <button
        type="button"
        class="class-row"
        aria-current={looked(row.cells)}
        title="See the number that says so"
        onClick={() => go(row.cells)}
      >
        <span class="number quiet">{row.rank + 1}</span>
        <span class="class-name">
          {row.name} <small class="number">{row.index}</small>
        </span>
        <span class="bar-track" aria-hidden="true">
          <span style={{ transform: `scaleX(${Math.max(0, Math.min(1, row.score ?? 0))})` }} />
        </span>
        <b class="number">{percent(row.score)}</b>
        <span class="number quiet">{short(row.value)}</span>
      </button>
    </li>
  );
}

/** Those rows alone that are in view: there may be tens of thousands. */
function ClassRows({ rows }: { readonly rows: Rows }) {
  const box = useRef<HTMLDivElement>(null);
  const height = useRowHeight(ROW);
  const { first, last } = useSlice(box, height, rows.length);
  return (
    <div class="class-rows" ref={box}>
      <ol style={{ height: `${rows.length * height}px` }} aria-label="Classes, best first">
        {rows.slice(first, last).map((row, i) => (
          <ClassRow key={row.index} row={row} top={(first + i) * height} of={rows.length} />
        ))}
      </ol>
      {rows.length === 0 && <p class="quiet">No class has this in its name.</p>}
    </div>
  );
}

export function ClassList({ reading }: { readonly reading: ReadingDoc }) {
  const [wanted, setWanted] = useState('');
  const seen = seenOf<ClassesDoc>('classes');
  if (!seen) return <Working words="Reading the outputs…" />;
  const { raw, applied, note, classes } = seen.content;
  const added = `The model gives raw values; ${applied ?? 'nothing'} was applied, which is not part of the model.`;
  return (
    <>
      <div class="answer-list">
        <input
          type="text"
          class="class-search"
          aria-label="Find a class"
          placeholder={`Find among ${count(classes.length)} classes`}
          value={wanted}
          onInput={({ currentTarget }) => setWanted(currentTarget.value)}
        />
        <ClassRows rows={found(seen.content, wanted)} />
      </div>
      <Side reading={reading}>
        <Sliders reading={reading} />
        <p class="quiet">{raw ? added : 'The model gives these scores itself.'}</p>
        {note && <p class="quiet">{note}</p>}
      </Side>
    </>
  );
}

/** How far a token is shaded, by its score. */
const shade = (score: number | null): string =>
  `color-mix(in srgb, var(--lit) ${Math.round(Math.max(0, Math.min(1, score ?? 0)) * 55)}%, transparent)`;

export function Words({ reading }: { readonly reading: ReadingDoc }) {
  const [at, setAt] = useState<number | null>(null);
  const seen = seenOf<TextDoc>('text');
  if (!seen) return <Working words="Reading the outputs…" />;
  const { text, tokens, note } = seen.content;
  const one = at === null ? null : (tokens[at] ?? null);
  return (
    <>
      <div class="answer-list scrolls">
        {text !== null && <p class="whole-text">{text}</p>}
        <ol class="tokens" aria-label="Tokens">
          {tokens.map((token, i) => (
            <li key={i}>
              <button
                type="button"
                aria-pressed={i === at}
                title={`token ${token.id}${token.score === null ? '' : `, ${percent(token.score)}`}`}
                style={{ background: shade(token.score) }}
                onClick={() => setAt(i === at ? null : i)}
              >
                {token.text ?? `#${token.id}`}
              </button>
            </li>
          ))}
        </ol>
      </div>
      <Side reading={reading}>
        <Sliders reading={reading} />
        {one && (
          <section aria-label="Token">
            <h3>
              Token {one.id} {one.score !== null && <b class="number">{percent(one.score)}</b>}
            </h3>
            <MadeBy cells={one.cells} />
          </section>
        )}
        {note && <p class="quiet">{note}</p>}
      </Side>
    </>
  );
}

export function Plain({ reading }: { readonly reading: ReadingDoc }) {
  const seen = seenOf<TensorNoteDoc>('tensor');
  return (
    <>
      <div class="answer-list scrolls">
        <p class="sentence">{reading.summary}</p>
        {seen?.content.note && <p class="quiet">{seen.content.note}</p>}
      </div>
      <Side reading={reading} />
    </>
  );
}
