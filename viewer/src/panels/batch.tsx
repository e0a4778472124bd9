/** Which item of the batch is shown, and the way to the others. */
import { batchSize, item } from '../state/batch';
import { stepItem } from '../state/items';
import { Icon } from './icons';

/** Nothing where one item was fed. */
export function BatchStepper() {
  const [size, now] = [batchSize.value, item.value];
  if (size < 2) return null;
  const words = `batch ${now + 1} of ${size}`;
  return (
    <fieldset
      class="row batch"
      title={`Every tensor and answer shows this item alone; ranges and statistics are of all ${size}`}
    >
      <legend class="unseen">Item of the batch</legend>
      <button
        type="button"
        class="icon-button"
        aria-label="Previous item of the batch"
        title="Previous item (,)"
        disabled={now === 0}
        onClick={() => stepItem(-1)}
      >
        <Icon name="left" />
      </button>
      <span class="number" role="status">
        {words}
      </span>
      <button
        type="button"
        class="icon-button"
        aria-label="Next item of the batch"
        title="Next item (.)"
        disabled={now === size - 1}
        onClick={() => stepItem(1)}
      >
        <Icon name="right" />
      </button>
    </fieldset>
  );
}
