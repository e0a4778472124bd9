/** The gallery at large: its entries, what they amount to, and ways to choose another. */
import { collecting, gallery, openGallery } from '../../state/gallery';
import { trace } from '../../state/store';
import { Grid } from './grid';
import { GalleryButtons, GalleryOffers } from './offers';
import { Side } from './side';
import { Tools } from './tools';

export function GalleryView() {
  const held = gallery.value;
  if (!held || collecting.value) return <GalleryOffers />;
  return (
    <div class="gallery-view">
      <header>
        <p>
          <strong title={held.doc.name}>{held.doc.name}</strong>
        </p>
        <GalleryButtons />
        <button
          type="button"
          class="button"
          title="Predict again, with the preparation as it is now"
          disabled={!trace.value}
          onClick={() => void openGallery({ again: held.doc.id })}
        >
          Predict again
        </button>
      </header>
      <Tools total={held.doc.count} />
      <Grid held={held} />
      <Side held={held} />
    </div>
  );
}
