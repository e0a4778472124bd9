/** The sum behind the chosen number: what was read, the products, the result beside what was captured. */
import { useState } from 'preact/hooks';
import type { StatsDoc, SumDoc } from '../../client/documents';
import { short } from '../../state/numbers';
import { chosen, type Step, slide, sum, unexplained } from '../../state/probe';
import { Icon, type IconName } from '../icons';
import { Field } from './field';
import { groupsOf, type TermGroup } from './terms';

const MOST_LISTED = 24;

type Term = SumDoc['terms'][number];

const VERDICTS: Readonly<Record<string, string>> = {
  equal: 'the same number',
  rounding: 'rounding',
  differs: 'differs by more than rounding explains',
};

const STEPS: readonly (readonly [IconName, string, Step])[] = [
  ['left', 'One cell to the left', { right: -1 }],
  ['right', 'One cell to the right', { right: 1 }],
  ['up', 'One cell up', { down: -1 }],
  ['down', 'One cell down', { down: 1 }],
];

function Slide() {
  return (
    <span class="slide" title="The arrow keys do the same; Page Up and Page Down change the map">
      {STEPS.map(([icon, words, step]) => (
        <button
          key={icon}
          type="button"
          class="icon-button"
          aria-label={words}
          onClick={() => slide(step)}
        >
          <Icon name={icon} />
        </button>
      ))}
    </span>
  );
}

interface GridProps {
  readonly words: string;
  readonly group: TermGroup;
  readonly of: (term: Term) => string;
}

/** Numbers as they lie in the window, padding faint. */
function Grid({ words, group, of }: GridProps) {
  return (
    <figure>
      <figcaption>{words}</figcaption>
      <div class="window number" style={{ '--columns': String(group.columns) }}>
        {group.cells.map((term, i) => (
          <span key={i} class={!term || term.padding ? 'padding' : ''} title={term ? of(term) : ''}>
            {term ? brief(of(term)) : ''}
          </span>
        ))}
      </div>
    </figure>
  );
}

const brief = (text: string): string =>
  text.length > 6 && !Number.isNaN(Number(text)) ? short(Number(text), 3) : text;
const product = (term: Term): string => (term.product === null ? '' : String(term.product));

/** One window after the other: of a convolution, one input channel. */
function Windows({ told }: { readonly told: SumDoc }) {
  const groups = groupsOf(told.terms);
  const [at, go] = useState(0);
  const group = groups[Math.min(at, groups.length - 1)];
  if (!group) return null;
  const now = Math.min(at, groups.length - 1);
  return (
    <>
      {groups.length > 1 && (
        <div class="row">
          <button
            type="button"
            class="icon-button"
            aria-label="Previous part"
            disabled={now === 0}
            onClick={() => go(now - 1)}
          >
            <Icon name="left" />
          </button>
          <span class="number">{`[${group.title}]`}</span>
          <button
            type="button"
            class="icon-button"
            aria-label="Next part"
            disabled={now >= groups.length - 1}
            onClick={() => go(now + 1)}
          >
            <Icon name="right" />
          </button>
          <span class="quiet">{`adds ${short(group.total)}; ${now + 1} of ${groups.length}`}</span>
        </div>
      )}
      <div class="windows">
        <Grid words="input" group={group} of={(term) => term.input.text} />
        <Grid words="weight" group={group} of={(term) => term.weight?.text ?? ''} />
        <Grid words="product" group={group} of={product} />
      </div>
    </>
  );
}

function List({ told }: { readonly told: SumDoc }) {
  const terms = told.terms.slice(0, MOST_LISTED);
  const weighted = terms.some((term) => term.weight);
  return (
    <table class="terms number">
      <thead>
        <tr>
          <th scope="col">index</th>
          <th scope="col">number</th>
          {weighted && <th scope="col">weight</th>}
          {weighted && <th scope="col">product</th>}
        </tr>
      </thead>
      <tbody>
        {terms.map((term, i) => (
          <tr key={i} class={term.chosen ? 'chosen' : ''}>
            <td>{term.padding ? 'padding' : `[${term.input.index.join(', ')}]`}</td>
            <td>{term.input.text}</td>
            {weighted && <td>{term.weight?.text}</td>}
            {weighted && <td>{term.product === null ? '' : short(term.product, 6)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Compared({ told }: { readonly told: SumDoc }) {
  if (told.computed_text === '') return null;
  return (
    <dl class="compared">
      <div>
        <dt>computed</dt>
        <dd class="number">{told.computed_text}</dd>
      </div>
      <div>
        <dt>captured</dt>
        <dd class="number">{told.captured_text}</dd>
      </div>
      {told.difference !== null && (
        <div>
          <dt>difference</dt>
          <dd class="number">{short(told.difference)}</dd>
        </div>
      )}
      {told.verdict && (
        <div>
          <dt>within {told.bound === null ? '' : short(told.bound, 2)}</dt>
          <dd class={`held ${told.verdict}`}>{VERDICTS[told.verdict]}</dd>
        </div>
      )}
    </dl>
  );
}

function Told({ told }: { readonly told: SumDoc }) {
  const windowed =
    told.form === 'products' && told.terms.some((term) => term.input.index.length > 2);
  return (
    <>
      {told.expression && <p class="expression number">{told.expression}</p>}
      <Compared told={told} />
      {told.note && <p class="sentence">{told.note}</p>}
      {windowed ? <Windows told={told} /> : told.terms.length > 0 && <List told={told} />}
      {told.count > told.shown && (
        <p class="remarks">{`${told.count} terms, of which the ${told.shown} heaviest were sent`}</p>
      )}
    </>
  );
}

export function Sum({ stats }: { readonly stats: StatsDoc }) {
  const now = chosen.value;
  const told = sum.value;
  if (!now || now.value !== stats.value) {
    return (
      <p class="sentence">
        Click on a cell: the sum that made its number is written here, and drawn in the scene.
      </p>
    );
  }
  const title = `[${now.index.join(', ')}]`;
  return (
    <>
      <div class="row">
        <strong class="number">{title}</strong>
        {told?.op && (
          <span class="quiet">{`${told.op}, ${told.count} ${told.count === 1 ? 'term' : 'terms'}`}</span>
        )}
        <span class="gap" />
        <Slide />
      </div>
      {told ? (
        <Told told={told} />
      ) : (
        <p class="sentence" role="status">
          {unexplained.value || 'Adding up…'}
        </p>
      )}
      <Field />
    </>
  );
}
