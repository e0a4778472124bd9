/** The panels over the scene. */
import { render } from 'preact';
import { followHistory } from '../state/history';
import { followAppearance } from './appearance';
import { startDropping } from './drop';
import { startKeyboard } from './keyboard';
import { startMeasuring } from './measure';
import { Page } from './page';
import { startPasting } from './paste';

/** Draws the panels and begins to listen to keys and drops. */
export function mountPanels(root: HTMLElement): void {
  followAppearance();
  followHistory();
  startKeyboard();
  startDropping();
  startPasting();
  render(<Page />, root);
  startMeasuring(root);
}
