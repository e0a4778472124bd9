/** Disturbs the input while one watches: sliders and a brush, the network following live. */
import { useState } from 'preact/hooks';
import { best, className } from '../../state/answers';
import {
  base,
  disturbing,
  isDisturbed,
  levels,
  paint,
  reset,
  setLevel,
  setPaint,
  setShapes,
  shapes,
  toggleDisturbing,
} from '../../state/disturb';
import type { Levels } from '../../state/disturbing';
import { score } from '../../state/numbers';
import { answerMode, settings, trace } from '../../state/store';
import { Icon } from '../icons';
import { useEdge } from '../measure';
import { Segments } from '../segments';
import { Canvas, type Tool } from './canvas';

interface Slide {
  readonly name: keyof Levels;
  readonly words: string;
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly unit: (value: number) => string;
}

const percent = (value: number) => `${Math.round(value * 100)}%`;
const SLIDES: readonly Slide[] = [
  { name: 'noise', words: 'Noise', low: 0, high: 1, step: 0.01, unit: percent },
  { name: 'blur', words: 'Blur', low: 0, high: 10, step: 0.1, unit: (v) => `${v.toFixed(1)} px` },
  { name: 'degrees', words: 'Rotation', low: -180, high: 180, step: 1, unit: (v) => `${v}°` },
  { name: 'brightness', words: 'Brightness', low: -1, high: 1, step: 0.01, unit: percent },
  { name: 'contrast', words: 'Contrast', low: 0, high: 3, step: 0.01, unit: percent },
];

function Slider({ name, words, low, high, step, unit }: Slide) {
  const value = levels.value[name];
  return (
    <label class="slide">
      <span>{words}</span>
      <input
        type="range"
        min={low}
        max={high}
        step={step}
        value={value}
        aria-label={words}
        aria-valuetext={unit(value)}
        onInput={({ currentTarget }) => setLevel(name, currentTarget.valueAsNumber)}
      />
      <output>{unit(value)}</output>
    </label>
  );
}

const TOOLS = [
  { value: 'brush', words: 'brush', title: 'paint over parts of the picture' },
  { value: 'box', words: 'box', title: 'draw a rectangle over the picture' },
] as const;
const PAINTS = [
  { value: '0', words: 'black' },
  { value: '114', words: 'grey' },
  { value: '255', words: 'white' },
] as const;

function Painting() {
  const [tool, setTool] = useState<Tool>('brush');
  const [size, setSize] = useState(8);
  const doc = trace.value;
  if (!doc?.input?.width || !doc.input.height) {
    return <p class="quiet">This input is no picture: there is nothing to paint on.</p>;
  }
  return (
    <>
      <Canvas doc={doc} tool={tool} size={size / 100} />
      <div class="row">
        <Segments label="Tool" choices={TOOLS} value={tool} choose={setTool} />
        <Segments
          label="Colour"
          choices={PAINTS}
          value={String(paint.value) as '0' | '114' | '255'}
          choose={(colour) => setPaint(Number(colour))}
        />
      </div>
      <label class="slide">
        <span>Brush</span>
        <input
          type="range"
          min="1"
          max="30"
          value={size}
          onInput={({ currentTarget }) => setSize(currentTarget.valueAsNumber)}
        />
        <button
          type="button"
          class="button"
          disabled={shapes.value.length === 0}
          onClick={() => setShapes([])}
        >
          Clear
        </button>
      </label>
    </>
  );
}

/** What became of the answer: the best class before and now. */
function Change() {
  const [before, now] = [base.value?.answer, trace.value?.answer];
  if (!before || !now) return null;
  const shown = (answer: typeof before, index?: number) => {
    const all = best(answer, answerMode.value, settings.value, answer.classes.length);
    return index === undefined ? all[0] : all.find((one) => one.index === index);
  };
  const [first, top] = [shown(before), shown(now)];
  const left = first && shown(now, first.index);
  if (!first || !top || !left) return null;
  const flipped = first.index !== top.index;
  return (
    <p class={flipped ? 'change flipped' : 'change'} role="status">
      {className(first)} {score(first.score, true)} → <strong>{score(left.score, true)}</strong>
      {flipped && (
        <>
          , now {className(top)} <strong>{score(top.score, true)}</strong>
        </>
      )}
    </p>
  );
}

export function Disturb() {
  return disturbing.value ? <Panel /> : null;
}

function Panel() {
  const edge = useEdge<HTMLElement>('left');
  return (
    <section ref={edge} class="disturb panel" aria-label="Disturb the input">
      <header>
        <h2>Disturb</h2>
        <button type="button" class="button" disabled={!isDisturbed.value} onClick={reset}>
          Reset
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="Close and undo"
          onClick={toggleDisturbing}
        >
          <Icon name="close" />
        </button>
      </header>
      <Change />
      {SLIDES.map((slide) => (
        <Slider key={slide.name} {...slide} />
      ))}
      <Painting />
    </section>
  );
}
