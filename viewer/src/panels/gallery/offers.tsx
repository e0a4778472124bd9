/** The ways to choose many inputs: files, a folder, a path. */
import { complain } from '../../state/actions';
import { collecting, openGallery } from '../../state/gallery';
import { sendTogether } from '../../state/sending';
import { FileButton } from '../filebutton';
import { PathField } from '../pathfield';

interface Part {
  readonly path: string;
  readonly file: File;
}

/** Sends files and makes a gallery of them; whether that went well. */
export async function takeInputs(parts: readonly Part[]): Promise<boolean> {
  try {
    return await openGallery({ uploads: [await sendTogether(parts)] });
  } catch (problem) {
    complain(problem);
    return false;
  }
}

const partOf = (file: File): Part => ({ path: file.webkitRelativePath || file.name, file });

/** Hidden files are the system's own. */
const visible = (part: Part): boolean => !/(^|\/)\./.test(part.path);

export function GalleryButtons({ primary = false }: { readonly primary?: boolean }) {
  const take = (files: readonly File[]) => void takeInputs(files.map(partOf).filter(visible));
  return (
    <div class="row">
      <FileButton accept="" takeAll={take} folder primary={primary}>
        Choose a folder
      </FileButton>
      <FileButton accept="" takeAll={take}>
        Choose files
      </FileButton>
    </div>
  );
}

export function GalleryOffers() {
  if (collecting.value) return <p class="gallery-offers">Reading the gallery …</p>;
  return (
    <div class="gallery-offers">
      <p>
        <strong>Many inputs at once.</strong> A folder, a zip, several files, or one file of many: a
        stacked <code>.npy</code>, an <code>.npz</code> of <code>x</code> and <code>y</code>, an IDX
        file of the MNIST family. Folders by class tell what is right: then mistakes come first.
      </p>
      <GalleryButtons primary />
      <PathField placeholder="~/pictures" open={(path) => void openGallery({ path })} />
    </div>
  );
}
