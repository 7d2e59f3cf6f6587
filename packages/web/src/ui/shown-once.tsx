import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Download } from 'lucide-react';
import { CommandLine } from './command-line.tsx';

interface Props {
  title: string;
  /** Why it is here only now. */
  note: string;
  lines: readonly string[];
  /** Name of the file; no download without one. */
  file?: string;
}

/** Secrets that the server does not show again. */
export function ShownOnce({ title, note, lines, file }: Props) {
  const text = `${lines.join('\n')}\n`;
  return (
    <section aria-label={title} className="rounded-xl border border-warn bg-warn-soft p-4">
      <p className="font-semibold">{title}</p>
      <p className="mt-1 text-sm text-pretty">{note}</p>
      <div className="mt-3 grid gap-3">
        {lines.length === 1 ? (
          <CommandLine command={lines[0] ?? ''} />
        ) : (
          <>
            <ul className="num grid gap-x-4 sm:grid-cols-2 gap-y-1.5 rounded-lg border border-line bg-surface p-3 font-mono text-sm">
              {lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
            <CommandLine command={lines.join(' ')} label={t`Copy all`} />
          </>
        )}
        {file !== undefined && (
          <a
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
            download={file}
            className="flex min-h-11 items-center justify-center gap-2 rounded-lg border border-line-strong bg-surface px-3 text-sm font-semibold hover:bg-sunken"
          >
            <Download size={16} aria-hidden /> <Trans>Download as a file</Trans>
          </a>
        )}
      </div>
    </section>
  );
}
