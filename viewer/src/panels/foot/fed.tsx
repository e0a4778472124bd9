/** What was fed, as a picture, and how it was prepared. */
import type { Step, TraceDoc } from '../../client/documents';
import { batchSize, item } from '../../state/batch';
import { disturbing, toggleDisturbing } from '../../state/disturb';
import { plan } from '../../state/live';
import { duration, times } from '../../state/numbers';
import { stepTitle, stepWords } from '../../state/stepwords';
import { following, opened, running, trace } from '../../state/store';
import { takesWords } from '../../state/words';
import { BatchStepper } from '../batch';
import { dialog } from '../dialogs';
import { take } from '../drop';
import { FileButton } from '../filebutton';
import { FED } from '../files';
import { Icon } from '../icons';
import { InputsLine } from '../inputs/line';
import { SyntheticButton } from '../inputs/synthetic';
import { liveOpen, toggleLive } from '../live/open';
import { InputPicture } from '../live/seen';
import { clock, FrameStepper } from './frames';
import { Words } from './words';

/** Up to this width a picture is shown cell by cell, in pixels. */
const SMALL = 128;

function Picture({ doc }: { readonly doc: TraceDoc }) {
  const { id, input, synthetic } = doc;
  const small = input?.kind !== 'audio' && (input?.width ?? 0) <= SMALL;
  // While it is disturbed what came says little: what became of it is shown instead.
  const seen = following.value || (disturbing.value && plan.value?.kind === 'picture');
  return (
    <div class={input?.kind === 'audio' ? 'fed-picture heard' : 'fed-picture'}>
      {seen && plan.value && <InputPicture value={plan.value.value} />}
      {input && !seen && (
        <img
          key={id}
          src={`./t/${id}/input.png${batchSize.value > 1 ? `?batch=${item.value}` : ''}`}
          alt={synthetic ? 'synthetic input' : `the input, ${input.name}`}
          class={small ? 'pixelated' : ''}
        />
      )}
      {synthetic && <span class="stamp">synthetic input</span>}
    </div>
  );
}

/** What came in words: the size of a picture, the length of a sound; nothing where the description says it all. */
function sizeOf(doc: TraceDoc | null): string {
  if (!doc) return running.value ? 'the first run is under way' : 'nothing has been fed yet';
  const { width = null, height = null, kind, seconds, rate, tokens } = doc.input ?? {};
  if (kind === 'audio') return `${clock(seconds ?? 0)} at ${(rate ?? 0).toLocaleString('en')} Hz`;
  if (tokens) return `${tokens.length} tokens`;
  return width === null || height === null ? '' : times([width, height]);
}

interface ChipsProps {
  readonly steps: readonly Step[];
  readonly stages: readonly string[];
}

/** The preparation, one chip for each step in its order. */
function Chips({ steps, stages }: ChipsProps) {
  return (
    <ol class="chips" aria-label="Preparation">
      {steps.map((step, i) =>
        // Every picture is decoded: the editor's list names it, here it would say nothing.
        step.step === 'decode' ? null : (
          <li key={i} title={stepTitle(step, stages[i])} class={step.guessed ? 'guessed' : ''}>
            {stepWords(step)}
            {step.guessed && <em>guessed</em>}
          </li>
        ),
      )}
    </ol>
  );
}

interface ButtonsProps {
  readonly prepared: boolean;
  /** Whether what was prepared is a picture, which has a range to be tried. */
  readonly pictured: boolean;
}

function Buttons({ prepared, pictured }: ButtonsProps) {
  return (
    <div class="row">
      <FileButton accept={FED} take={take} title="Or drop or paste it anywhere">
        Choose a file
      </FileButton>
      <button
        type="button"
        class="button"
        title="Draw, or let a camera, a video or the microphone feed the network (q)"
        aria-pressed={liveOpen.value}
        onClick={() => void toggleLive()}
      >
        Live
      </button>
      {prepared && (
        <button
          type="button"
          class="button"
          title="Change how it is prepared"
          onClick={() => {
            dialog.value = 'preparation';
          }}
        >
          Change
        </button>
      )}
      {prepared && pictured && (
        <>
          <button
            type="button"
            class="button"
            title="The best class under each usual range and inversion"
            onClick={() => {
              dialog.value = 'try-all';
            }}
          >
            Try all
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label="Disturb the input"
            aria-pressed={disturbing.value}
            title="Noise, blur, rotation, light and a brush, the network following"
            onClick={toggleDisturbing}
          >
            <Icon name="disturb" />
          </button>
        </>
      )}
      <SyntheticButton small={prepared} />
    </div>
  );
}

/** Words take the room of a picture, and of its name. */
function FedWords({ doc }: { readonly doc: TraceDoc | null }) {
  const input = doc?.input ?? null;
  return (
    <section class="fed" aria-label="Input">
      {doc && input?.kind !== 'text' && <Picture doc={doc} />}
      <div class="fed-words">
        <Words input={input} />
        <div class="row">
          <Buttons prepared={(doc?.preparation ?? []).length > 0} pictured={false} />
          <InputsLine />
        </div>
      </div>
    </section>
  );
}

export function Fed() {
  const doc = trace.value;
  const graph = opened.value?.graph;
  if (graph && takesWords(graph)) return <FedWords doc={doc} />;
  const input = doc?.input ?? null;
  const steps = (doc?.preparation ?? []) as Step[];
  return (
    <section class="fed" aria-label="Input">
      {doc ? <Picture doc={doc} /> : <div class="fed-picture empty" />}
      <div class="fed-words">
        <p class="fed-name">
          <strong title={input?.name}>{input?.name ?? 'Input'}</strong>
          <span title={input?.description}>{sizeOf(doc)}</span>
          {doc?.state === 'done' && (
            <span class="run-time" title="Wall time of the engine, without preparation">
              ran in {duration(doc.seconds)}
            </span>
          )}
        </p>
        <BatchStepper />
        {input && <FrameStepper input={input} />}
        <InputsLine />
        {steps.length > 0 ? (
          <Chips steps={steps} stages={doc?.stages ?? []} />
        ) : (
          <p class="described">{input?.description}</p>
        )}
        <Buttons prepared={steps.length > 0} pictured={input?.kind !== 'audio'} />
      </div>
    </section>
  );
}
