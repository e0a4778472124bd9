/** The answer as large as there is room: over the stage, beside the tensor that it leads to. */
import { signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ReadingDoc } from '../../client/readings';
import { item } from '../../state/batch';
import { closeAnswer, showReading } from '../../state/reading';
import { answerOpen, awaited, reading, readings, summary } from '../../state/readings';
import { stageArea, trace } from '../../state/store';
import { BatchStepper } from '../batch';
import { Icon } from '../icons';
import { useEdge } from '../measure';
import { Beside } from './beside';
import { Items } from './items';
import { Masks } from './masks';
import { Embedding, NumberTable } from './measures';
import { asked } from './place';
import { ReadAsButton } from './readas';
import { Sound } from './sound';
import { ClassList, Plain, Words } from './vectors';

/** Share of the stage that the panel takes; the network keeps the rest. */
const share = signal(0.62);
const LEAST = 0.3;
/** Network that is narrower than this, in CSS pixels, is covered altogether. */
const LEAST_STAGE = 300;

function Content({ reading: one }: { readonly reading: ReadingDoc }) {
  if (one.kind === 'boxes' || one.kind === 'keypoints') return <Items reading={one} />;
  if (one.kind === 'masks') return <Masks reading={one} />;
  if (one.kind === 'picture' || one.kind === 'depth' || one.kind === 'flow') {
    return <Beside reading={one} />;
  }
  if (one.kind === 'classes') return <ClassList reading={one} />;
  if (one.kind === 'numbers') return <NumberTable reading={one} />;
  if (one.kind === 'text') return <Words reading={one} />;
  if (one.kind === 'sound') return <Sound reading={one} />;
  if (one.kind === 'embedding') return <Embedding reading={one} />;
  return <Plain reading={one} />;
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/** The readings as tabs, where there are several. */
function Tabs() {
  const all = readings.value;
  if (all.length < 2) return <h2>{all[0]?.title ?? 'Answer'}</h2>;
  const at = all.indexOf(reading.value as ReadingDoc);
  const turn = (event: KeyboardEvent) => {
    const by = STEPS[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    showReading((at + by + all.length) % all.length);
  };
  return (
    <div class="tabs answer-tabs" role="tablist" aria-label="Readings" onKeyDown={turn}>
      {all.map((one, i) => (
        <button
          key={`${one.kind} ${one.values.join()}`}
          type="button"
          role="tab"
          aria-selected={i === at}
          tabIndex={i === at ? 0 : -1}
          ref={(element) => {
            const tabs = element?.parentElement;
            if (element && i === at && tabs?.contains(document.activeElement)) element.focus();
          }}
          onClick={() => showReading(i)}
        >
          {one.title}
        </button>
      ))}
    </div>
  );
}

function Header() {
  return (
    <header class="answer-header">
      <Tabs />
      <p class="answer-summary" title={summary.value}>
        {summary.value}
      </p>
      <BatchStepper />
      {awaited.value && <span class="spinner" role="status" aria-label="Working" />}
      <ReadAsButton />
      <button
        type="button"
        class="icon-button"
        aria-label={share.value === 1 ? 'Leave room for the network' : 'Fill the stage'}
        aria-pressed={share.value === 1}
        title={share.value === 1 ? 'Leave room for the network' : 'Fill the stage'}
        onClick={() => {
          share.value = share.value === 1 ? 0.62 : 1;
        }}
      >
        <Icon name="screen" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Close the answer"
        title="Close (Esc)"
        onClick={closeAnswer}
      >
        <Icon name="close" />
      </button>
    </header>
  );
}

/** The left edge, which is drawn to make the panel wider. */
function Sash({ room }: { readonly room: () => DOMRect | null }) {
  const held = useRef(false);
  const set = (next: number) => {
    share.value = Math.min(1, Math.max(LEAST, next));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule that is moved, which <hr> is not
    <div
      class="sash"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label="Width of the answer"
      aria-valuemin={LEAST * 100}
      aria-valuemax={100}
      aria-valuenow={Math.round(share.value * 100)}
      onPointerDown={(event) => {
        held.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const box = room();
        if (held.current && box) set((box.right - event.clientX) / box.width);
      }}
      onPointerUp={() => {
        held.current = false;
      }}
      onKeyDown={(event) => {
        const by = STEPS[event.key];
        if (!by) return;
        event.preventDefault();
        event.stopPropagation();
        set(share.value - by * 0.04);
      }}
    />
  );
}

/** How wide the stage is without this panel, and so whether it leaves the network room. */
function coversAll(): boolean {
  const { left } = stageArea.value;
  const right = document.querySelector('.tensor')?.getBoundingClientRect().left ?? innerWidth;
  return (right - left) * (1 - share.value) < LEAST_STAGE;
}

export function AnswerPanel() {
  const frame = useRef<HTMLDivElement>(null);
  const one = reading.value;
  const edge = useEdge<HTMLElement>(coversAll() ? null : 'right');
  const before = useRef<Element | null>(null);
  useLayoutEffect(() => {
    before.current = document.activeElement;
    edge.current?.focus();
    return () => {
      const back = before.current;
      if (back instanceof HTMLElement && back.isConnected) back.focus();
    };
  }, []);
  const [run, id, at] = [trace.value?.id, one?.id, item.value];
  useEffect(() => {
    // Another run, reading or item: what was asked of a pixel is not about it.
    void [run, id, at];
    asked.value = null;
  }, [run, id, at]);
  if (!one || !answerOpen.value) return null;
  return (
    <div class="answer-frame" ref={frame}>
      <aside
        class="answer-panel panel"
        aria-label="Answer"
        tabIndex={-1}
        ref={edge}
        style={{ width: `${share.value * 100}%` }}
      >
        <Sash room={() => frame.current?.getBoundingClientRect() ?? null} />
        <Header />
        <div class="answer-body">
          <Content key={one.kind} reading={one} />
        </div>
      </aside>
    </div>
  );
}
