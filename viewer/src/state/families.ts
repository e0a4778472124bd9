/** Colours of the operator families, told apart also by lightness, for colour-blind eyes. */
export const FAMILY: Readonly<Record<string, string>> = {
  convolution: '#4f9dd9',
  activation: '#f0715f',
  pooling: '#2bb3a3',
  dense: '#f2b134',
  normalization: '#84c25b',
  shape: '#8b94a6',
  attention: '#a58af0',
  recurrent: '#d98cc4',
  elementwise: '#c9a27a',
  control: '#6f7fd0',
  trees: '#5f9e6e',
  input: '#c5ccd8',
  other: '#6d7687',
};
