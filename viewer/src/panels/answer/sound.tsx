/** A sound that the network gives: its wave, its spectrogram, and a way to hear it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { decode, tensor } from '../../client/blob';
import { bytes } from '../../client/keys';
import type { ReadingDoc, SoundDoc } from '../../client/readings';
import { complain } from '../../state/actions';
import { count } from '../../state/numbers';
import { seenOf, tailOf } from '../../state/readings';
import { Working } from './easel';
import { Side } from './side';
import { Sliders } from './sliders';

/** Least and largest of each stretch of the wave, one pair after the other. */
function useWave(key: string | null): Float32Array | null {
  const [wave, setWave] = useState<Float32Array | null>(null);
  useEffect(() => {
    if (!key) return;
    let wanted = true;
    bytes(key).then((body) => {
      const blob = decode(body);
      const [name] = blob.tensors.keys();
      if (wanted && name) setWave(tensor(blob, name).data as Float32Array);
    }, complain);
    return () => {
      wanted = false;
    };
  }, [key]);
  return wave;
}

function Wave({ wave }: { readonly wave: Float32Array }) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    const pen = canvas?.getContext('2d');
    if (!canvas || !pen) return;
    const pairs = wave.length / 2;
    canvas.width = Math.max(1, pairs);
    canvas.height = 160;
    const largest = wave.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-9);
    pen.fillStyle = getComputedStyle(canvas).color;
    for (let i = 0; i < pairs; i++) {
      const [low, high] = [wave[2 * i] ?? 0, wave[2 * i + 1] ?? 0];
      const top = 80 - (high / largest) * 78;
      pen.fillRect(i, top, 1, Math.max(1, ((high - low) / largest) * 78));
    }
  }, [wave]);
  return <canvas class="wave" ref={ref} role="img" aria-label="the wave over time" />;
}

export function Sound({ reading }: { readonly reading: ReadingDoc }) {
  const seen = seenOf<SoundDoc>('sound');
  const wave = useWave(seen ? tailOf(seen.key, '/wave').slice(1) : null);
  if (!seen) return <Working words="Reading the outputs…" />;
  const { rate, seconds, channels, note } = seen.content;
  return (
    <>
      <div class="answer-list scrolls sound">
        {wave && <Wave wave={wave} />}
        <img
          class="spectrogram"
          src={tailOf(seen.key, '/spectrogram.png')}
          alt="the spectrogram: time to the right, pitch upwards"
        />
        {/* biome-ignore lint/a11y/useMediaCaption: what the network gives has no captions */}
        <audio controls src={tailOf(seen.key, '/sound.wav')} />
      </div>
      <Side reading={reading}>
        <Sliders reading={reading} />
        <dl class="figures">
          <dt>length</dt>
          <dd class="number">{seconds.toFixed(2)} s</dd>
          <dt>rate</dt>
          <dd class="number">{count(rate)} Hz</dd>
          <dt>channels</dt>
          <dd class="number">{channels}</dd>
        </dl>
        {note && <p class="quiet">{note}</p>}
      </Side>
    </>
  );
}
