/** The list as it is being edited, with what it would give; asked for anew when it rests. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Step } from '../../client/documents';
import { type Preview, preview, shownSteps } from '../../state/preparing';

/** Milliseconds without a change after which the picture of every step is asked for. */
const REST = 150;

export interface Draft {
  readonly steps: readonly Step[];
  readonly set: (steps: readonly Step[]) => void;
  readonly seen: Preview | null;
  /** What is wrong with the list as a whole, or with asking. */
  readonly problem: string | null;
}

export function useDraft(): Draft {
  const [steps, set] = useState<readonly Step[]>(shownSteps);
  const [seen, setSeen] = useState<Preview | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const asked = useRef(0);
  useEffect(() => {
    const mine = ++asked.current;
    const timer = setTimeout(async () => {
      try {
        const found = await preview(steps);
        if (mine !== asked.current) return;
        setSeen(found);
        setFailed(null);
      } catch (problem) {
        if (mine === asked.current) setFailed(problem instanceof Error ? problem.message : '');
      }
    }, REST);
    return () => clearTimeout(timer);
  }, [steps]);
  const whole = seen?.problem && seen.at === null ? seen.problem : null;
  return { steps, set, seen, problem: failed ?? whole };
}
