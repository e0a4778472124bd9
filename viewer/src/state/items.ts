/** Steps through the items of a batch; the number that is looked at goes along. */
import { batch } from '@preact/signals';
import { isBatched, item, showItem } from './batch';
import { choose, chosen } from './probe';

export function toItem(index: number): void {
  batch(() => {
    showItem(index);
    const now = chosen.peek();
    if (now && isBatched(now.value)) choose(now.value, [item.value, ...now.index.slice(1)]);
  });
}

export const stepItem = (step: 1 | -1): void => toItem(item.peek() + step);
