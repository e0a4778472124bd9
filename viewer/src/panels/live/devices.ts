/** Camera and microphone: asked for, and in a sentence why there is none. */

export type Device = 'camera' | 'microphone';

const REASONS: Readonly<Record<string, (device: Device) => string>> = {
  NotAllowedError: (d) =>
    `The browser was not allowed to use the ${d}: allow it for this page, at the left of the address bar, then start it again.`,
  NotFoundError: (d) =>
    `This machine has no ${d}, or the browser does not see it: connect one, then start again.`,
  NotReadableError: (d) =>
    `The ${d} cannot be read: another program may be using it. End that, then start again.`,
  OverconstrainedError: (d) => `The ${d} offers nothing that can be used here: choose another one.`,
};

/** Why a device was not had, in one sentence. */
export function whyNot(problem: unknown, device: Device): string {
  const name = problem instanceof Error ? problem.name : '';
  const said = problem instanceof Error ? problem.message : String(problem);
  return REASONS[name]?.(device) ?? `The ${device} could not be started: ${said}`;
}

/** What the browser says where it gives no devices to this page at all. */
export const insecure = (device: Device, host: string): string =>
  `The browser gives a ${device} only to pages of this machine or over https, not to http://${host}: open Cutaway at http://localhost, through an SSH tunnel (ssh -L) where it runs elsewhere.`;

/** The stream of a device; throws with a sentence for the user. */
export async function open(device: Device): Promise<MediaStream> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new Error(insecure(device, location.host));
  try {
    return await devices.getUserMedia(
      device === 'camera'
        ? { video: { width: { ideal: 640 }, height: { ideal: 480 } } }
        : // The network is to hear what there is, not what a telephone makes of it.
          { audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } },
    );
  } catch (problem) {
    throw new Error(whyNot(problem, device));
  }
}

export function close(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
