/** Where places of a flow move to, as arrows over the picture. */
import type { FieldPictureDoc } from '../../client/readings';
import { arrowsIn } from './arrowplaces';
import type { Fit, Size } from './fit';

interface Props {
  readonly arrows: FieldPictureDoc['arrows'];
  readonly fit: Fit;
  readonly room: Size;
  /** Those further left are left out, in CSS pixels: there the input is seen. */
  readonly from?: number;
}

export function Arrows({ arrows, fit, room, from = 0 }: Props) {
  if (arrows.length === 0) return null;
  return (
    <svg class="overlay arrows" width={room[0]} height={room[1]} aria-hidden="true">
      {arrowsIn(arrows, fit)
        .filter((one) => one.x >= from)
        .map(({ x, y, tip, head }, i) => (
          <g key={i} data-arrow={i}>
            <path class="halo" d={`M${x} ${y}L${tip.join(' ')}${head}`} />
            <path class="line" d={`M${x} ${y}L${tip.join(' ')}${head}`} />
          </g>
        ))}
    </svg>
  );
}
