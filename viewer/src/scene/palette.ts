/** Colours of the scene by theme; tensors have the only saturated fills. */

export type Rgb = readonly [number, number, number];

const hex = (code: string): Rgb => [
  Number.parseInt(code.slice(1, 3), 16) / 255,
  Number.parseInt(code.slice(3, 5), 16) / 255,
  Number.parseInt(code.slice(5, 7), 16) / 255,
];

/** By operator family; told apart also by lightness, for colour-blind eyes. */
const FAMILY: Record<string, Rgb> = {
  convolution: hex('#4f9dd9'),
  activation: hex('#f0715f'),
  pooling: hex('#2bb3a3'),
  dense: hex('#f2b134'),
  normalization: hex('#84c25b'),
  shape: hex('#8b94a6'),
  attention: hex('#a58af0'),
  recurrent: hex('#d98cc4'),
  elementwise: hex('#c9a27a'),
  control: hex('#6f7fd0'),
  trees: hex('#5f9e6e'),
  input: hex('#c5ccd8'),
  other: hex('#6d7687'),
};

export function familyColour(name: string): Rgb {
  return FAMILY[name] ?? (FAMILY.other as Rgb);
}

export interface Palette {
  readonly top: string;
  readonly bottom: string;
  /** What shows between maps. */
  readonly ground: Rgb;
  readonly pedestal: Rgb;
  readonly plane: Rgb;
  readonly edge: Rgb;
  readonly lit: Rgb;
  readonly port: Rgb;
  readonly portGround: Rgb;
  readonly text: string;
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
    plane: hex('#3b475c'),
    edge: hex('#6b7a93'),
    lit: hex('#f9c846'),
    port: hex('#dfe6f2'),
    portGround: hex('#26304a'),
    text: '#eef2f8',
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
    plane: hex('#a3afc2'),
    edge: hex('#77849b'),
    lit: hex('#c2410c'),
    port: hex('#1d2636'),
    portGround: hex('#c3ccdb'),
    text: '#131a26',
    dim: '#4b566a',
    halo: 'rgba(255,255,255,0.85)',
    bar: hex('#8c99af'),
    winner: hex('#c2410c'),
    track: hex('#dde3ec'),
  },
};
