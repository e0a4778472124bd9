/** What a text from the clipboard is: a table of numbers, or words. */

const isNumber = (cell: string): boolean => {
  const plain = cell
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replace(',', '.');
  return plain !== '' && Number.isFinite(Number(plain.replace(/^nan$/i, '0')));
};

/** The cells of a line: a spreadsheet puts tabs between them, other tables what they like. */
function cellsOf(line: string): string[] {
  for (const sign of ['\t', ';', ',']) {
    if (line.includes(sign)) return line.split(sign);
  }
  return line.trim().split(/\s+/);
}

/** Whether all that was pasted are numbers, at least two, perhaps below a line of headings. */
export function isTable(text: string): boolean {
  const rows = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map(cellsOf);
  const [first = []] = rows;
  const body = rows.length > 1 && !first.every(isNumber) ? rows.slice(1) : rows;
  return body.flat().length > 1 && body.every((row) => row.every(isNumber));
}
