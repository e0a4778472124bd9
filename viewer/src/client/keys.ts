/** Keys, and many of them in one question. */
import { type Blob as Answers, decode, tensor } from './blob';
import { http } from './http';
import { Refusal, type Transport } from './transport';

const transport: Transport = http;

export const send: Transport['send'] = (command, body) => transport.send(command, body);
export const exchange: Transport['exchange'] = (command, body) => transport.exchange(command, body);
export const events: Transport['events'] = (after) => transport.events(after);

/** A key's answer as JSON. */
export async function json<T>(key: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await transport.get(key))) as T;
}

/** A key's answer as text. */
export async function text(key: string): Promise<string> {
  return new TextDecoder().decode(await transport.get(key));
}

/** A key's answer as bytes. */
export function bytes(key: string): Promise<ArrayBuffer> {
  return transport.get(key);
}

/** The answers of many keys in one go, in their order; one that failed is a Refusal. */
export async function many(keys: readonly string[]): Promise<(ArrayBuffer | Refusal)[]> {
  const query = keys.map((key) => `key=${encodeURIComponent(key)}`).join('&');
  return answersIn(decode(await transport.get(`/many?${query}`)));
}

/** The answers that one blob holds, in their order; one that failed is a Refusal. */
export function answersIn(blob: Answers): (ArrayBuffer | Refusal)[] {
  const types = JSON.parse(blob.metadata.types ?? '[]') as string[];
  return types.map((type, i) => {
    const body = tensor(blob, String(i)).data.buffer as ArrayBuffer;
    if (!type.startsWith('application/problem')) return body;
    const { error, message } = JSON.parse(new TextDecoder().decode(body));
    return new Refusal(error, message);
  });
}
