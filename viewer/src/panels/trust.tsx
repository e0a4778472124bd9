/** Asks whether the code that a file holds may run. */
import { untrusted } from '../state/store';
import { Dialog } from './dialogs';

const away = (): void => {
  untrusted.value = null;
};

export function TrustDialog() {
  const asked = untrusted.value;
  if (!asked) return null;
  return (
    <Dialog title="Run the code in this file?" closed={away}>
      <div class="trust">
        <p>
          <b>Code in this file will run on this computer with your rights:</b> it can read, change
          and send whatever you can. Go on only where you know who made the file.
        </p>
        <p class="number quiet">{asked.name}</p>
        <div class="row">
          <button type="button" class="button primary" onClick={away}>
            Leave it closed
          </button>
          <button
            type="button"
            class="button"
            onClick={() => {
              away();
              asked.open();
            }}
          >
            Run its code and open it
          </button>
        </div>
      </div>
    </Dialog>
  );
}
