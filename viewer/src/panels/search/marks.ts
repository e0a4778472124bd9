/** A name cut where it holds what was sought. */

export interface Part {
  readonly text: string;
  readonly marked: boolean;
}

/** Where any of the words stands in a text, as joined, ascending spans. */
function spansOf(text: string, words: readonly string[]): [number, number][] {
  const low = text.toLowerCase();
  // A letter that grows in lower case would shift all that follows it.
  if (low.length !== text.length) return [];
  const found: [number, number][] = [];
  for (const word of words.flatMap((one) => one.split('*')).filter(Boolean)) {
    for (let at = low.indexOf(word); at >= 0; at = low.indexOf(word, at + word.length)) {
      found.push([at, at + word.length]);
    }
  }
  found.sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const [from, to] of found) {
    const last = joined.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** The parts of a name, in order; together they are the name. */
export function partsOf(name: string, words: readonly string[]): Part[] {
  const parts: Part[] = [];
  let done = 0;
  for (const [from, to] of spansOf(name, words)) {
    if (from > done) parts.push({ text: name.slice(done, from), marked: false });
    parts.push({ text: name.slice(from, to), marked: true });
    done = to;
  }
  if (done < name.length) parts.push({ text: name.slice(done), marked: false });
  return parts;
}
