/** The pictures that come with Cutaway, to be fed with a click. */
import { useEffect, useRef } from 'preact/hooks';
import { run } from '../../state/actions';
import { samples } from '../../state/samples';
import { trace } from '../../state/store';

export function Samples() {
  const strip = useRef<HTMLElement>(null);
  const fed = trace.value?.input?.name;
  useEffect(() => {
    const marked = strip.current?.querySelector('[aria-pressed="true"]');
    marked?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [fed]);
  if (samples.value.length === 0) return null;
  return (
    <section class="samples" aria-label="Sample pictures" ref={strip}>
      <ul>
        {samples.value.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              title={`Feed ${one.name}`}
              aria-label={`Feed ${one.name}`}
              aria-pressed={one.name === fed}
              onClick={() => void run({ sample: one.id })}
            >
              <img
                src={`./samples/${one.id}.png`}
                alt=""
                width="28"
                height="28"
                loading="lazy"
                class="pixelated"
              />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
