/** How the page reaches its data: one interface, whatever carries it. */
import type { ServerEvent } from './documents';

export interface Transport {
  /** The body of a key's answer; rejects with an `Refusal` where there is none. */
  get(key: string): Promise<ArrayBuffer>;
  /** Carries out a command; the body is JSON, or bytes as they are. */
  send<T>(command: string, body: unknown): Promise<T>;
  /** Carries out a command whose answer is bytes; null where it answers nothing. */
  exchange(command: string, body: Blob): Promise<ArrayBuffer | null>;
  /** Events after that number; waits some seconds for one. */
  events(after: number): Promise<{ events: ServerEvent[]; last: number }>;
}

/** An answer that is an error: its kind and one sentence for the user. */
export class Refusal extends Error {
  constructor(
    readonly kind: string,
    message: string,
  ) {
    super(message);
  }
}
