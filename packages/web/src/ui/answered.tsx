import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { ConnectionLost } from '../rollouts/connection-lost.tsx';
import { failureOf } from './failure.ts';
import { Problem } from './problem.tsx';
import type { Asked } from './use-asked.ts';
import { Waiting } from './waiting.tsx';

interface Props<T> {
  asked: Asked<T>;
  /** What is being asked for, "the audit log". */
  what: string;
  /** What shows the same in a terminal. */
  command?: string;
  /** Another one on the page says already that the server is away. */
  quiet?: boolean;
  children: (data: T) => ReactNode;
}

/** Shows an answer, or in words why there is none; the last answer stays while the server is away. */
export function Answered<T>({
  asked: { data, lost, refused, heardAt },
  what,
  command,
  quiet = false,
  children,
}: Props<T>) {
  return (
    <>
      {refused && <Problem failure={failureOf(refused)} />}
      {data !== undefined && children(data)}
      {data === undefined && !refused && !lost && <Waiting what={what} command={command} />}
      {data === undefined && !refused && lost && (
        <p aria-live="polite" className="card p-5 text-ink-2">
          <Trans>The server does not answer, so {what} cannot be shown yet.</Trans>
        </p>
      )}
      {lost && !quiet && <ConnectionLost heardAt={heardAt} {...(command === undefined ? {} : { command })} />}
    </>
  );
}
