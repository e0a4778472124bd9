/** What the network says, in the foot: in short, by its kind, and the way to all of it. */
import type { FailureDoc } from '../../client/documents';
import { reading, summary } from '../../state/readings';
import { opened, trace } from '../../state/store';
import { AnswerBar } from './bar';
import { Classes } from './classes';
import { Compact } from './compact';

function Failed({
  failure,
  message,
}: {
  readonly failure: FailureDoc | null;
  readonly message: string | null;
}) {
  const node = failure?.node == null ? null : opened.value?.graph.node(failure.node);
  const where = node ? `The run stopped at ${node.name} (${node.op})` : 'The run stopped';
  const said = failure?.message ?? message ?? 'The engine gave no reason.';
  return (
    <div class="verdict failed">
      <p class="winner-line">
        <strong>{where}</strong>
      </p>
      {failure && failure.shapes.length > 0 && (
        <p class="number" title={failure.shapes.join('\n')}>
          inputs: {failure.shapes.join(', ')}
        </p>
      )}
      <p class="clamped" title={said}>
        {said}
      </p>
    </div>
  );
}

function Body() {
  const doc = trace.value;
  if (!doc) return null;
  if (doc.state === 'failed') return <Failed failure={doc.failure} message={doc.message} />;
  const one = reading.value;
  if (one && one.kind !== 'classes') return <Compact reading={one} />;
  if (one || doc.answer) return <Classes doc={doc} reading={one} />;
  return (
    <div class="verdict">
      <AnswerBar words="" />
      <p>The output is a tensor, not a class vector.</p>
    </div>
  );
}

export function Answer() {
  return (
    <section class="answer" aria-label="Answer">
      <Body />
      <p class="unseen" role="status">
        {summary.value}
      </p>
    </section>
  );
}
