/** Starts and stops a device: where it failed, another click tries again. */

interface Props {
  readonly on: boolean;
  /** Why it is not there, in a sentence; empty where nothing is wrong. */
  readonly why: string;
  readonly fail: (why: string) => void;
  readonly turn: (on: boolean) => void;
  readonly start: string;
  readonly stop: string;
}

export function StartButton({ on, why, fail, turn, start, stop }: Props) {
  const runs = on && !why;
  return (
    <button
      type="button"
      class="button"
      onClick={() => {
        fail('');
        turn(!runs);
      }}
    >
      {runs ? stop : start}
    </button>
  );
}
