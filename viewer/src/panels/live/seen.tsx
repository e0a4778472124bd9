/** What the model sees: its input tensor as a picture, as the last frame was prepared. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { LivePlanDoc } from '../../client/documents';
import { halves } from '../../client/half';
import { times } from '../../state/numbers';
import { arrivals, type Picture, picture, request, sourceOf } from '../../state/pictures';
import { scaleFor } from '../../state/scales';
import { trace } from '../../state/store';

/** Paints a sheet in gray, or in colours where it has three planes. */
function paint(canvas: HTMLCanvasElement, shown: Picture): void {
  const { cells, planes, height, width, stats } = shown;
  const table = halves();
  const range = scaleFor(stats.value) ?? { low: stats.min ?? 0, high: stats.max ?? 1 };
  const factor = 255 / (range.high - range.low || 1);
  const image = new ImageData(width, height);
  const size = width * height;
  for (let i = 0; i < size; i++) {
    for (let channel = 0; channel < 3; channel++) {
      const bits = cells[i + (planes === 3 ? channel * size : 0)] ?? 0;
      const value = (table[bits] ?? 0) * stats.scale + stats.center;
      image.data[i * 4 + channel] = (value - range.low) * factor;
    }
    image.data[i * 4 + 3] = 255;
  }
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}

/** A picture of an input's tensor; nothing until there is one. */
export function InputPicture({ value }: { readonly value: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  void [arrivals.value, trace.value];
  const source = sourceOf(value);
  const shown = picture(source);
  useLayoutEffect(() => {
    if (!canvas.current) return;
    if (shown) paint(canvas.current, shown);
    else if (source) void request([{ source, size: 256 }]);
  }, [shown, source]);
  return (
    <canvas
      ref={canvas}
      class="seen pixelated"
      width={1}
      height={1}
      role="img"
      aria-label="What the model sees: its input as it was prepared"
    />
  );
}

export function Seen({ plan }: { readonly plan: LivePlanDoc }) {
  return (
    <figure class="live-seen">
      <InputPicture value={plan.value} />
      <figcaption>
        What the model sees <span class="number">{times([plan.width, plan.height])}</span>
      </figcaption>
    </figure>
  );
}
