/** The colour table of a tensor: a list to search, with a strip of each. */
import { Fragment } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Table } from '../../client/documents';
import { setStyle } from '../../state/actions';
import { styleOf } from '../../state/store';
import { tables } from '../../state/tables';
import { Icon } from '../icons';
import { strip } from './colourbar';
import { filterTables, type Option, optionsOf } from './tablelist';

function Strip({ table }: { readonly table: Table | undefined }) {
  return <span class="strip" style={table ? { background: strip(table) } : {}} />;
}

interface ListProps {
  readonly id: string;
  readonly options: readonly Option[];
  readonly active: number;
  readonly chosen: string | null;
  readonly choose: (name: string | null) => void;
}

function List({ id, options, active, chosen, choose }: ListProps) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    list.current?.querySelector('.active')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div id={id} class="table-list" role="listbox" aria-label="Colour tables" ref={list}>
      {options.map((one, i) => (
        <Fragment key={one.name ?? ''}>
          {one.heading && <small role="presentation">{one.heading}</small>}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are those of the field above */}
          <div
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={one.name === chosen}
            class={i === active ? 'active' : ''}
            onClick={() => choose(one.name)}
          >
            <Strip table={one.table} />
            <span>{one.words}</span>
          </div>
        </Fragment>
      ))}
    </div>
  );
}

interface Props {
  readonly value: number;
  /** The name of the table that is drawn with now. */
  readonly inUse: string;
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 8,
  PageUp: -8,
};

/** The field to search with and what it finds. */
function Search({ value, inUse, close }: Props & { readonly close: () => void }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const [sought, setSought] = useState('');
  const [active, setActive] = useState(0);
  const chosen = styleOf(value).table;
  const options = filterTables(optionsOf(tables.value, inUse), sought);
  const choose = (name: string | null) => {
    setStyle(value, { table: name });
    close();
  };
  const pressed = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step) setActive(Math.min(options.length - 1, Math.max(0, active + step)));
    else if (event.key === 'Escape') close();
    else if (event.key === 'Enter') {
      const option = options[active];
      if (option) choose(option.name);
    } else return;
    event.preventDefault();
  };
  return (
    <div class="popover table-search">
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={`${id}-${active}`}
        aria-label="Search the colour tables"
        placeholder="Search"
        value={sought}
        ref={field}
        onInput={({ currentTarget }) => {
          setSought(currentTarget.value);
          setActive(0);
        }}
        onKeyDown={pressed}
      />
      <List id={id} options={options} active={active} chosen={chosen} choose={choose} />
    </div>
  );
}

export function TableChooser({ value, inUse }: Props) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const table = tables.value.find((one) => one.name === inUse);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const left = (event: FocusEvent) => {
    if (!box.current?.contains(event.relatedTarget as Node | null)) setOpen(false);
  };
  return (
    <div class="table-box" ref={box} onFocusOut={left}>
      <button
        type="button"
        class="button"
        ref={button}
        aria-haspopup="listbox"
        aria-expanded={open}
        title={`Colour table: ${inUse}`}
        onClick={() => setOpen(!open)}
      >
        <Strip table={table} />
        {/* Without its collection: the whole name is in the title and in the list. */}
        <span class="table-name">{inUse.split(':').at(-1)}</span>
        <Icon name="down" />
      </button>
      {open && <Search value={value} inUse={inUse} close={close} />}
    </div>
  );
}
