/** The camera: the network runs on what it sees, as often as it can. */
import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LivePlanDoc } from '../../client/documents';
import { newStream, stopFollowing } from '../../state/live';
import { following, trace } from '../../state/store';
import { Switch } from '../segments';
import { close, open } from './devices';
import { everyFrame, offer } from './frames';
import { beginsAtOnce } from './open';
import { Seen } from './seen';
import { StartButton } from './startbutton';

/** As in a mirror: what a person expects of a picture of themselves. */
export const mirrored = signal(true);

/** Starts the device for as long as `on`; in a sentence why there is none. */
function useCamera(on: boolean, fail: (why: string) => void) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const shown = video.current;
    if (!on || !shown) return;
    let stream: MediaStream | null = null;
    let end = () => {};
    let wanted = true;
    const start = async () => {
      stream = await open('camera');
      if (!wanted) {
        close(stream);
        return;
      }
      shown.srcObject = stream;
      stream
        .getVideoTracks()[0]
        ?.addEventListener('ended', () =>
          fail('The camera was unplugged or taken away: connect it, then start it again.'),
        );
      await shown.play();
      const seen = newStream();
      end = everyFrame(shown, () => offer(shown, 'camera', seen, () => mirrored.peek()));
    };
    start().catch((problem: unknown) => {
      if (wanted) fail(problem instanceof Error ? problem.message : String(problem));
    });
    return () => {
      wanted = false;
      end();
      close(stream);
      shown.srcObject = null;
      stopFollowing();
    };
  }, [on, fail]);
  return video;
}

/** On until the user, or a run of another kind, ends it. */
export function useOn(): readonly [boolean, (on: boolean) => void] {
  const [on, turn] = useState(beginsAtOnce);
  const began = useRef(false);
  useEffect(
    () =>
      following.subscribe((now) => {
        if (now) began.current = true;
        else if (began.current) {
          began.current = false;
          turn(false);
        }
      }),
    [],
  );
  return [on, turn];
}

export function Camera({ plan }: { readonly plan: LivePlanDoc }) {
  const [on, turn] = useOn();
  const [why, fail] = useState('');
  const ran = trace.value?.input?.name === 'camera';
  const video = useCamera(on && !why, fail);
  return (
    <>
      <div class="pad-row">
        <div class="live-view">
          <video ref={video} class={mirrored.value ? 'mirrored' : ''} muted playsInline />
          {why && <p class="live-off">No picture.</p>}
          {!on && !why && (
            <p class="live-off">
              {ran ? 'The last frame stays in the scene.' : 'The camera is off.'}
            </p>
          )}
        </div>
        <Seen plan={plan} />
      </div>
      {why && (
        <p class="live-why" role="alert">
          {why}
        </p>
      )}
      <div class="row">
        <Switch
          words="Mirrored"
          title="As in a mirror; the network gets the picture as it is shown"
          on={mirrored.value}
          turn={(next) => {
            mirrored.value = next;
          }}
        />
        <span class="gap" />
        <StartButton
          on={on}
          why={why}
          fail={fail}
          turn={turn}
          start="Start the camera"
          stop="Stop the camera"
        />
      </div>
      <p class="quiet">
        {mirrored.value
          ? 'The network gets the mirrored picture, as it is shown here.'
          : 'The network gets the picture as the camera has it.'}
      </p>
    </>
  );
}
