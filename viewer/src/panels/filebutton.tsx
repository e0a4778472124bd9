/** A button that asks for a file. */
import type { ComponentChildren } from 'preact';

interface Props {
  readonly accept: string;
  readonly take: (file: File) => void;
  readonly title?: string;
  readonly primary?: boolean;
  readonly children: ComponentChildren;
}

export function FileButton({ accept, take, title, primary = false, children }: Props) {
  return (
    <label class={primary ? 'button primary file-button' : 'button file-button'} title={title}>
      <input
        type="file"
        class="unseen"
        accept={accept}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          // Emptied, so that the same file can be chosen twice.
          currentTarget.value = '';
          if (file) take(file);
        }}
      />
      {children}
    </label>
  );
}
