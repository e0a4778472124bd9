/** Which models the shipped pictures are for: pure. */

type Shape = readonly (number | string | null)[];

/** Rows and columns of the shipped pictures. */
const SIDE = 28;

/**
 * Whether the shipped pictures, 28 x 28 and gray, are what a model takes.
 *
 * @param shapes of its inputs; null where one is not stated.
 */
export function suitsSamples(shapes: readonly (Shape | null)[]): boolean {
  const [shape] = shapes;
  if (shapes.length !== 1 || !shape || shape.length < 2) return false;
  const rest = shape.slice(1).filter((length) => length !== 1);
  return (
    (rest.length === 2 && rest.every((length) => length === SIDE)) ||
    (rest.length === 1 && rest[0] === SIDE * SIDE)
  );
}
