/** The pictures that come with Cutaway, to be fed with a click. */
import { run } from '../../state/actions';
import { samples } from '../../state/samples';
import { trace } from '../../state/store';

export function Samples() {
  if (samples.value.length === 0) return null;
  const fed = trace.value?.input?.name;
  return (
    <section class="samples" aria-label="Sample pictures">
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
