import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ReleaseView } from '@tuesday/protocol';
import { Rocket } from 'lucide-react';
import { go } from '../route.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CommandLine } from '../ui/command-line.tsx';

/** The way from a release to a plan; a button that says why it does nothing yet. */
export function RollOut({ release }: { release: ReleaseView }) {
  const { account } = useSession().session;
  const lacking = whyNot(release);
  return (
    <Card
      title={t`Roll it out`}
      lead={t`A plan says how much of the fleet takes it when, and how long each stage soaks. Nothing moves until somebody starts it; while the tests have a gap, the start is refused unless the plan says what to do about it.`}
    >
      <Button
        kind="primary"
        className="mt-4 sm:max-w-64"
        refusal={lacking ?? refusalFor(account, 'operate')}
        onClick={() => go(`/rollouts/new?release=${encodeURIComponent(release.version)}`)}
      >
        <Rocket size={18} aria-hidden /> <Trans>Roll it out</Trans>
      </Button>
      {lacking === undefined && (
        <div className="mt-4 grid gap-2">
          <p className="text-sm text-ink-2">
            <Trans>The same from a terminal, with “release: {release.version}” in the plan:</Trans>
          </p>
          <CommandLine command="tuesday rollout create --plan plan.yaml" />
        </div>
      )}
    </Card>
  );
}

/** @returns why no plan would take it now */
export function whyNot({
  version,
  state,
  manifest,
  missingArtifacts,
  signatures,
}: ReleaseView): string | undefined {
  if (state === 'draft') {
    const lacks =
      missingArtifacts.length > 0
        ? t`the bytes for ${missingArtifacts.join(', ')}`
        : t`${signatures.need - signatures.have.length} of ${signatures.need} signatures`;
    return t`Only a published release can be rolled out; ${version} lacks ${lacks}.`;
  }
  if (manifest.wayBack === undefined)
    return t`${version} carries no signed way back, so no plan may take it. Devices get it when they are made.`;
  return undefined;
}
