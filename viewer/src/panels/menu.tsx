/** A button with a short menu. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icons';

export interface MenuItem {
  readonly words: string;
  readonly note?: string;
  readonly checked?: boolean;
  readonly act: () => void;
}

interface Props {
  readonly label: string;
  readonly title: string;
  readonly items: readonly MenuItem[];
  /** Whether it opens beneath its button. */
  readonly below?: boolean;
}

/** Moves the focus among the items; the arrow keys go round. */
function step(list: HTMLElement, by: number): void {
  const items = [...list.querySelectorAll<HTMLElement>('[role^=menuitem]')];
  const now = items.indexOf(document.activeElement as HTMLElement);
  items[(now + by + items.length) % items.length]?.focus();
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

export function Menu({ label, title, items, below = false }: Props) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  useLayoutEffect(() => {
    if (open && box.current) step(box.current, 1);
  }, [open]);
  const pressed = (event: KeyboardEvent) => {
    const by = STEPS[event.key];
    if (event.key === 'Escape' && open) close();
    else if (by && box.current && open) step(box.current, by);
    else return;
    event.preventDefault();
  };
  const left = (event: FocusEvent) => {
    if (!box.current?.contains(event.relatedTarget as Node | null)) setOpen(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the menu within
    <div class="menu-box" ref={box} onKeyDown={pressed} onFocusOut={left}>
      <button
        type="button"
        class="button"
        ref={button}
        title={title}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {label}
        <Icon name="down" />
      </button>
      {open && (
        <div class={below ? 'menu below' : 'menu'} role="menu" aria-label={title}>
          {items.map((item) => (
            <button
              key={item.words}
              type="button"
              role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
              {...(item.checked === undefined ? {} : { 'aria-checked': item.checked })}
              tabIndex={-1}
              onClick={() => {
                close();
                item.act();
              }}
            >
              {item.checked !== undefined && (
                <span class="tick">{item.checked && <Icon name="tick" />}</span>
              )}
              <span>
                {item.words}
                {item.note && <small>{item.note}</small>}
              </span>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
