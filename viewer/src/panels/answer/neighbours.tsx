/** The inputs whose vectors are most like this one: of the gallery, where one is open. */
import { entry, gallery, result } from '../../state/gallery';
import { Near } from '../gallery/side';

export function Neighbours() {
  const held = gallery.value;
  const ready = result.value?.state === 'done' && result.value.vectors.length > 0;
  if (held && ready && entry.value !== null) return <Near held={held} />;
  return (
    <p class="quiet">
      A vector that places the input among others: near ones are alike.{' '}
      {held
        ? ready
          ? 'Choose a picture of the gallery to see those most like it.'
          : 'Those most like it are shown once the gallery is through.'
        : 'Open many inputs with Gallery, then choose one of them, to see those most like it.'}
    </p>
  );
}
