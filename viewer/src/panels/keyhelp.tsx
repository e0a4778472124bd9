/** The list of keys. */
import { BINDINGS, GESTURES, ROOMS, type Room as RoomName } from './keymap';

const WRITTEN: Readonly<Record<string, string>> = { Escape: 'Esc' };

const written = (key: string): string =>
  WRITTEN[key] ?? key.replace('+', ' ').replace(/\b[a-z]$/, (letter) => letter.toUpperCase());

function Keys({ keys }: { readonly keys: readonly string[] }) {
  const [first = '', last] = [keys[0], keys.at(-1)];
  if (keys.length < 2) return <kbd>{written(first)}</kbd>;
  return (
    <>
      <kbd>{written(first)}</kbd> {keys.length > 2 ? '…' : 'or'} <kbd>{written(last ?? '')}</kbd>
    </>
  );
}

function Room({ room }: { readonly room: RoomName }) {
  return (
    <section>
      <h3>{room}</h3>
      <dl class="keys">
        {BINDINGS.filter((one) => one.room === room).map((one) => (
          <div key={one.name}>
            <dt>
              <Keys keys={one.keys} />
            </dt>
            <dd>{one.words}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function KeyHelp() {
  return (
    <div class="key-help">
      {ROOMS.map((room) => (
        <Room key={room} room={room} />
      ))}
      <section>
        <h3>Mouse, touch, Tab</h3>
        <dl class="keys">
          {GESTURES.map(([what, words]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}
