import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { rolloutPath } from '../route.ts';
import { numberWords, percent } from '../rollouts/words.ts';
import { bothWords } from '../time.ts';
import { Card } from '../ui/card.tsx';
import { Choice } from '../ui/field.tsx';
import { Link } from '../ui/link.tsx';
import type { Ground } from './use-world.ts';

interface Props {
  ground: Ground;
  onChoose: (plan: string) => void;
}

/** Whose plan is played, and when its stages would open. */
export function PlanCard({ ground: { rollouts, rollout, plan, world, zone }, onChoose }: Props) {
  const options = rollouts.map((one) => [one.rollout, `${one.name} (${one.phase})`] as const);
  return (
    <Card title={t`The plan`}>
      <div className="mt-3 grid gap-3">
        {rollout === undefined ? (
          <p className="text-sm text-pretty text-ink-2">
            <Trans>There is no rollout yet: this is the plan that a new one begins with.</Trans>
          </p>
        ) : (
          <Choice label={t`Plan of`} value={rollout.rollout} options={options} onChoose={onChoose} />
        )}
        <ol className="rows num text-sm">
          {plan.stages.map(({ share, soak }, stage) => (
            <li key={share} className="flex flex-wrap justify-between gap-x-3 py-2">
              <span>
                <span className="font-semibold">
                  <Trans>To {percent(share)}</Trans>
                </span>{' '}
                <span className="text-ink-2">
                  <Trans>soak {soak}</Trans>
                </span>
              </span>
              <span className="text-ink-2">{openWords(world.calendar[stage], zone)}</span>
            </li>
          ))}
        </ol>
        {world.calendar.length === 0 && (
          <p className="rounded-lg bg-warn-soft px-3 py-2.5 text-sm text-pretty">
            <Trans>
              The calendar never lets the first stage open. It is played as if it opened now, and each stage
              as soon as the one before lets it.
            </Trans>
          </p>
        )}
        <p className="num text-sm text-pretty text-ink-2">
          <Trans>
            Played with {numberWords(world.composition.devices)} devices, as of {bothWords(world.now, zone)}.
          </Trans>
        </p>
        {rollout !== undefined && (
          <Link to={rolloutPath(rollout.rollout)} className="link w-fit py-1 text-sm">
            <Trans>Open {rollout.name}</Trans>
          </Link>
        )}
      </div>
    </Card>
  );
}

const openWords = (opens: number | undefined, zone: string) =>
  opens === undefined ? t`opens at no time` : bothWords(opens, zone);
