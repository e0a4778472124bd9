/** The ways to open a model: the demo, a file, a path, one of the recent ones. */
import { useEffect, useState } from 'preact/hooks';
import { openModel } from '../../state/actions';
import { askState } from '../../state/events';
import { server } from '../../state/store';
import { closeDialog } from '../dialogs';
import { dragging, dropWords, takeModel } from '../drop';
import { FileButton } from '../filebutton';
import { MODELS } from '../files';
import { PathField } from '../pathfield';

function open(what: Parameters<typeof openModel>[0]): void {
  closeDialog();
  void openModel(what);
}

function Demo() {
  const said = server.value?.demo;
  const [pictured, setPictured] = useState(true);
  if (!said) return null;
  return (
    <button type="button" class="demo-offer" onClick={() => open({ demo: true })}>
      {pictured && (
        <img
          src="./samples/0.png"
          alt=""
          width="112"
          height="112"
          onError={() => setPictured(false)}
        />
      )}
      <span class="demo-words">
        <strong>Open the demo</strong>
        <span>{said}</span>
      </span>
    </button>
  );
}

function DropZone() {
  const what = dragging.value;
  return (
    <div class={what ? 'drop-zone over' : 'drop-zone'}>
      <p>
        <strong>{what ? dropWords(what) : 'Drop a model file here'}</strong>
        <span>
          ONNX, Keras, PyTorch, TensorFlow, TFLite, OpenVINO, Paddle, Core ML, safetensors, GGUF,
          XGBoost, LightGBM, scikit-learn; files that belong together, or a folder, in one go
        </span>
      </p>
      <FileButton accept={MODELS} takeAll={takeModel} title={MODELS.replaceAll(',', ' ')}>
        Choose files
      </FileButton>
    </div>
  );
}

function Recents() {
  const recents = server.value?.recents ?? [];
  if (recents.length === 0) return null;
  return (
    <section class="recents">
      <h3>Recent</h3>
      <ul>
        {recents.map((one) => (
          <li key={one.path}>
            <button type="button" title={one.path} onClick={() => open({ path: one.path })}>
              <strong>{one.name}</strong>
              <span>{one.path}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Offers() {
  useEffect(() => {
    // The recent models have changed since the page was loaded.
    void askState().catch(() => undefined);
  }, []);
  return (
    <div class="offers">
      <Demo />
      <DropZone />
      <PathField placeholder="~/models/alexnet.h5" open={(path) => open({ path })} />
      <Recents />
    </div>
  );
}
