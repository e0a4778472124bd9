/** Small line drawings for buttons; the button's label says what they mean. */

const PATHS = {
  open: 'M2.5 12.5v-9h4l1.5 2h5.5v7z',
  fan: 'M3 3.5v7l3 2v-7zM7.5 3.5v7l3 2v-7zM12 3.5v7l2 1.3v-7z',
  eye: 'M1.5 8C3.5 4.8 5.6 3.5 8 3.5s4.5 1.3 6.5 4.5c-2 3.2-4.100 4.500-6.500 4.500S3.500 11.200 1.500 8zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1',
  moon: 'M13 9.6A5.5 5.5 0 0 1 6.4 3 5.5 5.5 0 1 0 13 9.6z',
  lecture: 'M2 3h12v7.5H2zM8 10.5v3M5.5 13.5h5',
  screen: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  search: 'M7 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM10 10l3.5 3.5',
  outline: 'M2.5 3.5h7M5 8h8.5M5 12.5h8.5M2.5 6.500v6M2.5 8H5M2.5 12.5H5',
  fold: 'M3 8h10M5.5 3L8 5.500 10.500 3M5.500 13L8 10.500 10.500 13',
  level: 'M3 5h10M5.500 8.500L8 11l2.500-2.500',
  unfold: 'M3 8h10M5.500 5.500L8 3l2.500 2.500M5.500 10.500L8 13l2.500-2.500',
  close: 'M4 4l8 8M12 4l-8 8',
  left: 'M9.5 4l-4 4 4 4',
  right: 'M6.5 4l4 4-4 4',
  up: 'M4.5 9.5L8 6l3.5 3.5',
  down: 'M4.5 6.5L8 10l3.5-3.5',
  flip: 'M3 5.5h9M9.5 3L12 5.5 9.5 8M13 10.5H4M6.5 8L4 10.5 6.5 13',
  undo: 'M6 3L3 6l3 3M3 6h6.500a3.500 3.500 0 0 1 0 7H6',
  live: 'M8 6.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3zM4.800 4.800a4.500 4.500 0 0 0 0 6.400M11.200 4.800a4.500 4.500 0 0 1 0 6.400M2.800 2.800a7.400 7.400 0 0 0 0 10.400M13.200 2.800a7.400 7.400 0 0 1 0 10.400',
  tick: 'M3.5 8.5l3 3 6-7',
  wave: 'M1.500 8c1.500-6 3-6 4.500 0s3 6 4.500 0 2.500-5 4-2',
  save: 'M8 2.5v7.5M4.8 7.2L8 10.4l3.2-3.2M3 13h10',
  disturb:
    'M2 4.500h6M11 4.500h3M9.500 3v3M2 8h2M7 8h7M5.500 6.500v3M2 11.500h7M12 11.500h2M10.500 10v3',
  picture: 'M2.5 3h11v10h-11zM2.5 11l3.5-3.5 2.5 2.5 2-2 3 3M10.5 6h.01',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
