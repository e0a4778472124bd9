/** The app over HTTP, on the address the page came from. */
import type { ServerEvent } from './documents';
import { takeEarly } from './early';
import { Refusal, type Transport } from './transport';

const base = new URL('./', document.baseURI);

async function refuse(response: Response): Promise<never> {
  const text = await response.text();
  try {
    const { error, message } = JSON.parse(text) as { error: string; message: string };
    throw new Refusal(error, message);
  } catch (problem) {
    if (problem instanceof Refusal) throw problem;
    throw new Refusal('HTTP', `the server answered ${response.status} ${response.statusText}`);
  }
}

async function ask(path: string, options?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    const early = options ? undefined : takeEarly(path);
    response = await (early ?? fetch(new URL(path.replace(/^\//, ''), base), options));
  } catch {
    throw new Refusal('Offline', 'the Cutaway server does not answer; start it again to go on');
  }
  return response.ok ? response : refuse(response);
}

function post(body: unknown): RequestInit {
  if (body instanceof Blob) return { method: 'POST', body };
  const headers = { 'Content-Type': 'application/json' };
  return { method: 'POST', headers, body: JSON.stringify(body) };
}

export const http: Transport = {
  async get(key) {
    return (await ask(key)).arrayBuffer();
  },
  async send<T>(command: string, body: unknown) {
    return (await ask(command, post(body))).json() as Promise<T>;
  },
  async exchange(command, body) {
    const response = await ask(command, post(body));
    return response.status === 204 ? null : response.arrayBuffer();
  },
  async events(after) {
    const response = await ask(`/events?after=${after}`);
    return response.json() as Promise<{ events: ServerEvent[]; last: number }>;
  },
};
