/** The microphone: the network runs on the newest window of what is heard. */
import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LivePlanDoc } from '../../client/documents';
import { busy, dropFrames, type Frame, liveRun, newStream, stopFollowing } from '../../state/live';
import { Heard, levels, needed, resampled } from '../../state/sound';
import { useOn } from './camera';
import { close, open } from './devices';
import address from './listener.worklet.js?url';
import { StartButton } from './startbutton';

const RATES = [8000, 16000, 22050, 24000, 32000, 44100, 48000];
/** Between two runs at least, in milliseconds: windows overlap all the same. */
const HOP = 60;

/** What is heard now, for the picture of it. */
const shown = signal<Float32Array>(new Float32Array(0));

interface Ear {
  readonly heard: Heard;
  readonly rate: number;
  end(): void;
}

async function listen(length: (rate: number) => number, tell: (ear: Ear) => void): Promise<Ear> {
  const stream = await open('microphone');
  const context = new AudioContext();
  await context.audioWorklet.addModule(address);
  await context.resume();
  const node = new AudioWorkletNode(context, 'listener', {
    numberOfOutputs: 0,
    channelCount: 1,
    channelCountMode: 'explicit',
  });
  context.createMediaStreamSource(stream).connect(node);
  const heard = new Heard(length(context.sampleRate));
  const ear: Ear = {
    heard,
    rate: context.sampleRate,
    end: () => {
      close(stream);
      void context.close();
    },
  };
  node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
    heard.add(data);
    tell(ear);
  };
  return ear;
}

function frameOf(ear: Ear, plan: LivePlanDoc, rate: number, stream: string): Frame {
  const since = performance.now();
  const samples = resampled(ear.heard.newest(), ear.rate, rate, plan.samples);
  shown.value = samples;
  return { name: 'microphone', samples, since, stream };
}

function useMicrophone(on: boolean, plan: LivePlanDoc, rate: number, fail: (why: string) => void) {
  const [from, setFrom] = useState(0);
  useEffect(() => {
    if (!on) return;
    let wanted = true;
    let ear: Ear | null = null;
    let last = 0;
    const stream = newStream();
    const tell = (heard: Ear) => {
      const now = performance.now();
      if (!wanted || document.hidden || now - last < HOP || heard.heard.count < heard.heard.length)
        return;
      if (busy()) {
        dropFrames(1);
        return;
      }
      last = now;
      void liveRun(() => frameOf(heard, plan, rate, stream));
    };
    listen((native) => needed(plan.samples, native, rate), tell).then(
      (opened) => {
        ear = opened;
        if (wanted) setFrom(opened.rate);
        else opened.end();
      },
      (problem: unknown) => {
        if (wanted) fail(problem instanceof Error ? problem.message : String(problem));
      },
    );
    return () => {
      wanted = false;
      ear?.end();
      stopFollowing();
    };
  }, [on, plan, rate, fail]);
  return from;
}

const WIDE = 288;
const TALL = 96;

/** The window as the network gets it, from left to right. */
function Wave() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const samples = shown.value;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !canvas.current) return;
    context.clearRect(0, 0, WIDE, TALL);
    context.fillStyle = getComputedStyle(canvas.current).color;
    const per = Math.max(1, samples.length / WIDE);
    for (let x = 0; x < WIDE; x++) {
      const part = samples.subarray(
        Math.floor(x * per),
        Math.max(Math.floor(x * per) + 1, Math.floor((x + 1) * per)),
      );
      const [low, high] = [Math.min(0, ...part), Math.max(0, ...part)];
      const [top, bottom] = [((1 - high) * TALL) / 2, ((1 - low) * TALL) / 2];
      context.fillRect(x, top, 1, Math.max(1, bottom - top));
    }
  }, [samples]);
  return (
    <canvas
      ref={canvas}
      class="live-wave"
      width={WIDE}
      height={TALL}
      role="img"
      aria-label="The sound that the network gets"
    />
  );
}

/** Decibels below full scale that the meter begins at. */
const FLOOR = 60;

function Meter() {
  const { peak, mean } = levels(shown.value);
  const share = (decibels: number) => Math.max(0, 1 + decibels / FLOOR);
  return (
    <div class="live-meter">
      <meter min={0} max={1} value={share(mean)} aria-label="Level" />
      <span class="number">{shown.value.length > 0 ? `${peak.toFixed(0)} dB peak` : ''}</span>
    </div>
  );
}

export function Microphone({ plan }: { readonly plan: LivePlanDoc }) {
  const [on, turn] = useOn();
  const [why, fail] = useState('');
  const [rate, setRate] = useState(plan.rate);
  const from = useMicrophone(on && !why, plan, rate, fail);
  return (
    <>
      <Wave />
      <Meter />
      {why && (
        <p class="live-why" role="alert">
          {why}
        </p>
      )}
      <div class="row">
        <label class="field" title={plan.guessed ? 'A guess: the file does not say' : ''}>
          <span class="quiet">Rate</span>
          <select
            value={rate}
            onChange={({ currentTarget }) => setRate(Number(currentTarget.value))}
          >
            {[...new Set([...RATES, plan.rate])]
              .sort((a, b) => a - b)
              .map((one) => (
                <option key={one} value={one}>
                  {one.toLocaleString('en')} Hz
                </option>
              ))}
          </select>
          {plan.guessed && rate === plan.rate && <em class="guessed">guessed</em>}
        </label>
        <span class="gap" />
        <StartButton
          on={on}
          why={why}
          fail={fail}
          turn={turn}
          start="Listen"
          stop="Stop listening"
        />
      </div>
      <p class="quiet">
        {plan.samples.toLocaleString('en')} samples a run, {(plan.samples / rate).toFixed(2)} s
        {from > 0 &&
          from !== rate &&
          `; the microphone gives ${from.toLocaleString('en')} Hz, which is converted`}
        .
      </p>
    </>
  );
}
