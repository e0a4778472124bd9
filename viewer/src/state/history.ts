/** The page's address follows what is looked at, and back and forward lead through it. */
import { batch, effect, untracked } from '@preact/signals';
import { complain, fly, goTo, goToGroup, showModel } from './actions';
import { decode, type Folds, type Place, withPlace } from './address';
import { askState } from './events';
import { foldable } from './folding';
import { pose, poseAsked } from './pose';
import * as s from './store';

/** Changes that come together are one step, in milliseconds. */
const TOGETHER = 150;
/** How long the camera must rest before it is written. */
const REST = 400;

let folds: Folds = { all: [], first: new Set() };
/** The step that the address stands for: an address without camera and map. */
let written = '';
/** Counts restorations, and how many are under way: meanwhile nothing is written. */
let turn = 0;
let restoring = 0;
let stepping = 0;
let resting = 0;

function focusNow(): Place['focus'] {
  if (s.focused.value !== null) return { what: 'node', id: s.focused.value };
  const group = s.focusedGroup.value;
  return group === null ? null : { what: 'group', id: group };
}

function tensorNow(): Place['tensor'] {
  const open = s.selected.value;
  return open && { value: open.value, node: open.node, map: null, group: open.group ?? null };
}

/** What is looked at, without camera and map. */
const stepNow = (): Place => ({
  open: s.unfolded.value,
  focus: focusNow(),
  tensor: tensorNow(),
  pose: null,
});

function placeNow(): Place {
  const step = stepNow();
  const tensor = step.tensor && { ...step.tensor, map: s.shownMap.peek() };
  return { ...step, tensor, pose: pose.peek() };
}

const namedModel = (): number => Number(new URL(location.href).searchParams.get('model'));

/** Whether the address speaks of the model that is open. */
const here = (): boolean => s.opened.peek()?.id === namedModel();

const stepKey = (): string => withPlace(location.href, stepNow(), folds);

function push(): void {
  const key = stepKey();
  if (restoring > 0 || !here() || key === written) return;
  written = key;
  // The camera is still on its way: its resting place is written once it is there.
  history.pushState(null, '', withPlace(location.href, placeNow(), folds));
}

function replace(): void {
  if (restoring > 0 || !here() || stepKey() !== written) return;
  history.replaceState(null, '', withPlace(location.href, placeNow(), folds));
}

/** The place without what the network does not have. */
function within(place: Place, { graph }: s.Opened): Place {
  const { focus, tensor } = place;
  const there =
    focus && (focus.what === 'node' ? focus.id < graph.nodeCount : graph.isFold(focus.id));
  const known = (id: number | null, count: number) => (id !== null && id < count ? id : null);
  return {
    ...place,
    focus: there ? focus : null,
    tensor:
      tensor && tensor.value < graph.valueCount
        ? {
            ...tensor,
            node: known(tensor.node, graph.nodeCount),
            group: known(tensor.group, graph.groupCount),
          }
        : null,
  };
}

function put({ open, focus, tensor }: Place): void {
  batch(() => {
    s.unfolded.value = open ?? folds.first;
    s.focused.value = focus?.what === 'node' ? focus.id : null;
    s.focusedGroup.value = focus?.what === 'group' ? focus.id : null;
    s.selected.value = tensor && {
      value: tensor.value,
      node: tensor.node,
      map: tensor.map,
      ...(tensor.group === null ? {} : { group: tensor.group }),
    };
    s.shownMap.value = tensor?.map ?? null;
    s.hover.value = null;
  });
  written = stepKey();
}

/** Settles when the scene has been drawn with what was put: only then does it know where things stand. */
const drawn = () =>
  new Promise<void>((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  });

/** Sends the camera to where it was, or to what was in focus. */
async function look({ pose: asked, focus }: Place, smooth: boolean): Promise<void> {
  await drawn();
  if (asked) poseAsked.value = { pose: asked, smooth };
  else if (focus?.what === 'node') await goTo(focus.id);
  else if (focus?.what === 'group') await goToGroup(focus.id);
  else if (smooth) fly('home');
}

/** Shows what the address says of the open model. */
async function restore(smooth: boolean): Promise<void> {
  const model = s.opened.peek();
  if (!model) return;
  const mine = ++turn;
  const place = within(decode(new URL(location.href).searchParams, folds), model);
  restoring += 1;
  try {
    await Promise.all([...(place.open ?? folds.first)].map((group) => model.layouts.need(group)));
    if (s.opened.peek() !== model || mine !== turn) return;
    put(place);
    await look(place, smooth);
    if (mine !== turn) return;
    // What was in focus may have been folded away.
    written = stepKey();
  } finally {
    restoring -= 1;
  }
}

/** A model has been opened: by its address, or by the user, who may want to go back. */
function arrive(model: s.Opened): void {
  folds = { all: [...foldable(model.graph)], first: s.unfolded.peek() };
  if (here()) {
    written = stepKey();
    restore(false).catch(complain);
    return;
  }
  const url = new URL(location.href);
  const before = namedModel();
  url.searchParams.set('model', String(model.id));
  url.searchParams.delete('token');
  const href = withPlace(url.href, { ...stepNow(), pose: null }, folds);
  // The start page is no place to go back to: the model stays open.
  if (before) history.pushState(null, '', href);
  else history.replaceState(null, '', href);
  written = stepKey();
}

/** Back or forward: to another place, or to another model as long as the server holds it. */
async function returned(): Promise<void> {
  clearTimeout(stepping);
  clearTimeout(resting);
  const asked = namedModel();
  if (!asked) return;
  if (here()) {
    await restore(true);
    return;
  }
  const doc = (await askState()).models.find((one) => one.id === asked);
  if (doc) await showModel({ model: doc.id, start: doc.start });
  else complain(new Error('That model is not open on this server any more; open it again.'));
}

/** Follows for as long as the page lives. */
export function followHistory(): void {
  effect(() => {
    const model = s.opened.value;
    if (model) untracked(() => arrive(model));
  });
  effect(() => {
    void stepNow();
    clearTimeout(stepping);
    stepping = window.setTimeout(push, TOGETHER);
  });
  effect(() => {
    void [pose.value, s.shownMap.value];
    clearTimeout(resting);
    resting = window.setTimeout(replace, REST);
  });
  addEventListener('popstate', () => void returned().catch(complain));
}
