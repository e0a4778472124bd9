/** Kinds of synthetic inputs as the server takes them. Pure. */

export const KINDS = ['usual', 'noise', 'constant', 'gradient'] as const;
export type Kind = (typeof KINDS)[number];

/** A kind, and what is said of it: a seed, a value or a way; empty where nothing is. */
export interface Wish {
  readonly kind: Kind;
  readonly more: string;
}

/** What the server is asked for; a sentence where it cannot be. */
export function asked({ kind, more }: Wish): { readonly synthetic: true | string } | string {
  const text = more.trim();
  if (kind === 'usual') return { synthetic: true };
  if (text === '') return { synthetic: kind };
  if (kind === 'noise' && !/^\d{1,15}$/.test(text)) {
    return `A seed is a whole number; ${text} was typed: type one such as 7, or leave the field empty.`;
  }
  if (kind === 'constant' && !Number.isFinite(Number(text))) {
    return `The value is a number; ${text} was typed: type one such as 0.5, or leave the field empty.`;
  }
  return { synthetic: `${kind}:${text}` };
}

/** What is fed now, as it was asked for. */
export function wishOf(source: unknown): Wish {
  const said = (source as { synthetic?: unknown }).synthetic;
  const [name, ...more] = typeof said === 'string' ? said.split(':') : [];
  const kind = KINDS.find((one) => one === name);
  return kind ? { kind, more: more.join(':') } : { kind: 'usual', more: '' };
}
