/** A button that asks for a file, or for several that belong together. */
import type { ComponentChildren } from 'preact';

interface Props {
  readonly accept: string;
  readonly take?: (file: File) => void;
  /** Called instead where several may be chosen. */
  readonly takeAll?: (files: readonly File[]) => void;
  /** Whether a folder is chosen, with all that lies in it. */
  readonly folder?: boolean;
  readonly title?: string;
  readonly primary?: boolean;
  readonly children: ComponentChildren;
}

export function FileButton({
  accept,
  take,
  takeAll,
  folder = false,
  title,
  primary = false,
  children,
}: Props) {
  return (
    <label class={primary ? 'button primary file-button' : 'button file-button'} title={title}>
      <input
        type="file"
        class="unseen"
        accept={accept}
        multiple={takeAll !== undefined}
        {...(folder ? { webkitdirectory: true } : {})}
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          const [file] = files;
          // Emptied, so that the same file can be chosen twice.
          currentTarget.value = '';
          if (!file) return;
          if (takeAll) takeAll(files);
          else take?.(file);
        }}
      />
      {children}
    </label>
  );
}
