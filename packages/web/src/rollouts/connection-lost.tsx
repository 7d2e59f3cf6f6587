import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { WifiOff } from 'lucide-react';
import { exactWords } from '../time.ts';
import { CommandLine } from '../ui/command-line.tsx';

/** Laid over the bottom, where on a phone the buttons were that cannot reach the server now. */
export function ConnectionLost({ command, heardAt }: { command?: string; heardAt: number | undefined }) {
  const last = heardAt === undefined ? t`no word so far` : t`last update at ${exactWords(heardAt)}`;
  return (
    <div
      role="alert"
      className="fixed inset-x-0 bottom-0 z-30 border-t-2 border-warn bg-surface px-4 py-4 pb-[max(1rem,env(safe-area-inset-bottom))] shadow-2xl sm:px-6"
    >
      <div className="mx-auto flex max-w-[90rem] flex-col gap-3 md:flex-row md:items-center md:gap-6">
        <p className="num flex items-center gap-2.5 font-semibold">
          <WifiOff size={18} aria-hidden className="shrink-0 text-warn" />
          <span>
            <Trans>Connection lost, retrying, {last}.</Trans>
          </span>
        </p>
        {command !== undefined && (
          <div className="flex min-w-0 flex-col gap-1.5 md:ml-auto md:flex-row md:items-center md:gap-3">
            <span className="text-sm text-ink-2">
              <Trans>The CLI still works from where it reaches the server:</Trans>
            </span>
            <CommandLine command={command} />
          </div>
        )}
      </div>
    </div>
  );
}
