/** What lies under a pixel of the answer, and what made it. */
import { signal } from '@preact/signals';
import { json } from '../../client/keys';
import type { PlaceDoc } from '../../client/readings';
import { complain } from '../../state/actions';
import type { Seen } from '../../state/readings';
import type { Spot } from './fit';

/** A pixel that was asked about. */
export interface Asked {
  readonly key: string;
  readonly at: Spot;
  /** Null while the answer is on its way. */
  readonly told: PlaceDoc | null;
}

export const asked = signal<Asked | null>(null);

function placeKey(seen: Seen, [x, y]: Spot): string {
  const [path = '', query = ''] = seen.key.split('?');
  const words = [`x=${Math.floor(x)}`, `y=${Math.floor(y)}`, query].filter(Boolean).join('&');
  return `${path}/at?${words}`;
}

/** Asks what lies there; the last click wins. */
export async function askAt(seen: Seen, at: Spot): Promise<void> {
  const mine: Asked = { key: placeKey(seen, at), at, told: null };
  asked.value = mine;
  try {
    const told = await json<PlaceDoc>(mine.key);
    if (asked.peek() === mine) asked.value = { ...mine, told };
  } catch (problem) {
    if (asked.peek() === mine) asked.value = null;
    complain(problem);
  }
}

/** What is told of the pixel under a pointer that rests. */
export const glimpsed = signal<PlaceDoc | null>(null);
const RESTS = 60;
let later = 0;
let newest = '';

export function glimpse(seen: Seen, at: Spot | null): void {
  clearTimeout(later);
  const key = at ? placeKey(seen, at) : '';
  if (key === newest) return;
  newest = key;
  if (!key) {
    glimpsed.value = null;
    return;
  }
  later = window.setTimeout(() => {
    json<PlaceDoc>(key).then(
      (told) => {
        if (newest === key) glimpsed.value = told;
      },
      () => undefined, // A word under the pointer that is not there is no loss.
    );
  }, RESTS);
}
