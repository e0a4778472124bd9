/** The drawing pad: a sheet of the model's own size, and the tools to draw on it. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { LivePlanDoc } from '../../client/documents';
import { complain } from '../../state/actions';
import { stopFollowing } from '../../state/live';
import { times } from '../../state/numbers';
import { samples } from '../../state/samples';
import { trace } from '../../state/store';
import { Icon } from '../icons';
import { Segments } from '../segments';
import * as d from './drawing';
import { cursor, down, move, pressed, up, wheel } from './hand';
import { Seen } from './seen';

const TOOLS = [
  { value: 'pen', words: 'Pen', title: 'Draw; the right button erases' },
  { value: 'eraser', words: 'Eraser', title: 'Take ink away' },
  { value: 'fill', words: 'Fill', title: 'Fill what a closed line surrounds' },
] as const;
const PAPERS = [
  { value: 'black', words: 'White on black' },
  { value: 'white', words: 'Black on white' },
] as const;

/** Writes the ink into the canvas, pixel by pixel. */
function paint(canvas: HTMLCanvasElement): void {
  const { width, height, data } = d.ink.peek();
  const white = d.onWhite.peek();
  const image = new ImageData(width, height);
  data.forEach((one, i) => {
    const gray = white ? 255 - one : one;
    image.data.set([gray, gray, gray, 255], i * 4);
  });
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}

function Cursor() {
  const at = cursor.value;
  if (!at) return null;
  const { width, height } = d.ink.value;
  const size = (2 * d.radius.value) / width;
  return (
    <span
      class={at.down ? 'pad-cursor down' : 'pad-cursor'}
      style={{
        left: `${(at.x / width) * 100}%`,
        top: `${(at.y / height) * 100}%`,
        width: `${size * 100}%`,
      }}
    />
  );
}

function Sheet() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = d.ink.value;
  void [d.strokes.value, d.onWhite.value];
  useLayoutEffect(() => {
    if (canvas.current) paint(canvas.current);
  });
  return (
    <div
      class="pad-sheet"
      style={{ aspectRatio: `${width} / ${height}` }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is drawn on, by keys too
      tabIndex={0}
      role="application"
      aria-label={`Drawing pad, ${times([width, height])} pixels. Arrow keys move the pen, Shift moves it farther, Space lowers and lifts it, Control Z takes the last stroke back.`}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={pressed}
      onWheel={wheel}
    >
      <canvas ref={canvas} class="pad" width={width} height={height} />
      <Cursor />
    </div>
  );
}

interface SliderProps {
  readonly words: string;
  readonly title: string;
  readonly low: number;
  readonly high: number;
  readonly value: number;
  readonly shown: string;
  readonly set: (value: number) => void;
}

function Slider({ words, title, low, high, value, shown, set }: SliderProps) {
  return (
    <label class="live-slider" title={title}>
      <span>{words}</span>
      <input
        type="range"
        min={low}
        max={high}
        step="any"
        value={value}
        aria-valuetext={shown}
        onInput={({ currentTarget }) => set(Number(currentTarget.value))}
      />
      <span class="number">{shown}</span>
    </label>
  );
}

function Tools() {
  return (
    <div class="row">
      <Segments
        label="Tool"
        choices={TOOLS}
        value={d.tool.value}
        choose={(one) => {
          d.tool.value = one;
        }}
      />
      <span class="gap" />
      <button
        type="button"
        class="icon-button"
        aria-label="Undo"
        title="Take the last stroke back (Ctrl+Z on the pad)"
        disabled={!d.canUndo.value}
        onClick={d.undo}
      >
        <Icon name="undo" />
      </button>
      <button type="button" class="button" title="An empty sheet" onClick={d.clearPad}>
        Clear
      </button>
    </div>
  );
}

/** A picture to draw upon. */
function From() {
  const fed = trace.value?.input?.width ? trace.value.id : null;
  const choose = (address: string) => {
    if (address === 'empty') d.clearPad();
    else if (address) void d.beginFrom(address).catch(complain);
  };
  return (
    <label class="field live-from">
      <span class="quiet">Start from</span>
      <select
        value=""
        onChange={({ currentTarget }) => {
          choose(currentTarget.value);
          currentTarget.value = '';
        }}
      >
        <option value="" disabled>
          a picture …
        </option>
        <option value="empty">an empty sheet</option>
        {fed !== null && <option value={`./t/${fed}/input.png`}>the input shown now</option>}
        {samples.value.map((one) => (
          <option key={one.id} value={`./samples/${one.id}.png`}>
            {one.name}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Pad({ plan }: { readonly plan: LivePlanDoc }) {
  useEffect(() => {
    d.begin(plan);
    return stopFollowing;
  }, [plan]);
  const { width, height } = d.ink.value;
  const largest = Math.max(width, height) / 6;
  return (
    <>
      <div class="pad-row">
        <Sheet />
        <Seen plan={plan} />
      </div>
      <Tools />
      <Slider
        words="Brush"
        title="Width of a stroke, in pixels of the model's picture (wheel on the pad)"
        low={0.5}
        high={largest}
        value={d.radius.value}
        shown={`${(2 * d.radius.value).toFixed(1)} px`}
        set={(value) => {
          d.radius.value = value;
        }}
      />
      <Slider
        words="Softness"
        title="How far the edge of a stroke fades"
        low={0}
        high={1}
        value={d.softness.value}
        shown={`${Math.round(100 * d.softness.value)} %`}
        set={(value) => {
          d.softness.value = value;
        }}
      />
      <Segments
        label="Paper"
        choices={PAPERS}
        value={d.onWhite.value ? 'white' : 'black'}
        choose={(one) => d.setPaper(one === 'white')}
      />
      <From />
    </>
  );
}
