/** What is under way: a model being opened, a run, a model that was lost. */
import { useEffect, useState } from 'preact/hooks';
import { cancelRun, dismiss, reopen } from '../state/actions';
import { duration } from '../state/numbers';
import { messages, opened, opening, phase, running, stage } from '../state/store';

/** A run shorter than this is not worth a bar, in milliseconds. */
const WORTH_A_BAR = 150;

interface BarProps {
  readonly label: string;
  readonly done?: number;
  readonly total?: number;
}

/** A bar; one without a total moves to and fro. */
function Bar({ label, done = 0, total = 0 }: BarProps) {
  const known = total > 0;
  const share = known ? done / total : 0;
  return (
    <div
      class={known ? 'bar' : 'bar unknown'}
      role="progressbar"
      aria-label={label}
      {...(known ? { 'aria-valuenow': done, 'aria-valuemin': 0, 'aria-valuemax': total } : {})}
    >
      <span style={known ? { transform: `scaleX(${share})` } : {}} />
    </div>
  );
}

function Running() {
  const run = running.value;
  const [now, setNow] = useState(performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100);
    return () => clearInterval(timer);
  }, []);
  if (!run || now - run.since < WORTH_A_BAR) return null;
  const steps = run.total > 1 ? `${run.done} of ${run.total} · ` : '';
  return (
    <div class="under-way panel">
      <p>
        Running · {steps}
        <span class="number">{duration((now - run.since) / 1000)}</span>
      </p>
      <Bar label="Run" done={run.done} total={run.total} />
      <button type="button" class="button" onClick={() => void cancelRun()}>
        Cancel
      </button>
    </div>
  );
}

/** In the middle of the empty page, or small over the model that is still open. */
function Opening() {
  const words = stage.value || 'starting';
  const alone = phase.value === 'opening' && !opened.value;
  return (
    <div class={alone ? 'under-way panel alone' : 'under-way panel'} role="status">
      <p>Opening · {words}</p>
      <Bar label="Opening" />
    </div>
  );
}

/** The model's process has ended; what was drawn stays. */
function Lost() {
  const told = messages.value.findLast((one) => one.offer);
  const again = () => {
    if (told) dismiss(told.id);
    void reopen();
  };
  return (
    <section class="lost panel" role="alert">
      <h2>The model's process has ended</h2>
      <p>{told?.text ?? 'What was drawn stays; nothing more can be asked of it.'}</p>
      <button type="button" class="button primary" onClick={again}>
        Open it again
      </button>
    </section>
  );
}

export function UnderWay() {
  const busy = phase.value === 'opening' || opening.value !== null || stage.value !== '';
  if (busy) return <Opening />;
  if (phase.value === 'lost') return <Lost />;
  const run = running.value;
  return run && <Running key={run.trace} />;
}
