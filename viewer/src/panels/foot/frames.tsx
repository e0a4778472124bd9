/** The frame of a video or an animation that was fed, and the way to the others. */
import { useEffect, useState } from 'preact/hooks';
import type { InputDoc } from '../../client/documents';
import { awaited, showFrame } from '../../state/frames';
import { Icon } from '../icons';

/** A time as a player shows it. */
export function clock(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = (seconds % 60).toFixed(2).padStart(5, '0');
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}

/** Nothing where one picture was fed. */
export function FrameStepper({ input }: { readonly input: InputDoc }) {
  const [moved, move] = useState<number | null>(null);
  const now = moved ?? awaited.value ?? input.frame;
  const last = input.frames - 1;
  // The slider follows the pen until its frame has come.
  useEffect(() => move(null), [input]);
  if (last < 1) return null;
  const step = (frame: number) => {
    move(null);
    void showFrame(frame);
  };
  const time = input.rate ? ` · ${clock(now / input.rate)}` : '';
  return (
    <fieldset
      class="row frames"
      title={`${input.frames.toLocaleString('en')} frames, counted from 0`}
    >
      <legend class="unseen">Frame</legend>
      <button
        type="button"
        class="icon-button"
        aria-label="Previous frame"
        disabled={now === 0}
        onClick={() => step(now - 1)}
      >
        <Icon name="left" />
      </button>
      <input
        type="range"
        aria-label="Frame"
        aria-valuetext={`frame ${now}${time}`}
        min={0}
        max={last}
        value={now}
        onInput={({ currentTarget }) => {
          move(currentTarget.valueAsNumber);
          void showFrame(currentTarget.valueAsNumber);
        }}
      />
      <button
        type="button"
        class="icon-button"
        aria-label="Next frame"
        disabled={now === last}
        onClick={() => step(now + 1)}
      >
        <Icon name="right" />
      </button>
      <span class="number" role="status">
        {now.toLocaleString('en')}
        {time}
      </span>
    </fieldset>
  );
}
