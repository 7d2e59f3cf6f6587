import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import { CommandLine } from './command-line.tsx';

/** Real milliseconds after which somebody wants to know why nothing comes. */
const LONG = 5_000;

interface Props {
  /** What is being asked for, "the audit log". */
  what: string;
  /** What shows the same in a terminal. */
  command?: string | undefined;
}

/** Nothing has come yet; when that lasts it says so, and which way is left. */
export function Waiting({ what, command }: Props) {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div aria-live="polite" className="card grid gap-3 p-5 text-ink-2">
      <p>{long ? t`The server takes long to answer. Still asking for ${what} …` : t`Asking for ${what} …`}</p>
      {long && command !== undefined && (
        <div className="grid gap-1.5">
          <p className="text-sm">
            <Trans>The same in a terminal, from where it reaches the server:</Trans>
          </p>
          <CommandLine command={command} />
        </div>
      )}
    </div>
  );
}
