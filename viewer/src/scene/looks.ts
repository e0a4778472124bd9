/** How a tensor is drawn, in the scene and in its panel. */
import type { Scale } from '../state/ranges';
import * as s from '../state/store';
import type { Look } from './drawing';

/** A tensor in the scene. */
export function sceneLook(scale: Scale, value: number, strength: number): Look {
  return {
    scale,
    perMap: s.styleOf(value).scaling === 'map',
    smooth: false,
    gaps: true,
    numbers: true,
    alone: false,
    strength,
  };
}

/** The open tensor in its panel. */
export function panelLook(scale: Scale, value: number, view: s.View): Look {
  return {
    scale,
    perMap: s.styleOf(value).scaling === 'map',
    smooth: view === 'smooth',
    gaps: view !== 'smooth',
    numbers: view === 'cells' || view === 'numbers',
    alone: view === 'numbers',
    strength: 1,
  };
}
