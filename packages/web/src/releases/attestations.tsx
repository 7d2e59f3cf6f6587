import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { AttestationView, ReleaseView } from '@tuesday/protocol';
import { CircleCheck, CircleHelp, OctagonX } from 'lucide-react';
import { call } from '../api.ts';
import { useSession } from '../session/context.ts';
import { Answered } from '../ui/answered.tsx';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/empty.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { Moment } from '../ui/moment.tsx';

/** Test results that testers of the fleet signed. */
export function Attestations({ release: { version, manifest } }: { release: ReleaseView }) {
  const hardware = manifest.artifacts[0]?.hardware ?? '<hardware>';
  const params = { version };
  const asked = useAsked(`attestations ${version}`, () => call('listAttestations', { params }), 15_000, [
    `release ${version}`,
  ]);
  return (
    <Card
      title={t`Test results`}
      lead={t`Runs of the matrix, each signed by a tester whose word counts in this fleet.`}
    >
      <Answered quiet asked={asked} what={t`the test results`} command={`tuesday release attest ${version}`}>
        {({ attestations }) =>
          attestations.length === 0 ? (
            <Empty
              command={`tuesday matrix run --file matrix.yaml --live --release ${version} --hardware ${hardware} --artifact firmware.bundle --sign ci.tester.json --attach`}
            >
              <Trans>
                Nobody has tested it yet. A run of the matrix brings up the fleet’s environments, plays the
                release in each, and attaches what it saw:
              </Trans>
            </Empty>
          ) : (
            <ul className="rows mt-2 text-sm">
              {attestations.map((one) => (
                <Row key={one.sha256} one={one} />
              ))}
            </ul>
          )
        }
      </Answered>
    </Card>
  );
}

function Row({ one: { tester, at, hardware, passed, failed, notRun, sha256 } }: { one: AttestationView }) {
  const { zone } = useSession().session;
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-1.5 py-3">
      <span className="min-w-0 flex-1 basis-52">
        <Trans>
          <span className="font-semibold wrap-anywhere">{tester}</span> on {hardware}
        </Trans>
        <span className="num block text-ink-2">
          <Moment at={at} zone={zone} />, <code className="font-mono text-xs">{sha256.slice(0, 12)}</code>
        </span>
      </span>
      <span className="num flex flex-wrap gap-x-4 gap-y-1 font-medium">
        <span className="flex items-center gap-1.5 text-good">
          <CircleCheck size={15} aria-hidden /> <Trans>{passed} passed</Trans>
        </span>
        <span className={`flex items-center gap-1.5 ${failed > 0 ? 'text-bad' : 'text-ink-2'}`}>
          <OctagonX size={15} aria-hidden /> <Trans>{failed} failed</Trans>
        </span>
        <span className="flex items-center gap-1.5 text-ink-2">
          <CircleHelp size={15} aria-hidden /> <Trans>{notRun} not run</Trans>
        </span>
      </span>
    </li>
  );
}
