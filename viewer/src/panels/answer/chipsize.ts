/** How large the labels over a picture are. */

/** Height of a label, and what its words have around them, in CSS pixels. */
export const CHIP = { height: 18, side: 6 } as const;

let pen: CanvasRenderingContext2D | null = null;

/** Width of a label's words as the page writes them. */
export function widthOf(words: string): number {
  pen ??= document.createElement('canvas').getContext('2d');
  if (!pen) return words.length * 7;
  pen.font = '600 12px "Inter Variable", system-ui, sans-serif';
  return pen.measureText(words).width;
}
