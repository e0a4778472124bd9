/** A video file of the user's: its frames go to the network while it plays, and where it is sought. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LivePlanDoc } from '../../client/documents';
import { newStream, stopFollowing } from '../../state/live';
import { FileButton } from '../filebutton';
import { everyFrame, offer } from './frames';
import { Seen } from './seen';

const VIDEOS = 'video/*,.mp4,.webm,.mov,.mkv,.ogv';

/** Every frame that plays, and the one that is sought. */
function useFrames(address: string | null, name: string) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const shown = video.current;
    if (!address || !shown) return;
    let stream = newStream();
    // At another place, or from the start again, nothing is carried on.
    const begin = () => {
      stream = newStream();
    };
    shown.addEventListener('seeking', begin);
    const end = everyFrame(shown, () => offer(shown, name, stream, () => false));
    return () => {
      end();
      shown.removeEventListener('seeking', begin);
      stopFollowing();
      URL.revokeObjectURL(address);
    };
  }, [address, name]);
  return video;
}

export function VideoFile({ plan }: { readonly plan: LivePlanDoc }) {
  const [file, setFile] = useState<{ readonly name: string; readonly address: string } | null>(
    null,
  );
  const [why, fail] = useState('');
  const video = useFrames(file?.address ?? null, file?.name ?? '');
  const take = (chosen: File) => {
    fail('');
    setFile({ name: chosen.name, address: URL.createObjectURL(chosen) });
  };
  return (
    <>
      <div class="pad-row">
        <div class="live-view">
          {file && !why ? (
            <video
              ref={video}
              src={file.address}
              controls
              muted
              loop
              autoplay
              playsInline
              onError={() =>
                fail(
                  `The browser cannot play ${file.name}: it is no video, or of a kind that it does not know. Choose an MP4 (H.264) or WebM file.`,
                )
              }
            />
          ) : (
            <p class="live-off">No video yet.</p>
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
        <strong class="live-name">{file?.name}</strong>
        <span class="gap" />
        <FileButton
          accept={VIDEOS}
          take={take}
          title="It stays in this browser; its frames go to the network"
        >
          Choose a video
        </FileButton>
      </div>
    </>
  );
}
