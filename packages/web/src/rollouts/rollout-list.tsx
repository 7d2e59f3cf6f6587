import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RolloutListView } from '@tuesday/protocol';
import { ChevronRight, Plus } from 'lucide-react';
import { rolloutPath } from '../route.ts';
import { CommandLine } from '../ui/command-line.tsx';
import { Link } from '../ui/link.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { TONES } from './words.ts';
import { Moment } from '../ui/moment.tsx';

type Listed = RolloutListView['rollouts'][number];

export function RolloutList({ rollouts, zone }: { rollouts: readonly Listed[]; zone: string }) {
  return (
    <section aria-labelledby="rollouts" className="card overflow-hidden">
      <div className="flex flex-wrap items-center justify-between gap-3 p-5 sm:px-7 sm:pt-6">
        <h2 id="rollouts" className="text-lg font-semibold tracking-tight">
          <Trans>Rollouts</Trans>
        </h2>
        <Link
          to="/rollouts/new"
          className="inline-flex min-h-10 items-center gap-2 rounded-lg border border-line-strong bg-surface px-3 text-sm font-semibold hover:bg-sunken"
        >
          <Plus size={16} aria-hidden /> <Trans>New rollout</Trans>
        </Link>
      </div>
      {rollouts.length === 0 ? (
        <div className="grid gap-3 px-5 pb-6 text-ink-2 sm:px-7">
          <p>
            <Trans>
              No rollout yet. A plan says which release goes to how much of the fleet, and how long each stage
              soaks:
            </Trans>
          </p>
          <CommandLine command="tuesday rollout create --plan plan.yaml" />
          <p>
            <Trans>It prints the rollout’s id. Nothing moves until you start it:</Trans>
          </p>
          <CommandLine command="tuesday rollout start <rollout>" />
        </div>
      ) : (
        <ul>
          {rollouts.map((one) => (
            <Row key={one.rollout} one={one} zone={zone} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({ one, zone }: { one: Listed; zone: string }) {
  const at =
    one.stage === null
      ? t`${one.stages} stages`
      : t`stage ${Math.min(one.stage + 1, one.stages)} of ${one.stages}`;
  return (
    <li className="border-t border-line">
      <Link
        to={rolloutPath(one.rollout)}
        className="grid grid-cols-[1fr_auto] items-center gap-3 px-5 py-5 hover:bg-sunken focus-visible:-outline-offset-2 sm:px-7"
      >
        <span className="min-w-0">
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <Chip tone={TONES[one.phase]}>{one.phase}</Chip>
            <span className="font-semibold">{one.name}</span>
            <span className="num text-sm text-ink-2">
              {one.release}, {at}, <Moment at={one.createdAt} zone={zone} />
            </span>
          </span>
          <span className="mt-2 line-clamp-3 block max-w-[70ch] text-ink-2">{one.because}</span>
        </span>
        <ChevronRight size={20} aria-hidden className="text-ink-2" />
      </Link>
    </li>
  );
}
