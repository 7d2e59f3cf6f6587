import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { PlanCalendarView, RolloutView } from '@tuesday/protocol';
import { CalendarClock, CircleOff } from 'lucide-react';
import { call } from '../api.ts';
import { bothWords } from '../time.ts';
import { Answered } from '../ui/answered.tsx';
import { Card } from '../ui/card.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { type Passed, runsOf } from './passed-over.ts';
import { percent } from './words.ts';

/** When each stage opens under the policy, from when it started, and why not earlier. */
export function PlanCalendar({ view: { rollout, plan, events } }: { view: RolloutView }) {
  const start = events.find(({ event }) => event.kind === 'started')?.at;
  const body = { plan, ...(start === undefined ? {} : { start }) };
  const asked = useAsked(`plan calendar ${rollout}`, () => call('planCalendar', { body }), 60_000, [
    `rollout ${rollout}`,
    'policy',
    'roster',
  ]);
  return (
    <Card
      title={t`The calendar it gets`}
      {...(asked.data ? { lead: asked.data.summary } : {})}
      {...(asked.data ? { aside: <span className="text-sm text-ink-2">{asked.data.zone}</span> } : {})}
    >
      <div className="mt-4">
        <Answered quiet asked={asked} what={t`its calendar`} command="tuesday plan calendar --plan plan.yaml">
          {(calendar) => <Timeline calendar={calendar} />}
        </Answered>
      </div>
    </Card>
  );
}

export function Timeline({ calendar: { stages, finishedAt, zone } }: { calendar: PlanCalendarView }) {
  return (
    <ol className="num grid gap-0 text-sm">
      {stages.map((stage) => (
        <li key={stage.stage} className="grid grid-cols-[1.25rem_1fr] gap-x-3">
          <Rail>
            <CalendarClock size={18} aria-hidden className="text-accent" />
          </Rail>
          <div className="min-w-0 pb-4">
            {runsOf(stage.passedOver).map((run) => (
              <PassedOver key={run.from} run={run} />
            ))}
            <p className="font-semibold">
              {stage.opens ?? t`never`}
              <span className="ml-2 font-normal text-ink-2">
                <Trans>
                  stage {stage.stage + 1}, to {percent(stage.share)}
                </Trans>
              </span>
            </p>
            <p className="text-pretty text-ink-2">{stage.because}</p>
          </div>
        </li>
      ))}
      <li className="grid grid-cols-[1.25rem_1fr] gap-x-3">
        <span aria-hidden className="mx-auto mt-1.5 size-2 rounded-full bg-line-strong" />
        <p>
          {finishedAt === null ? t`It does not come to its end.` : t`Over ${bothWords(finishedAt, zone)}`}
        </p>
      </li>
    </ol>
  );
}

function Rail({ children }: { children: React.ReactNode }) {
  return (
    <span className="flex flex-col items-center gap-1.5">
      {children}
      <span aria-hidden className="mb-1.5 w-px flex-1 bg-line" />
    </span>
  );
}

function PassedOver({ run: { from, to, because } }: { run: Passed }) {
  return (
    <p className="mb-1.5 flex items-start gap-2 text-ink-2">
      <CircleOff size={14} aria-hidden className="mt-0.5 shrink-0" />
      <span className="min-w-0 text-pretty">
        <span className="font-medium">{to === undefined ? from : t`${from} to ${to}`}</span>: {because}
      </span>
    </p>
  );
}
