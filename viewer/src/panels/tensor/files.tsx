/** The open tensor as a file, and its sheet as a picture in the colours shown. */
import type { StatsDoc } from '../../client/documents';
import { scaleFor } from '../../state/scales';
import { styleOf } from '../../state/store';
import { Icon } from '../icons';
import { fileName } from '../names';
import { zoomFor } from './colourbar';

/** The key of the painted sheet, as the scene colours it now. */
function pictureQuery(stats: StatsDoc): string {
  const scale = scaleFor(stats.value);
  const [finest] = stats.levels;
  const query = new URLSearchParams({
    scale: String(zoomFor(finest?.height ?? 1, finest?.width ?? 1)),
    ...(scale ? { table: scale.table, low: String(scale.low), high: String(scale.high) } : {}),
    ...(styleOf(stats.value).scaling === 'map' ? { per: 'map' } : {}),
  });
  return query.toString();
}

interface Props {
  readonly stats: StatsDoc;
  readonly source: string;
  readonly name: string;
}

export function Files({ stats, source, name }: Props) {
  const plain = fileName(name);
  return (
    <>
      <a
        class="button"
        href={`.${source}/array.npy`}
        download={`${plain}.npy`}
        title="Save the tensor as a NumPy file"
      >
        <Icon name="save" />
        .npy
      </a>
      <a
        class="button"
        href={`.${source}/picture.png?${pictureQuery(stats)}`}
        download={`${plain}.png`}
        title="Save its maps as a picture, in these colours"
      >
        <Icon name="save" />
        .png
      </a>
    </>
  );
}
