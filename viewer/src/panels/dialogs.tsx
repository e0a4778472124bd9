/** Dialogs: which one is open, and the frame that all of them have. */
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from './icons';

export type DialogName =
  | 'open'
  | 'keys'
  | 'preparation'
  | 'try-all'
  | 'inputs'
  | 'synthetic'
  | 'gallery'
  | 'reading';

/** The dialog that is open; null for none. */
export const dialog = signal<DialogName | null>(null);

export const closeDialog = (): void => {
  dialog.value = null;
};

interface Props {
  readonly title: string;
  readonly wide?: boolean;
  /** Fills the window. */
  readonly full?: boolean;
  /** Called once it is closed, where it is none of those by name. */
  readonly closed?: () => void;
  readonly children: ComponentChildren;
}

/** A modal dialog; Escape, the cross and a click beside it close it. */
export function Dialog({
  title,
  wide = false,
  full = false,
  closed = closeDialog,
  children,
}: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useLayoutEffect(() => {
    ref.current?.showModal();
  }, []);
  return (
    <dialog
      ref={ref}
      class={`dialog${wide ? ' wide' : ''}${full ? ' full' : ''}`}
      aria-labelledby={heading}
      closedby="any"
      autofocus
      onClose={closed}
    >
      <header>
        <h2 id={heading}>{title}</h2>
        <button
          type="button"
          class="icon-button"
          aria-label="Close"
          onClick={() => ref.current?.close()}
        >
          <Icon name="close" />
        </button>
      </header>
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}
