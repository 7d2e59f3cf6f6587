import { Trans } from '@lingui/react/macro';
import { Component, type ReactNode } from 'react';
import { CommandLine } from './command-line.tsx';

/** Around what is loaded when it is looked at: a part that does not come must not take the console along. */
export class PageBroken extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <main className="mx-auto grid max-w-[90rem] gap-4 px-4 py-16 sm:px-6">
        <h1 className="text-2xl font-semibold tracking-tight">
          <Trans>This page did not load</Trans>
        </h1>
        <p className="max-w-[60ch] text-ink-2">
          <Trans>
            The server did not send it, or sent a newer console. Load it again; nothing is lost on the server.
          </Trans>
        </p>
        <p>
          <button
            type="button"
            className="min-h-11 rounded-lg bg-accent px-4 font-semibold text-surface"
            onClick={() => location.reload()}
          >
            <Trans>Load it again</Trans>
          </button>
        </p>
        <div className="grid max-w-md gap-1.5 text-sm text-ink-2">
          <Trans>Everything that the console does is in the CLI, too:</Trans>
          <CommandLine command="tuesday --help" />
        </div>
      </main>
    );
  }
}
