/** Sentences for the user; errors stay until they are closed. */
import { useEffect, useRef } from 'preact/hooks';
import { dismiss } from '../state/actions';
import { type Message, messages, phase } from '../state/store';
import { Icon } from './icons';

/** How long a note stays, in milliseconds; the time to read it twice. */
const NOTE_STAYS = 8000;

function Toast({ message }: { readonly message: Message }) {
  const { id, kind, text, offer } = message;
  const held = useRef(false);
  useEffect(() => {
    if (kind === 'error') return;
    const timer = setInterval(() => {
      if (!held.current) dismiss(id);
    }, NOTE_STAYS);
    return () => clearInterval(timer);
  }, [id, kind]);
  const hold = (on: boolean) => () => {
    held.current = on;
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it is only kept while it is being read
    <div
      class={`toast panel ${kind}`}
      role={kind === 'error' ? 'alert' : 'status'}
      onMouseEnter={hold(true)}
      onMouseLeave={hold(false)}
      onFocusIn={hold(true)}
      onFocusOut={hold(false)}
    >
      <p>{text}</p>
      {offer && (
        <button
          type="button"
          class="button"
          onClick={() => {
            dismiss(id);
            offer.act();
          }}
        >
          {offer.label}
        </button>
      )}
      <button type="button" class="icon-button" aria-label="Close" onClick={() => dismiss(id)}>
        <Icon name="close" />
      </button>
    </div>
  );
}

export function Messages() {
  // What ended the model stands in a card of its own, with the same offer.
  const shown = messages.value.filter((one) => phase.value !== 'lost' || !one.offer);
  return (
    <div class="messages">
      {shown.map((one) => (
        <Toast key={one.id} message={one} />
      ))}
    </div>
  );
}
