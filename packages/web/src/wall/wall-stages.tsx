import { Trans } from '@lingui/react/macro';
import type { RolloutView, StageView } from '@tuesday/protocol';
import { segmentsOf, sumInWords } from '../rollouts/evidence.ts';
import { isStopped, STANDING_WORDS, standingOf } from '../rollouts/standing.ts';
import { devicesWords, percent } from '../rollouts/words.ts';
import { type Anchor, fleetAt, progressBetween } from '../time.ts';
import { Moment } from '../ui/moment.tsx';
import { useNow } from '../ui/use-now.ts';

interface Props {
  view: RolloutView;
  anchor: Anchor;
  zone: string;
}

/** One block a stage: how it stands, how far its soak is, and what its devices said. */
export function WallStages({ view, anchor, zone }: Props) {
  return (
    <section aria-labelledby="stages" className="card p-6">
      <h2 id="stages" className="sr-only">
        <Trans>Stages</Trans>
      </h2>
      <ol className="grid gap-5">
        {view.stages.map((stage) => (
          <li key={stage.stage} className="min-w-0">
            <p className="num flex flex-wrap items-baseline gap-x-4">
              <strong className="text-lg font-semibold">
                <Trans>Stage {stage.stage + 1}</Trans>
              </strong>
              <span className="text-ink-2">
                <Trans>
                  to {percent(stage.plan.share)}, {devicesWords(stage.size)}
                </Trans>
              </span>
              <strong className="ml-auto font-semibold">
                {STANDING_WORDS[standingOf(stage, view.phase)]}
              </strong>
            </p>
            {stage.openedAt !== null && (
              <Open stage={stage} stopped={isStopped(view.phase)} anchor={anchor} zone={zone} />
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface OpenProps extends Pick<Props, 'anchor' | 'zone'> {
  stage: StageView;
  stopped: boolean;
}

function Open({ stage, stopped, anchor, zone }: OpenProps) {
  const now = useNow();
  const { openedAt, soakEndsAt, passedAt, plan, evidence } = stage;
  const soaks = passedAt === null && !stopped && openedAt !== null && soakEndsAt !== null;
  const done = soaks ? Math.floor(progressBetween(openedAt, soakEndsAt, fleetAt(anchor, now)) * 100) : 0;
  return (
    <>
      <div aria-hidden className="mt-2 flex h-6 gap-[2px] overflow-hidden rounded-md bg-sunken">
        {segmentsOf(evidence).map(({ count, share }) => (
          <div
            key={count}
            className={`segment fill-${count} min-w-2 basis-0 rounded-[3px]`}
            style={{ flexGrow: share }}
          />
        ))}
      </div>
      <p className="num mt-1.5 text-ink-2">{sumInWords(evidence)}</p>
      {soaks && (
        <p className="num text-ink-2">
          <Trans>
            soak {done} % of {plan.soak}, ends
          </Trans>{' '}
          <Moment at={soakEndsAt} zone={zone} />
        </p>
      )}
    </>
  );
}
