/** A sound that the network gives: its wave and spectrogram over one time, and a way to hear it. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ReadingDoc, SoundDoc } from '../../client/readings';
import { complain } from '../../state/actions';
import { count, short } from '../../state/numbers';
import { type Seen, seenOf, tailOf } from '../../state/readings';
import { drawWave, waveOf } from '../../state/writtencard';
import { useRoom, Working } from './easel';
import { Pixel } from './pixel';
import { askAt, asked, glimpse } from './place';
import { Side } from './side';
import { Sliders } from './sliders';
import { ticksOf, timeWords } from './ticks';

/** Least and largest of each stretch of the wave, one pair after the other. */
function useWave(seen: Seen | null): Float32Array | null {
  const [wave, setWave] = useState<Float32Array | null>(null);
  const key = seen?.key;
  useEffect(() => {
    if (!key) return;
    let wanted = true;
    waveOf({ key }).then((next) => {
      if (wanted) setWave(next);
    }, complain);
    return () => {
      wanted = false;
    };
  }, [key]);
  return wave;
}

function Wave({ wave }: { readonly wave: Float32Array }) {
  const [ref, [width, height]] = useRoom<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [most, setMost] = useState(0);
  useEffect(() => {
    const to = canvas.current;
    const pen = to?.getContext('2d');
    if (!to || !pen || width === 0) return;
    [to.width, to.height] = [width * devicePixelRatio, height * devicePixelRatio];
    setMost(drawWave(pen, wave, getComputedStyle(to).color));
  }, [wave, width, height]);
  return (
    <div class="wave" ref={ref}>
      <canvas ref={canvas} role="img" aria-label="the wave over time" />
      <span class="level top number">{short(most, 3)}</span>
      <span class="level number">0</span>
      <span class="level bottom number">{short(-most, 3)}</span>
    </div>
  );
}

/** Frequencies beside the spectrogram, from none at the bottom to half the rate at the top. */
function Pitches({ rate }: { readonly rate: number }) {
  return (
    <div class="pitches number" aria-hidden="true">
      {ticksOf(rate / 2, 4).map((pitch) => (
        <span key={pitch} style={{ bottom: `${(pitch / (rate / 2)) * 100}%` }}>
          {pitch >= 1000 ? `${pitch / 1000} kHz` : `${pitch} Hz`}
        </span>
      ))}
    </div>
  );
}

function Times({ seconds }: { readonly seconds: number }) {
  return (
    <div class="times number" aria-hidden="true">
      {ticksOf(seconds, 8).map((time) => (
        <span key={time} style={{ left: `${(time / seconds) * 100}%` }}>
          {timeWords(time)}
        </span>
      ))}
    </div>
  );
}

interface PlotProps {
  readonly seen: Seen;
  readonly content: SoundDoc;
  /** Where the player is, in seconds. */
  readonly now: number;
}

/** Wave over spectrogram; a click asks for the sample beneath. */
function Plot({ seen, content, now }: PlotProps) {
  const wave = useWave(seen);
  const { samples, seconds, rate } = content;
  const at = useSignal<number | null>(null);
  const spot = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(0.999999, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const marked = asked.value?.key.startsWith(`/t/${seen.trace}/reading/${seen.reading.id}/`)
    ? (asked.value.at[0] + 0.5) / samples
    : null;
  return (
    <div class="sound-plot">
      <div
        class="sound-room"
        onPointerMove={(event) => {
          at.value = spot(event);
          glimpse(seen, [at.value * samples, 0]);
        }}
        onPointerLeave={() => {
          at.value = null;
          glimpse(seen, null);
        }}
        onPointerUp={(event) => void askAt(seen, [spot(event) * samples, 0])}
      >
        {wave ? <Wave wave={wave} /> : <div class="wave" />}
        <div class="spectrogram-room">
          <img
            class="spectrogram"
            src={tailOf(seen.key, '/spectrogram.png')}
            alt="the spectrogram: time to the right, pitch upwards"
          />
          <Pitches rate={rate} />
        </div>
        {at.value !== null && <i class="time-line" style={{ left: `${at.value * 100}%` }} />}
        {marked !== null && <i class="time-line asked" style={{ left: `${marked * 100}%` }} />}
        {now > 0 && <i class="time-line playing" style={{ left: `${(now / seconds) * 100}%` }} />}
      </div>
      <Times seconds={seconds} />
    </div>
  );
}

export function Sound({ reading }: { readonly reading: ReadingDoc }) {
  const seen = seenOf<SoundDoc>('sound');
  const [now, setNow] = useState(0);
  if (!seen) return <Working words="Reading the outputs…" />;
  const { rate, seconds, channels, note } = seen.content;
  return (
    <>
      <div class="answer-list sound">
        <Plot seen={seen} content={seen.content} now={now} />
        {/* biome-ignore lint/a11y/useMediaCaption: what the network gives has no captions */}
        <audio
          controls
          src={tailOf(seen.key, '/sound.wav')}
          onTimeUpdate={({ currentTarget }) => setNow(currentTarget.currentTime)}
        />
      </div>
      <Side
        reading={reading}
        results={
          <Pixel
            seen={seen}
            title={(at) => `Sample ${count(Math.floor(at[0]))}`}
            hint="Click on the wave to see which number made a sample."
          />
        }
      >
        <Sliders reading={reading} />
        <dl class="figures">
          <dt>length</dt>
          <dd class="number">{seconds.toFixed(2)} s</dd>
          <dt>rate</dt>
          <dd class="number">{count(rate)} Hz</dd>
          <dt>channels</dt>
          <dd class="number">{channels}</dd>
          <dt>loudness</dt>
          <dd class="decibels">
            <i />
            <span class="number">−80 … 0 dB of the loudest</span>
          </dd>
        </dl>
        {note && <p class="quiet">{note}</p>}
      </Side>
    </>
  );
}
