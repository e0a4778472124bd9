/** What colours of a depth and of a flow mean. */
import type { FieldPictureDoc } from '../../client/readings';
import { short } from '../../state/numbers';
import { fieldTable } from '../../state/readings';
import { tables } from '../../state/tables';

/** Tables that are read in order from dark to bright, or are usual for depth. */
const OFFERED = ['inferno', 'viridis', 'turbo', 'gray'];

function stripOf(colours: ArrayLike<number> | undefined): string {
  if (!colours) return 'none';
  const steps = 16;
  const last = colours.length / 3 - 1;
  const stops = Array.from({ length: steps + 1 }, (_, i) => {
    const at = Math.round((i / steps) * last) * 3;
    return `rgb(${colours[at]} ${colours[at + 1]} ${colours[at + 2]})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

export function DepthLegend({ content }: { readonly content: FieldPictureDoc }) {
  const { low, high, near, unit } = content;
  const [far, close] = near === 'high' ? [low, high] : [high, low];
  const name = fieldTable.value;
  const offered = tables.value.filter((one) => OFFERED.includes(one.name));
  return (
    <section class="field-legend" aria-label="What the colours mean">
      <i style={{ background: stripOf(tables.value.find((one) => one.name === name)?.colours) }} />
      <p class="ends">
        <span>
          far <b class="number">{short(far)}</b>
        </span>
        <span>
          near{' '}
          <b class="number">
            {short(close)} {unit ?? ''}
          </b>
        </span>
      </p>
      <label class="table-pick">
        <span>colours</span>
        <select
          value={name}
          onChange={({ currentTarget }) => {
            fieldTable.value = currentTarget.value;
          }}
        >
          {offered.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
    </section>
  );
}

/** The server's wheel: a cosine for each of red, green and blue, red to the right. */
function hueAt(turn: number): string {
  const one = (shift: number) => Math.round((0.5 + 0.5 * Math.cos(turn - shift)) * 255);
  return `rgb(${one(0)} ${one((2 * Math.PI) / 3)} ${one((4 * Math.PI) / 3)})`;
}

const WHEEL = Array.from({ length: 25 }, (_, i) => hueAt((i / 24) * 2 * Math.PI)).join(', ');

export function FlowLegend({
  most,
  unit,
}: {
  readonly most: number | null;
  readonly unit: string | null;
}) {
  return (
    <section class="field-legend flow-legend" aria-label="What the colours mean">
      <i
        style={{
          background: `radial-gradient(closest-side, #fff, transparent), conic-gradient(from 90deg, ${WHEEL})`,
        }}
      />
      <p>
        Colour is where to; white stands still, the rim moves{' '}
        <b class="number">
          {short(most, 3)} {unit ?? ''}
        </b>
        . Arrows are to one scale.
      </p>
    </section>
  );
}
