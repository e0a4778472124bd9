/** A card in the scene asks for the editor; which dialog is open is the panels' own. */
import { effect } from '@preact/signals';
import { editorAsked } from '../../state/stepcards';
import { dialog } from '../dialogs';

effect(() => {
  if (editorAsked.value) dialog.value = 'preparation';
});
