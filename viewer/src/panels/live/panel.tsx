/** Live: the network runs on what is drawn, seen or heard, and everything follows. */
import type { LivePlanDoc } from '../../client/documents';
import { fitRanges, plan, rates, stopFollowing } from '../../state/live';
import { following, holdRange, lecture, opened } from '../../state/store';
import { Icon } from '../icons';
import { useEdge } from '../measure';
import { type Choice, Segments } from '../segments';
import { Camera } from './camera';
import { Microphone } from './microphone';
import { chooseSource, closeLive, liveOpen, type SourceName, source } from './open';
import { Pad } from './pad';
import { VideoFile } from './video';

const PICTURES: readonly Choice<SourceName>[] = [
  { value: 'pad', words: 'Draw' },
  { value: 'camera', words: 'Camera' },
  { value: 'video', words: 'Video file' },
];

function Body({ doc }: { readonly doc: LivePlanDoc }) {
  if (doc.kind === 'none') {
    return <p class="live-why">Nothing live can be fed to this model: {doc.why}.</p>;
  }
  if (doc.kind === 'sound') return <Microphone plan={doc} />;
  switch (source.value) {
    case 'camera':
      return <Camera plan={doc} />;
    case 'video':
      return <VideoFile plan={doc} />;
    default:
      return <Pad plan={doc} />;
  }
}

/** How fast it goes; the words stay in their places. */
function Status() {
  const now = rates.value;
  const on = following.value;
  return (
    <footer class="live-status">
      <dl>
        <div title="Frames shown in a second">
          <dt>a second</dt>
          <dd class="number">{now ? now.fps.toFixed(now.fps < 10 ? 1 : 0) : '–'}</dd>
        </div>
        <div title="The server's part: preparation, run and pictures, the median of the last seconds">
          <dt>server</dt>
          <dd class="number">{now ? `${now.server.toFixed(0)} ms` : '–'}</dd>
        </div>
        <div title="Frames that a newer one replaced before they were run">
          <dt>dropped</dt>
          <dd class="number">{now ? now.dropped : '–'}</dd>
        </div>
      </dl>
      <div class="row">
        <button
          type="button"
          class="button"
          title="Colour ranges are held while live: take them from the frame shown now"
          disabled={!on || !holdRange.value}
          onClick={fitRanges}
        >
          Fit ranges
        </button>
        <button
          type="button"
          class="button"
          title="The last frame stays, as any other run; colour ranges are let go"
          disabled={!on}
          onClick={stopFollowing}
        >
          Stop
        </button>
      </div>
    </footer>
  );
}

export function LivePanel() {
  const open = liveOpen.value && opened.value !== null && !lecture.value;
  const edge = useEdge<HTMLElement>(open ? 'left' : null);
  if (!open) return null;
  const doc = plan.value;
  return (
    <aside class="live panel" aria-label="Live input" ref={edge}>
      <header>
        <h2>Live</h2>
        {doc?.kind === 'picture' && (
          <Segments label="Source" choices={PICTURES} value={source.value} choose={chooseSource} />
        )}
        {doc?.kind === 'sound' && <span class="quiet">Microphone</span>}
        <button
          type="button"
          class="icon-button"
          aria-label="Close the live panel"
          title="Close the live panel (q)"
          onClick={closeLive}
        >
          <Icon name="close" />
        </button>
      </header>
      <div class="live-body">{doc && <Body doc={doc} />}</div>
      <Status />
    </aside>
  );
}
