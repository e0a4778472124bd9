/**
 * The first questions, asked before anything else of the page is set up: what the server holds,
 * and the model that the address names.
 */
const base = new URL('./', document.baseURI);
const model = Number(new URL(location.href).searchParams.get('model'));

const under = new Map<string, Promise<Response>>();

for (const key of ['/state', ...(model ? [`/m/${model}/columns`, `/m/${model}/layouts/0`] : [])]) {
  const answer = fetch(new URL(key.slice(1), base));
  answer.catch(() => undefined); // whoever takes the answer hears of it
  under.set(key, answer);
}

/** The answer to a question that was asked early, once. */
export function takeEarly(key: string): Promise<Response> | undefined {
  const found = under.get(key);
  under.delete(key);
  return found;
}
