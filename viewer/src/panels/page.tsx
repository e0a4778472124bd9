/** All panels, each where it belongs. */

import { gallery } from '../state/gallery';
import { answerOpen } from '../state/readings';
import { lecture, opened, phase, selected } from '../state/store';
import { AnswerPanel } from './answer/panel';
import { ReadAs } from './answer/readas';
import { Dialog, dialog } from './dialogs';
import { Disturb } from './disturb/panel';
import { DropOverlay } from './drop';
import { Foot } from './foot/foot';
import { GalleryView } from './gallery/gallery';
import { Inputs } from './inputs/inputs';
import { Synthetic } from './inputs/synthetic';
import { KeyHelp } from './keyhelp';
import { Legend } from './legend';
import { LivePanel } from './live/panel';
import { Messages } from './messages';
import { Minimap } from './minimap/minimap';
import { Outline } from './outline/outline';
import './preparation/asked';
import { PreparationEditor } from './preparation/editor';
import { TryAll } from './preparation/tryall';
import { UnderWay } from './progress';
import { Search } from './search/search';
import { Offers } from './start/offers';
import { StartPage } from './start/start';
import { TensorPanel } from './tensor/panel';
import { Tooltip } from './tooltip';
import { TopBar, WayBack } from './topbar';
import { TrustDialog } from './trust';

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
        <Dialog title="Preparation of the input" wide>
          <PreparationEditor />
        </Dialog>
      );
    case 'try-all':
      return (
        <Dialog title="The best class under each preparation">
          <TryAll />
        </Dialog>
      );
    case 'inputs':
      return (
        <Dialog title="Inputs" wide>
          <Inputs />
        </Dialog>
      );
    case 'synthetic':
      return (
        <Dialog title="A synthetic input">
          <Synthetic />
        </Dialog>
      );
    case 'gallery':
      return (
        <Dialog title="Gallery" wide={gallery.value === null} full={gallery.value !== null}>
          <GalleryView />
        </Dialog>
      );
    case 'reading':
      return (
        <Dialog title="How the outputs are read" wide>
          <ReadAs />
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
      <Outline />
      {!away && <TopBar />}
      <Search />
      {!open && phase.value === 'start' && <StartPage />}
      <div class="over-stage">
        <Messages />
        <UnderWay />
      </div>
      <LivePanel />
      <Minimap />
      <WayBack />
      {open && <Legend />}
      {open && answerOpen.value && <AnswerPanel />}
      {open && selected.value && <TensorPanel />}
      {open && !away && <Foot />}
      {open && !away && <Disturb />}
      <Tooltip />
      <OpenDialog />
      <TrustDialog />
      <DropOverlay />
    </>
  );
}
