/** What can be done with the cells that are marked. */
import { marked, marksOf } from '../../state/marked';
import { copyMarked } from '../clipboard';
import { Icon } from '../icons';

export function MarkedCells() {
  const now = marked.value;
  if (!now) return null;
  return (
    <div class="row marked" role="status">
      <span class="number">{`${marksOf(now).join(' × ')} cells`}</span>
      <button
        type="button"
        class="button"
        title="For a spreadsheet (Ctrl+C)"
        onClick={() => copyMarked()}
      >
        Copy
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Mark no cells"
        onClick={() => {
          marked.value = null;
        }}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
