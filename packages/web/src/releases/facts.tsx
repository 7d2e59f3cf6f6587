import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ReleaseView } from '@tuesday/protocol';
import { releasePath } from '../route.ts';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Card } from '../ui/card.tsx';
import { Link } from '../ui/link.tsx';

/** What the release says about itself; signed with it, so nobody changes it afterwards. */
export function Facts({ release: { manifest, createdAt } }: { release: ReleaseView }) {
  const { zone } = useSession().session;
  const { wayBack, floor, securityVersion, stagingSoak, recovery, notes } = manifest;
  const rows: ReadonlyArray<readonly [string, string]> = [
    [t`way back`, wayBack === undefined ? t`none; it cannot be rolled out without one` : wayBack],
    [
      t`floor`,
      floor === undefined ? t`none: devices may come from any version` : t`devices must be on ${floor} first`,
    ],
    [
      t`security version`,
      t`${securityVersion}: no device that runs it goes below this, not even on the way back`,
    ],
    [
      t`staging soak`,
      stagingSoak === undefined ? t`what the policy asks` : t`${stagingSoak} in each cell of the matrix`,
    ],
    ...(recovery ? [[t`recovery`, t`only mends devices; one commander may ship it`] as const] : []),
    [t`declared`, bothWords(createdAt, zone)],
  ];
  return (
    <Card title={t`What it declares`}>
      <dl className="num mt-4 grid gap-x-6 gap-y-2 text-sm sm:grid-cols-[8.5rem_1fr]">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-2 max-sm:mt-1">{name}</dt>
            <dd className="font-medium text-pretty wrap-anywhere">
              {value === wayBack ? (
                <Link to={releasePath(value)} className="link">
                  {value}
                </Link>
              ) : (
                value
              )}
            </dd>
          </div>
        ))}
      </dl>
      <h3 className="eyebrow mt-5">
        <Trans>Notes</Trans>
      </h3>
      <p className="mt-1 max-w-[70ch] text-sm text-pretty whitespace-pre-line wrap-anywhere">
        {notes.trim() === '' ? t`Nobody wrote any.` : notes.trim()}
      </p>
    </Card>
  );
}
