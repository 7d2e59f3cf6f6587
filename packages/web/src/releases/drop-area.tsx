import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { FileUp } from 'lucide-react';
import { type DragEvent, type ReactNode, useId, useState } from 'react';
import { Notes, told } from '../ui/field.tsx';

interface Props {
  label: string;
  hint: ReactNode;
  accept?: string;
  multiple?: boolean;
  problem?: string | undefined;
  /** Below the area: what came of the file. */
  children?: ReactNode;
  onFiles: (files: readonly File[]) => void;
}

/** Files, dragged here or chosen; the keyboard chooses. */
export function DropArea({ label, hint, accept, multiple = false, problem, children, onFiles }: Props) {
  const id = useId();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (files.length > 0) onFiles(multiple ? files : files.slice(0, 1));
  };
  const look = over
    ? 'border-accent bg-accent-soft'
    : problem === undefined
      ? 'border-line-strong'
      : 'border-bad';
  return (
    <div>
      <div
        className={`relative flex items-center gap-4 rounded-xl border-2 border-dashed px-4 py-4 transition-colors focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent hover:bg-sunken ${look}`}
      >
        <FileUp size={24} aria-hidden className="shrink-0 text-accent" />
        <label htmlFor={id} className="min-w-0 font-semibold">
          {label}
          <span aria-hidden className="block text-sm font-normal text-ink-2">
            <Trans>
              Drag {multiple ? t`files` : t`a file`} here, or choose {multiple ? t`them` : t`it`}
            </Trans>
          </span>
        </label>
        <input
          id={id}
          type="file"
          // Not to be seen, and as large as the area: what is dropped anywhere in it is dropped on the input.
          className="absolute inset-0 size-full cursor-pointer opacity-0"
          multiple={multiple}
          {...(accept === undefined ? {} : { accept })}
          aria-label={label}
          {...told(id, hint, problem)}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
          onChange={(event) => {
            const files = [...(event.target.files ?? [])];
            // The same file can be chosen again after it was mended.
            event.target.value = '';
            if (files.length > 0) onFiles(files);
          }}
        />
      </div>
      <Notes id={id} hint={hint} problem={problem} />
      {children}
    </div>
  );
}
