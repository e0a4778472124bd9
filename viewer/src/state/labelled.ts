/** What was found, with the labels in use now. */
import type { ItemDoc, ItemsDoc, MaskClassDoc } from '../client/readings';
import { labelOf } from './answers';
import { settings } from './store';

/** Items with their labels; a class number that all of them share says nothing and is left out. */
export function labelled(content: ItemsDoc): ItemsDoc {
  const named = content.items.map((one): ItemDoc => {
    // A label that the network itself knows stays where none are set for the model.
    const set = settings.value?.labels ? settings.value : null;
    return one.index === null ? one : { ...one, label: labelOf(one.index, one.label, set) };
  });
  const numbers = new Set(named.map(({ label, index }) => (label ? -1 : index)));
  const alike = numbers.size === 1 && !numbers.has(-1);
  return { ...content, items: alike ? named.map((one) => ({ ...one, index: null })) : named };
}

export const maskName = (one: MaskClassDoc): string =>
  (settings.value?.labels?.[one.index] || one.label) ?? `class ${one.index}`;

/** `face 0.99`, or `#3 0.42` where there is no name. */
export function itemWords(item: Pick<ItemDoc, 'label' | 'index' | 'score'>): string {
  const name = item.label ?? (item.index === null ? '' : `#${item.index}`);
  return [name, item.score === null ? '' : item.score.toFixed(2)].filter(Boolean).join(' ');
}
