/** What nodes cost: parameters, bytes, multiply-adds; to colour the scene and to sort lists by. */
import { computed, signal } from '@preact/signals';
import { decode, tensor } from '../client/blob';
import { bytes } from '../client/keys';
import { complain } from './actions';
import { share, span } from './amounts';
import { opened } from './store';

export const MEASURES = ['parameters', 'bytes', 'multiply-adds'] as const;
export type Measure = (typeof MEASURES)[number];

/** What blocks are coloured by. */
export const colourBy = signal<'operator' | Measure>('operator');

export interface Costs {
  readonly model: number;
  /** One number for each node, NaN where it is not known. */
  readonly of: Readonly<Record<Measure, Float64Array>>;
}

const costs = signal<Costs | null>(null);
let asked = -1;

/** The costs of the open model's nodes, asked for when first wanted; null until they have come. */
export function costsNow(): Costs | null {
  const model = opened.value?.id ?? -1;
  if (model >= 0 && asked !== model) {
    asked = model;
    fetchCosts(model).catch((problem) => {
      asked = -1;
      colourBy.value = 'operator';
      complain(problem);
    });
  }
  return costs.value?.model === model ? costs.value : null;
}

async function fetchCosts(model: number): Promise<void> {
  const blob = decode(await bytes(`/m/${model}/costs`));
  const column = (name: string) => tensor(blob, name).data as Float64Array;
  const of = {
    parameters: column('parameters'),
    bytes: column('bytes'),
    'multiply-adds': column('multiply_adds'),
  };
  if (opened.peek()?.id === model) costs.value = { model, of };
}

const column = computed(() => {
  const by = colourBy.value;
  const data = by === 'operator' ? null : costsNow()?.of[by];
  return data ? { data, span: span(data) } : null;
});

/**
 * What a node is coloured by, 0..1 on a logarithmic scale; null where it is not known, where it has
 * not come, and where blocks are coloured by operator.
 */
export function measureOf(node: number): number | null {
  const now = column.value;
  return now && share(now.data[node], now.span);
}

/** The smallest number over zero and the largest of what is coloured by; null where nothing is known. */
export const measured = computed<readonly [number, number] | null>(() => {
  const [low, high] = column.value?.span ?? [0, Number.NEGATIVE_INFINITY];
  return high >= low ? [Math.exp(low), Math.exp(high)] : null;
});
