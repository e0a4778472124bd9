/** Colours of classes that stay apart for colour-blind eyes, each with a line of its own. Pure. */

/** The hues of Okabe and Ito, lightened where a thin line over a photo would be lost. */
const HUES = [
  '#f9c846',
  '#56b4e9',
  '#ff8a5b',
  '#2fd0a0',
  '#e59ac4',
  '#f0e442',
  '#7aa2ff',
  '#ffffff',
];
/** Where hues come round again, the line is another one. */
const DASHES = ['', '7 4', '2 4', '9 4 2 4'];

export interface Mark {
  readonly colour: string;
  /** As in `stroke-dasharray`. */
  readonly dash: string;
}

export function markOf(index: number | null): Mark {
  const at = Math.max(0, index ?? 0);
  return {
    colour: HUES[at % HUES.length] as string,
    dash: DASHES[Math.floor(at / HUES.length) % DASHES.length] as string,
  };
}
