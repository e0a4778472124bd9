/** What of a gallery is shown, and in which order. */
import { filter, order, result, shown } from '../../state/gallery';
import { EVERYTHING, type Order } from '../../state/gallerylist';
import { count } from '../../state/numbers';
import { settings } from '../../state/store';
import { Icon } from '../icons';
import { Switch } from '../segments';
import { named } from './tile';

const ORDERS: readonly { readonly value: Order; readonly words: string }[] = [
  { value: 'given', words: 'in their order' },
  { value: 'wrong', words: 'wrongly answered first' },
  { value: 'sure', words: 'surest first' },
  { value: 'unsure', words: 'least sure first' },
  { value: 'class', words: 'by answer' },
];

/** The filter by class, as words with a cross. */
function Narrowed() {
  const { truth, predicted } = filter.value;
  const labels = settings.value?.labels ?? null;
  if (truth === null && predicted === null) return null;
  const words = [
    ...(truth === null ? [] : [`is ${named(truth, labels)}`]),
    ...(predicted === null ? [] : [`answered ${named(predicted, labels)}`]),
  ].join(', ');
  return (
    <button
      type="button"
      class="button narrowed"
      title="Show all classes again"
      onClick={() => {
        filter.value = { ...filter.value, truth: null, predicted: null };
      }}
    >
      {words}
      <Icon name="close" />
    </button>
  );
}

function ClassChoice() {
  const labels = settings.value?.labels ?? null;
  const classes = result.value?.classes ?? null;
  if (classes === null) return null;
  const value = filter.value.predicted;
  return (
    <label class="field">
      <span>Answer</span>
      <select
        value={value === null ? '' : String(value)}
        onChange={({ currentTarget }) => {
          const chosen = currentTarget.value;
          filter.value = { ...filter.value, predicted: chosen === '' ? null : Number(chosen) };
        }}
      >
        <option value="">any</option>
        {Array.from({ length: Math.min(classes, 2000) }, (_, i) => (
          <option key={i} value={String(i)}>
            {named(i, labels)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Tools({ total }: { readonly total: number }) {
  const judged = (result.value?.judged ?? 0) > 0;
  const all = shown.value.length === total;
  return (
    <div class="gallery-tools">
      <label class="field">
        <span>Order</span>
        <select
          value={order.value}
          onChange={({ currentTarget }) => {
            order.value = currentTarget.value as Order;
          }}
        >
          {ORDERS.filter((one) => judged || one.value !== 'wrong').map((one) => (
            <option key={one.value} value={one.value}>
              {one.words}
            </option>
          ))}
        </select>
      </label>
      <ClassChoice />
      {judged && (
        <Switch
          words="Wrong only"
          title="Only the entries that were answered wrongly"
          on={filter.value.show === 'wrong'}
          turn={(on) => {
            filter.value = { ...filter.value, show: on ? 'wrong' : 'all' };
          }}
        />
      )}
      <Narrowed />
      {filter.value.show === 'failed' && (
        <button
          type="button"
          class="button narrowed"
          onClick={() => {
            filter.value = EVERYTHING;
          }}
        >
          left out
          <Icon name="close" />
        </button>
      )}
      <span class="gap" />
      <span class="quiet" role="status">
        {all ? count(total) : `${count(shown.value.length)} of ${count(total)}`} shown
      </span>
    </div>
  );
}
