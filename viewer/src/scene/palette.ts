/** Colours of the scene by theme; tensors have the only saturated fills. */
import { FAMILY } from '../state/families';

export type Rgb = readonly [number, number, number];

export const hex = (code: string): Rgb => [
  Number.parseInt(code.slice(1, 3), 16) / 255,
  Number.parseInt(code.slice(3, 5), 16) / 255,
  Number.parseInt(code.slice(5, 7), 16) / 255,
];

/** The colour of an operator family. */
export function familyColour(name: string): Rgb {
  return FAMILIES[name] ?? [0.43, 0.46, 0.53];
}

/** Between two colours: 0 is the first, 1 the second. */
export function mixed(a: Rgb, b: Rgb, part: number): Rgb {
  const at = (i: 0 | 1 | 2) => a[i] + (b[i] - a[i]) * part;
  return [at(0), at(1), at(2)];
}

const FAMILIES: Record<string, Rgb> = Object.fromEntries(
  Object.entries(FAMILY).map(([name, code]) => [name, hex(code)]),
);

export interface Palette {
  readonly top: string;
  readonly bottom: string;
  /** What shows between maps. */
  readonly ground: Rgb;
  readonly pedestal: Rgb;
  /** The shared ground of two steps of one layer. */
  readonly plate: Rgb;
  readonly bad: Rgb;
  /** How a port's dots are drawn: light on dark, or dark on light. */
  readonly dots: number;
  /** Numbers that stand alone. */
  readonly ink: Rgb;
  readonly edge: Rgb;
  readonly lit: Rgb;
  readonly port: Rgb;
  readonly text: string;
  readonly litText: string;
  readonly dim: string;
  readonly halo: string;
  readonly bar: Rgb;
  readonly winner: Rgb;
  readonly track: Rgb;
}

export const PALETTES: Record<'dark' | 'light', Palette> = {
  dark: {
    top: '#1b2130',
    bottom: '#0c1018',
    ground: hex('#0a0d14'),
    pedestal: hex('#1c2433'),
    plate: hex('#1d2536'),
    dots: 1,
    bad: hex('#ff5a52'),
    ink: hex('#dfe6f2'),
    edge: hex('#6b7a93'),
    lit: hex('#f9c846'),
    port: hex('#dfe6f2'),
    text: '#eef2f8',
    litText: '#ffd25e',
    dim: '#a9b4c6',
    halo: 'rgba(10,13,20,0.82)',
    bar: hex('#5b6a84'),
    winner: hex('#f9c846'),
    track: hex('#1e2635'),
  },
  light: {
    top: '#fbfcfe',
    bottom: '#e9edf4',
    ground: hex('#ffffff'),
    pedestal: hex('#d3dae6'),
    plate: hex('#dde3ed'),
    dots: 5,
    bad: hex('#c81e1e'),
    ink: hex('#131a26'),
    edge: hex('#77849b'),
    lit: hex('#c2410c'),
    port: hex('#1d2636'),
    text: '#131a26',
    litText: '#b03a06',
    dim: '#4b566a',
    halo: 'rgba(255,255,255,0.85)',
    bar: hex('#8c99af'),
    winner: hex('#c2410c'),
    track: hex('#dde3ec'),
  },
};
