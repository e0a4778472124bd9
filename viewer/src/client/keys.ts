/** Keys, and many of them in one question. */
import { decode, tensor } from './blob';
import { http } from './http';
import { Refusal, type Transport } from './transport';

const transport: Transport = http;

export const send: Transport['send'] = (command, body) => transport.send(command, body);
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
  const blob = decode(await transport.get(`/many?${query}`));
  const types = JSON.parse(blob.metadata.types ?? '[]') as string[];
  return keys.map((_, i) => {
    const body = tensor(blob, String(i)).data.buffer as ArrayBuffer;
    if (!types[i]?.startsWith('application/problem')) return body;
    const { error, message } = JSON.parse(new TextDecoder().decode(body));
    return new Refusal(error, message);
  });
}
