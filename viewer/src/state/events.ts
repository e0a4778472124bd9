/** What the server tells of its own accord: progress, and the end of a worker. */
import type { ServerEvent, StateDoc } from '../client/documents';
import { events, json } from '../client/keys';
import { reopen, say } from './actions';
import { heardOfGallery } from './gallery';
import * as s from './store';

const PATIENCE = 1500;

function progressed(event: ServerEvent): void {
  const running = s.running.value;
  if (!running || running.trace !== event.trace || event.state !== 'progress') return;
  s.running.value = { ...running, done: event.done ?? 0, total: event.total ?? 0 };
}

function ended(event: ServerEvent): void {
  if (event.model !== s.opened.value?.id) return;
  s.phase.value = 'lost';
  s.running.value = null;
  say('error', event.message ?? 'the process that held the model is gone', {
    label: 'Open it again',
    act: () => void reopen(),
  });
}

function hear(event: ServerEvent): void {
  if (event.type === 'opening') {
    if (event.model === s.opening.value) s.stage.value = event.stage ?? '';
  } else if (event.type === 'run') progressed(event);
  else if (event.type === 'gallery') heardOfGallery(event);
  else if (event.type === 'worker-ended') ended(event);
}

/** Listens for as long as the page lives. */
export async function listen(): Promise<never> {
  let after = 0;
  for (;;) {
    try {
      const answer = await events(after);
      // A server that was started again counts from one.
      after = answer.last < after ? 0 : answer.last;
      for (const event of answer.events) hear(event);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, PATIENCE));
    }
  }
}

/** Asks the server what it holds. */
export async function askState(): Promise<StateDoc> {
  const doc = await json<StateDoc>('/state');
  s.server.value = doc;
  return doc;
}
