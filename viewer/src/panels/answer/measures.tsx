/** Answers that are numbers: measures with their names, and a vector as bars with the inputs near it. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { EmbeddingDoc, NumbersDoc, ReadingDoc } from '../../client/readings';
import { goToElement } from '../../state/elements';
import { count, short } from '../../state/numbers';
import { chosen } from '../../state/probe';
import { seenOf } from '../../state/readings';
import { drawBars } from '../../state/writtencard';
import { go, looked, ranShape } from './cells';
import { useRoom, Working } from './easel';
import { Neighbours } from './neighbours';
import { Side } from './side';
import { Sliders } from './sliders';

/** A number as a bar from the middle, to the right or the left of it. */
function Bar({ value, most }: { readonly value: number | null; readonly most: number }) {
  const share = Math.min(1, Math.abs(value ?? 0) / (most || 1)) * 50;
  const below = (value ?? 0) < 0;
  return (
    <span class="signed-bar" aria-hidden="true">
      <i
        class={below ? 'below' : ''}
        style={{ left: `${below ? 50 - share : 50}%`, width: `${share}%` }}
      />
    </span>
  );
}

export function NumberTable({ reading }: { readonly reading: ReadingDoc }) {
  const seen = seenOf<NumbersDoc>('numbers');
  if (!seen) return <Working words="Reading the outputs…" />;
  const { rows, note } = seen.content;
  const most = Math.max(...rows.map(({ value }) => Math.abs(value ?? 0)));
  const units = rows.some(({ unit }) => unit);
  return (
    <>
      <div class="answer-list scrolls">
        <table class="numbers-table">
          <thead>
            <tr>
              <th scope="col">name</th>
              <th scope="col" class="numeric">
                value
              </th>
              {units && <th scope="col">unit</th>}
              {rows.length > 1 && (
                <th scope="col">
                  from {short(-most, 3)} to {short(most, 3)}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name} aria-current={looked(row.cells)}>
                <th scope="row">
                  <button
                    type="button"
                    class="text-button"
                    disabled={row.cells.length === 0}
                    title="See the number in its tensor"
                    onClick={() => go(row.cells)}
                  >
                    {row.name}
                  </button>
                </th>
                <td class="number numeric">{short(row.value, 6)}</td>
                {units && <td>{row.unit ?? ''}</td>}
                {rows.length > 1 && (
                  <td class="bar-cell">
                    <Bar value={row.value} most={most} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Side reading={reading}>
        <Sliders reading={reading} />
        {note && <p class="quiet">{note}</p>}
      </Side>
    </>
  );
}

/** Numbers of the vector that are listed, the largest first. */
const LISTED = 12;

function VectorBars({ content }: { readonly content: EmbeddingDoc }) {
  const [ref, [width, height]] = useRoom<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const at = useSignal<number | null>(null);
  const most = useSignal(0);
  const { values, cells, length } = content;
  useEffect(() => {
    const to = canvas.current;
    const pen = to?.getContext('2d');
    if (!to || !pen || width === 0) return;
    [to.width, to.height] = [width * devicePixelRatio, height * devicePixelRatio];
    most.value = drawBars(pen, values);
  }, [values, width, height, most]);
  const under = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    return Math.min(values.length - 1, Math.max(0, Math.floor(share * values.length)));
  };
  const now = at.value;
  return (
    <div>
      <div
        class="vector-bars"
        ref={ref}
        onPointerMove={(event) => {
          at.value = under(event);
        }}
        onPointerLeave={() => {
          at.value = null;
        }}
        onPointerUp={(event) => {
          const [first] = cells;
          if (first) void goToElement(first.value, first.flat + under(event));
        }}
      >
        <canvas ref={canvas} role="img" aria-label="the numbers of the vector as bars" />
        <span class="level top number">{short(most.value, 3)}</span>
        <span class="level bottom number">{short(-most.value, 3)}</span>
        {now !== null && (
          <i class="time-line" style={{ left: `${((now + 0.5) / values.length) * 100}%` }} />
        )}
      </div>
      <p class="quiet number" role="status">
        {now === null
          ? `0 … ${count(values.length - 1)}${values.length < length ? ` of ${count(length)}` : ''}; click on a bar to see its cell`
          : `[${now}]  ${short(values[now], 5)}`}
      </p>
    </div>
  );
}

/** The numbers that are furthest from 0, each a way to its cell. */
function Largest({ content }: { readonly content: EmbeddingDoc }) {
  const { values, cells } = content;
  const [first] = cells;
  const order = values
    .map((value, i) => ({ value, i }))
    .sort((a, b) => Math.abs(b.value ?? 0) - Math.abs(a.value ?? 0))
    .slice(0, LISTED);
  const most = Math.abs(order[0]?.value ?? 0);
  const at = chosen.value;
  const shape = first && at?.value === first.value ? ranShape(first.value) : null;
  return (
    <section class="found-list" aria-label="Largest numbers">
      <h3>Furthest from 0</h3>
      <ul>
        {order.map(({ value, i }) => (
          <li key={i}>
            <button
              type="button"
              class="found"
              aria-pressed={shape !== null && at?.index.at(-1) === i}
              title="See the number in its tensor"
              onClick={() => first && void goToElement(first.value, first.flat + i)}
            >
              <b class="number">{i}</b>
              <Bar value={value} most={most} />
              <b class="number">{short(value)}</b>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Embedding({ reading }: { readonly reading: ReadingDoc }) {
  const seen = seenOf<EmbeddingDoc>('embedding');
  if (!seen) return <Working words="Reading the outputs…" />;
  const { length, norm, note } = seen.content;
  return (
    <>
      <div class="answer-list scrolls">
        <VectorBars content={seen.content} />
        <Neighbours />
      </div>
      <Side reading={reading} results={<Largest content={seen.content} />}>
        <dl class="figures">
          <dt>length</dt>
          <dd class="number">{count(length)}</dd>
          <dt>norm</dt>
          <dd class="number">{short(norm)}</dd>
        </dl>
        {note && <p class="quiet">{note}</p>}
      </Side>
    </>
  );
}
