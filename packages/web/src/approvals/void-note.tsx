import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ApprovalView } from '@tuesday/protocol';
import { call } from '../api.ts';
import { CommandLine } from '../ui/command-line.tsx';
import { useAsked } from '../ui/use-asked.ts';

/** Why consents that were given count for nothing, and what to do about it. */
export function VoidNote({ view: { approval, subject, object } }: { view: ApprovalView }) {
  const query = { object: `approval ${approval}`, verb: 'approval.void', limit: 1 };
  const asked = useAsked(`void ${approval}`, () => call('listAudit', { query }), 60_000, [
    `approval ${approval}`,
  ]);
  const why = asked.data?.entries[0]?.because ?? t`what the request covers has changed since it was made`;
  const again = subject === 'rollout' ? `tuesday approval request ${object}` : undefined;
  return (
    <div className="mt-4 grid gap-2 rounded-lg bg-bad-soft px-3.5 py-3 text-sm">
      <p className="text-pretty">
        <Trans>
          <strong className="font-semibold">It is void: {why}.</strong> People consent to exactly one digest,
          so the consents above count for nothing any more, and nobody’s is carried over. It has to be asked
          for again.
        </Trans>
      </p>
      {again !== undefined && <CommandLine command={again} />}
    </div>
  );
}
