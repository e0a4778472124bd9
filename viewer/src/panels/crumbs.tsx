/** Where one stands: the model, the groups around what is in focus, and how far it is unfolded. */
import { computed } from '@preact/signals';
import type { Graph } from '../client/graph';
import { foldable } from '../state/folding';
import {
  chainHere,
  foldEverything,
  layer,
  toGroup,
  toNode,
  toWhole,
  unfoldEverything,
  unfoldLevel,
} from '../state/steps';
import { focused, opened, unfolded } from '../state/store';
import { Icon, type IconName } from './icons';
import { nodeTitle } from './names';

/** How many groups the network has that can be folded. */
const folds = computed(() => {
  const graph = opened.value?.graph;
  return graph ? [...foldable(graph)].length : 0;
});

function GroupCrumb({ graph, group, last }: { graph: Graph; group: number; last: boolean }) {
  const doc = graph.group(group);
  return (
    <li>
      <button
        type="button"
        class="crumb"
        title={doc?.name}
        aria-current={last ? 'location' : undefined}
        onClick={() => void toGroup(group)}
      >
        {doc?.title}
      </button>
    </li>
  );
}

/** The way from the whole network to what is in focus. */
export function Crumbs({ graph }: { readonly graph: Graph }) {
  const node = focused.value === null ? null : layer();
  const chain = chainHere(graph);
  return (
    <nav class="crumbs" aria-label="Where you are">
      <ol>
        <li>
          <h1>
            <button
              type="button"
              class="crumb"
              title={`${graph.facts.name}: the whole network (h)`}
              onClick={toWhole}
            >
              {graph.facts.name}
            </button>
          </h1>
        </li>
        {chain.map((group, i) => (
          <GroupCrumb
            key={group}
            graph={graph}
            group={group}
            last={node === null && i === chain.length - 1}
          />
        ))}
        {node !== null && (
          <li>
            <button
              type="button"
              class="crumb"
              title={graph.nodeName(node)}
              aria-current="location"
              onClick={() => void toNode(node)}
            >
              {nodeTitle(graph, node)}
            </button>
          </li>
        )}
      </ol>
    </nav>
  );
}

interface FoldProps {
  readonly icon: IconName;
  readonly words: string;
  readonly keys: string;
  readonly off: boolean;
  readonly act: () => void;
}

function Fold({ icon, words, keys, off, act }: FoldProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={words}
      title={`${words} (${keys})`}
      disabled={off}
      onClick={act}
    >
      <Icon name={icon} />
    </button>
  );
}

/** All groups at once; nothing where the network has none. */
export function Folds() {
  const all = folds.value;
  if (all === 0) return null;
  const open = unfolded.value.size;
  return (
    <fieldset class="folds">
      <legend class="unseen">Groups</legend>
      <Fold icon="fold" words="Fold all" keys="Shift+[" off={open === 0} act={foldEverything} />
      <Fold
        icon="level"
        words="Unfold one level more"
        keys="v"
        off={open >= all}
        act={() => void unfoldLevel()}
      />
      <Fold
        icon="unfold"
        words="Unfold all"
        keys="Shift+]"
        off={open >= all}
        act={() => void unfoldEverything()}
      />
    </fieldset>
  );
}
