/** A card in the scene asks for the editor; which dialog is open is the panels' own. */
import { effect } from '@preact/signals';
import { editorAsked } from '../../state/stepcards';
import { dialog } from '../dialogs';

effect(() => {
  if (!editorAsked.value) return;
  // After the click that asked is over: it lies beside the dialog, and would close it.
  setTimeout(() => {
    dialog.value = 'preparation';
  });
});
