/** Whether the live panel stands open, and which source it shows. */
import { effect, signal } from '@preact/signals';
import { complain } from '../../state/actions';
import { askPlan, plan, stopFollowing } from '../../state/live';
import { lecture, opened } from '../../state/store';

export type SourceName = 'pad' | 'camera' | 'video' | 'microphone';

export const liveOpen = signal(false);
export const source = signal<SourceName>('pad');

/** Whether a device begins at once: where the user has asked for it, not where a model was opened. */
let asked = true;
export const beginsAtOnce = (): boolean => asked;

/** Opens the panel at the source that suits the model, or closes it. */
export async function toggleLive(): Promise<void> {
  if (liveOpen.value) {
    closeLive();
    return;
  }
  if (!opened.value?.graph.runs) return;
  lecture.value = false;
  asked = true;
  liveOpen.value = true;
  await suit();
}

export function closeLive(): void {
  liveOpen.value = false;
  stopFollowing();
}

export function chooseSource(name: SourceName): void {
  if (name === source.value) return;
  stopFollowing();
  asked = true;
  source.value = name;
}

/** Asks what the model takes, and shows a source that gives it. */
async function suit(): Promise<void> {
  try {
    await askPlan();
  } catch (problem) {
    complain(problem);
  }
  const kind = plan.value?.kind;
  if (kind === 'sound') source.value = 'microphone';
  if (kind === 'picture' && source.value === 'microphone') source.value = 'pad';
}

effect(() => {
  if (!opened.value) liveOpen.value = false;
  else if (liveOpen.peek()) {
    asked = false;
    void suit();
  }
});
