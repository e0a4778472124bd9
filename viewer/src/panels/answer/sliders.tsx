/** Thresholds of a reading: moving one draws anew, without a run. */
import type { ReadingDoc, SliderDoc } from '../../client/readings';
import { awaited, movedOf, moveSlider, resetSliders, sliderValue } from '../../state/readings';
import { sliderWords } from './words';

function Slider({ reading, slider }: { readonly reading: ReadingDoc; readonly slider: SliderDoc }) {
  const value = sliderValue(reading, slider.name);
  return (
    <label class="slider">
      <span>{slider.words}</span>
      <output class="number">{sliderWords(value, slider.step)}</output>
      <input
        type="range"
        name={slider.name}
        min={slider.low}
        max={slider.high}
        step={slider.step}
        value={value}
        onInput={({ currentTarget }) =>
          moveSlider(reading, slider.name, Number(currentTarget.value))
        }
      />
    </label>
  );
}

export function Sliders({ reading }: { readonly reading: ReadingDoc }) {
  if (reading.sliders.length === 0) return null;
  const moved = Object.keys(movedOf(reading)).length > 0;
  return (
    <fieldset class={awaited.value ? 'sliders busy' : 'sliders'} aria-busy={awaited.value !== ''}>
      <legend class="unseen">Thresholds</legend>
      {reading.sliders.map((slider) => (
        <Slider key={slider.name} reading={reading} slider={slider} />
      ))}
      {moved && (
        <button type="button" class="text-button" onClick={() => resetSliders(reading)}>
          As recognized
        </button>
      )}
    </fieldset>
  );
}
