/** What of the input, and of every earlier tensor, the chosen number depends on. */
import type { FieldBox } from '../../client/documents';
import { select } from '../../state/actions';
import { chosen, field } from '../../state/probe';
import { opened } from '../../state/store';
import { boxWords } from '../cells';

function Box({ box }: { readonly box: FieldBox }) {
  const graph = opened.value?.graph;
  const value = graph?.value(box.value);
  if (!graph || !value) return null;
  const node = graph.producerOf(box.value);
  return (
    <li>
      <button
        type="button"
        class="link"
        title={`Open ${value.name}`}
        onClick={() => select({ value: box.value, node: node < 0 ? null : node, map: null })}
      >
        {value.name}
      </button>
      <span class="number" title={box.why}>
        {box.whole ? 'all of it' : `[${boxWords(box)}]`}
        {!box.exact && ' at most'}
      </span>
    </li>
  );
}

export function Field() {
  const seen = field.value;
  if (!seen || seen.value !== chosen.value?.value) return null;
  const inputs = seen.fields.filter((box) => seen.inputs.includes(box.value));
  const others = seen.fields.filter((box) => !seen.inputs.includes(box.value));
  return (
    <section class="seen" aria-label="Theoretical receptive field">
      <h3>Theoretical receptive field</h3>
      <ul>
        {inputs.map((box) => (
          <Box key={box.value} box={box} />
        ))}
      </ul>
      {others.length > 0 && (
        <details>
          <summary>{`in ${others.length} earlier tensors`}</summary>
          <ul>
            {others.map((box) => (
              <Box key={box.value} box={box} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
