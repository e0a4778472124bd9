/** What the page does first: what its address asks for, else the start page. */
import { complain, refuse, showModel } from './actions';
import { askState, listen } from './events';
import { followGallery } from './gallery';
import { fetchSamples } from './samples';
import * as s from './store';
import { fetchTables } from './tables';

export async function start(): Promise<void> {
  const asked = Number(new URL(location.href).searchParams.get('model'));
  followGallery();
  void fetchTables().catch(complain);
  try {
    const doc = await askState();
    void listen();
    const model = doc.models.find((one) => one.id === asked);
    if (model) {
      await showModel({ model: model.id, start: model.start }).catch((problem: unknown) => {
        refuse(problem, { path: model.path });
        s.phase.value = 'start';
      });
    } else {
      if (asked)
        complain(new Error('That model is not open on this server any more; open it again.'));
      s.phase.value = 'start';
    }
  } catch (problem) {
    complain(problem);
    s.phase.value = 'start';
  }
  // Last: they are many and small, and nothing waits for them.
  void fetchSamples().catch(complain);
}
