import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ApprovalView } from '@tuesday/protocol';
import { useState } from 'react';
import { Card } from '../ui/card.tsx';
import { shortDigest } from './words.ts';

/** The digest, short until somebody wants to compare it, and everything that it covers. */
export function Covered({ view }: { view: ApprovalView }) {
  const [full, setFull] = useState(false);
  return (
    <Card
      title={t`Digest`}
      lead={t`You consent to exactly what it covers. If anything of that changes, every consent is void.`}
    >
      <button
        type="button"
        aria-expanded={full}
        className="mt-3 min-h-11 w-full rounded-lg border border-line bg-sunken px-3 py-2 text-left font-mono text-sm wrap-anywhere"
        onClick={() => setFull(!full)}
      >
        {full ? view.digest : shortDigest(view.digest)}
        <span className="ml-2 font-sans text-ink-2">{full ? t`shorten` : t`show all 64 digits`}</span>
      </button>
      <details className="mt-3 text-sm">
        <summary className="min-h-11 cursor-pointer py-2.5 font-medium">
          <Trans>Everything that it covers</Trans>
        </summary>
        {/* What scrolls must be within reach of the keyboard. */}
        <pre
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          className="max-h-96 overflow-auto rounded-lg border border-line bg-sunken p-3 font-mono text-xs"
        >
          {JSON.stringify(view.covers, null, 2)}
        </pre>
      </details>
    </Card>
  );
}
