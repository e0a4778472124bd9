/** All panels, each where it belongs. */
import { lecture, opened, phase, selected } from '../state/store';
import { Dialog, dialog } from './dialogs';
import { DropOverlay } from './drop';
import { Foot } from './foot/foot';
import { KeyHelp } from './keyhelp';
import { Layers } from './layers';
import { Legend } from './legend';
import { Messages } from './messages';
import { PreparationEditor } from './preparation/editor';
import { TryAll } from './preparation/tryall';
import { UnderWay } from './progress';
import { Offers } from './start/offers';
import { StartPage } from './start/start';
import { TensorPanel } from './tensor/panel';
import { Tooltip } from './tooltip';
import { TopBar, WayBack } from './topbar';

function OpenDialog() {
  switch (dialog.value) {
    case 'open':
      return (
        <Dialog title="Open a model">
          <Offers />
        </Dialog>
      );
    case 'keys':
      return (
        <Dialog title="Keys" wide>
          <KeyHelp />
        </Dialog>
      );
    case 'preparation':
      return (
        <Dialog title="Preparation of the picture">
          <PreparationEditor />
        </Dialog>
      );
    case 'try-all':
      return (
        <Dialog title="The best class under each preparation">
          <TryAll />
        </Dialog>
      );
    case null:
      return null;
  }
}

export function Page() {
  const open = opened.value !== null;
  const away = lecture.value;
  return (
    <>
      <Layers />
      {!away && <TopBar />}
      {!open && phase.value === 'start' && <StartPage />}
      <div class="over-stage">
        <Messages />
        <UnderWay />
      </div>
      <WayBack />
      {open && <Legend />}
      {open && selected.value && <TensorPanel />}
      {open && !away && <Foot />}
      <Tooltip />
      <OpenDialog />
      <DropOverlay />
    </>
  );
}
