import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { Checked } from '@tuesday/protocol/files';
import { Check, X } from 'lucide-react';
import type { Dropped } from './draft.ts';
import { DropArea } from './drop-area.tsx';

interface Props<T> {
  label: string;
  hint: string;
  dropped: Dropped<T> | undefined;
  problem: string | undefined;
  /** Reads the text; what it needs is loaded when there is a file. */
  read: (text: string) => Promise<Checked<T>>;
  /** What it found, in a few words. */
  found: (data: T) => string;
  onDropped: (dropped: Dropped<T> | undefined) => void;
}

/** Most problems that are shown at once. */
const SHOWN = 10;

/** A YAML file, read and judged here, with the line of everything that is wrong with it. */
export function YamlDrop<T>({ label, hint, dropped, problem, read, found, onDropped }: Props<T>) {
  const take = async ([file]: readonly File[]) => {
    if (!file) return;
    const failed = (message: string) => ({ problems: [{ line: 1, message }] }) as Checked<T>;
    const checked = await file
      .text()
      .then(read)
      .catch(() => failed(t`cannot be read; choose it again`));
    onDropped({ name: file.name, data: checked.data, problems: checked.problems ?? [] });
  };
  return (
    <DropArea
      label={label}
      hint={hint}
      accept=".yaml,.yml"
      problem={problem}
      onFiles={(files) => void take(files)}
    >
      {dropped && (
        <div className="mt-2 rounded-lg border border-line p-3 text-sm">
          <p className="flex items-start gap-2">
            {dropped.data !== undefined && (
              <Check size={16} aria-hidden className="mt-0.5 shrink-0 text-good" />
            )}
            <span className="min-w-0 flex-1 wrap-anywhere">
              <span className="font-semibold">{dropped.name}</span>{' '}
              {dropped.data === undefined ? counted(dropped.problems.length) : found(dropped.data)}
            </span>
            <button
              type="button"
              aria-label={t`Remove ${dropped.name}`}
              className="-mt-1.5 grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-sunken hover:text-ink"
              onClick={() => onDropped(undefined)}
            >
              <X size={16} aria-hidden />
            </button>
          </p>
          {dropped.problems.length > 0 && (
            <div role="alert">
              <ul className="num mt-1 grid gap-1 text-bad">
                {dropped.problems.slice(0, SHOWN).map(({ line, message }) => (
                  <li key={`${line} ${message}`} className="wrap-anywhere">
                    <Trans>
                      line {line}: {message}
                    </Trans>
                  </li>
                ))}
                {dropped.problems.length > SHOWN && (
                  <li>
                    <Trans>and {dropped.problems.length - SHOWN} more</Trans>
                  </li>
                )}
              </ul>
            </div>
          )}
        </div>
      )}
    </DropArea>
  );
}

function counted(problems: number): string {
  return plural(problems, { one: 'has a problem:', other: `has ${problems} problems:` });
}
