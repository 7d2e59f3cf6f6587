import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { StageView } from '@tuesday/protocol';
import { type Anchor, bothWords, fleetAt, progressBetween } from '../time.ts';
import { useNow } from '../ui/use-now.ts';
import { EvidenceBar } from './evidence-bar.tsx';
import { STANDING_WORDS, type Standing } from './standing.ts';
import { devicesWords, percent } from './words.ts';

interface Props {
  stage: StageView;
  standing: Standing;
  /** Why the stage is larger than its share. */
  covered: string | undefined;
  /** Halted or over: what had not passed does not soak any more. */
  stopped: boolean;
  anchor: Anchor;
  zone: string;
}

export function Stage({ stage, standing, covered, stopped, anchor, zone }: Props) {
  const { plan, size, verdict } = stage;
  return (
    <div className="min-w-0 pb-7">
      <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="font-semibold">
          <Trans>Stage {stage.stage + 1}</Trans>
        </h3>
        <span className="ml-auto text-sm font-semibold sm:order-3">{STANDING_WORDS[standing]}</span>
        <span className="num text-ink-2 max-sm:w-full">
          <Trans>
            to {percent(plan.share)} of the fleet, {devicesWords(size)}
          </Trans>
        </span>
      </div>
      {covered && <p className="text-sm text-ink-2">{covered}</p>}
      <p className="num text-sm text-pretty text-ink-2">{stage.power.because}</p>
      {stage.openedAt === null ? (
        <p className="num mt-1 text-sm text-ink-2">
          <Trans>Soaks {plan.soak} once it opens. Until then its devices are control.</Trans>
        </p>
      ) : (
        <>
          <Soak stage={stage} stopped={stopped} anchor={anchor} zone={zone} />
          <EvidenceBar evidence={stage.evidence} />
          {verdict && (
            <p className="mt-3 rounded-lg bg-sunken px-3.5 py-2.5 text-sm text-pretty">
              <span className="font-semibold">
                <Trans>Gate: {verdict.kind}.</Trans>
              </span>{' '}
              {verdict.because}
            </p>
          )}
        </>
      )}
    </div>
  );
}

function Soak({ stage, stopped, anchor, zone }: Pick<Props, 'stage' | 'stopped' | 'anchor' | 'zone'>) {
  const now = useNow();
  const { openedAt, soakEndsAt, passedAt, plan } = stage;
  if (openedAt === null || soakEndsAt === null) return null;
  if (stopped && passedAt === null)
    return (
      <p className="mt-1.5 text-sm text-ink-2">
        <Trans>Its soak of {plan.soak} did not come to its end.</Trans>
      </p>
    );
  const done = progressBetween(openedAt, soakEndsAt, fleetAt(anchor, now));
  const words =
    passedAt === null
      ? t`soak ${Math.floor(done * 100)} % of ${plan.soak}, ends ${bothWords(soakEndsAt, zone)}`
      : t`passed ${bothWords(passedAt, zone)} after a soak of ${plan.soak}`;
  return (
    <div className="mt-1.5">
      <p className="num text-sm text-ink-2">{words}</p>
      <progress
        aria-label={t`Soak of stage ${stage.stage + 1}`}
        max={100}
        value={Math.floor(done * 100)}
        className="soak mt-1.5"
      />
    </div>
  );
}
