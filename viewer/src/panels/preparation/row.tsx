/** One step of the list: what it gives as a picture, its parameters, why it is there. */
import { useEffect, useRef } from 'preact/hooks';
import type { Step } from '../../client/documents';
import type { Preview, StepKind } from '../../state/preparing';
import { Icon } from '../icons';
import { changed } from './list';
import { ParameterField } from './parameter';

interface Props {
  readonly step: Step;
  readonly number: number;
  readonly last: boolean;
  readonly kind: StepKind | undefined;
  readonly stage: Preview['stages'][number] | undefined;
  readonly problem: string | null;
  /** Whether the editor was opened at this step. */
  readonly asked: boolean;
  readonly change: (step: Step) => void;
  readonly move: (by: 1 | -1) => void;
  readonly remove: () => void;
}

export function StepRow(props: Props) {
  const { step, number, kind, stage, problem, asked } = props;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!asked) return;
    row.current?.scrollIntoView({ block: 'center' });
    row.current?.focus();
  }, [asked]);
  const pressed = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    props.move(event.key === 'ArrowUp' ? -1 : 1);
  };
  return (
    <li
      ref={row}
      class={problem ? 'step wrong' : 'step'}
      aria-label={`Step ${number + 1}: ${step.step}`}
      tabIndex={-1}
      onKeyDown={pressed}
    >
      <Thumbnail stage={stage} step={step} />
      <div class="step-words">
        <p>
          <strong>{step.step}</strong>
          <span class="quiet">{kind?.words}</span>
          {step.guessed && <em class="mark">guessed</em>}
        </p>
        {(kind?.parameters.length ?? 0) > 0 && (
          <div class="parameters">
            {kind?.parameters.map((parameter) => (
              <ParameterField
                key={parameter.name}
                parameter={parameter}
                value={step[parameter.name]}
                set={(value) => props.change(changed(step, parameter.name, value))}
              />
            ))}
          </div>
        )}
        {step.why && <p class="why">{step.why}</p>}
        {problem ? (
          <p class="problem" role="alert">
            {problem}
          </p>
        ) : (
          <p class="number">{stage?.words}</p>
        )}
      </div>
      <Tools {...props} />
    </li>
  );
}

function Thumbnail({ stage, step }: Pick<Props, 'stage' | 'step'>) {
  return stage?.picture ? (
    <img class="thumbnail" src={stage.picture} alt={`after ${step.step}`} />
  ) : (
    <span class="thumbnail" />
  );
}

function Tools({ step, number, last, move, remove }: Props) {
  const name = `${step.step}, step ${number + 1}`;
  return (
    <div class="step-tools">
      <button
        type="button"
        class="icon-button"
        aria-label={`Move ${name} up`}
        title="Up (Alt ↑)"
        disabled={number === 0}
        onClick={() => move(-1)}
      >
        <Icon name="up" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={`Move ${name} down`}
        title="Down (Alt ↓)"
        disabled={last}
        onClick={() => move(1)}
      >
        <Icon name="down" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={`Remove ${name}`}
        title="Remove"
        onClick={remove}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
