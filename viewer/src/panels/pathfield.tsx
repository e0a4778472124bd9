/** A path typed by hand, for what lies on the machine that runs Cutaway. */
import { useId, useState } from 'preact/hooks';

interface Props {
  readonly placeholder: string;
  readonly open: (path: string) => void;
}

export function PathField({ placeholder, open }: Props) {
  const [path, setPath] = useState('');
  const id = useId();
  return (
    <form
      class="path-field"
      onSubmit={(event) => {
        event.preventDefault();
        if (path.trim()) open(path.trim());
      }}
    >
      <label for={id}>Or a path on the machine that runs Cutaway</label>
      <div class="row">
        <input
          id={id}
          type="text"
          spellcheck={false}
          autocomplete="off"
          placeholder={placeholder}
          value={path}
          onInput={({ currentTarget }) => setPath(currentTarget.value)}
        />
        <button type="submit" class="button" disabled={!path.trim()}>
          Open
        </button>
      </div>
    </form>
  );
}
