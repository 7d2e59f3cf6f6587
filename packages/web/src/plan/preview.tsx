import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ParityView, PlanCalendarView, PlanCheckView } from '@tuesday/protocol';
import { Eye, EyeOff } from 'lucide-react';
import { Timeline } from '../rollouts/plan-calendar.tsx';
import { RehearsalTable } from '../rollouts/rehearsal.tsx';
import { numberWords, percent } from '../rollouts/words.ts';
import { Card } from '../ui/card.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import type { Rehearsing } from './use-rehearsal.ts';

interface Props {
  calendar: PlanCalendarView | undefined;
  check: PlanCheckView | undefined;
  parity: ParityView | undefined;
  rehearsing: Rehearsing;
  /** What is shown is of the plan before the last keys. */
  stale: boolean;
  /** Why there is nothing to rehearse. */
  unrehearsed: string | undefined;
}

/** What the plan would get and catch, before anybody is asked. */
export function Preview({ calendar, check, parity, rehearsing, stale, unrehearsed }: Props) {
  return (
    <div aria-busy={stale} className={`grid min-w-0 gap-6 ${stale ? 'opacity-60' : ''}`}>
      <Card title={t`The calendar it gets`} {...(calendar ? { lead: calendar.summary } : {})}>
        <div className="mt-4">
          {calendar ? (
            <Timeline calendar={calendar} />
          ) : (
            <Missing>
              <Trans>It shows when each stage would open.</Trans>
            </Missing>
          )}
        </div>
      </Card>
      <Card title={t`What each stage can see`}>
        {check ? (
          <Sees check={check} />
        ) : (
          <Missing>
            <Trans>It shows how small a defect each stage would notice.</Trans>
          </Missing>
        )}
      </Card>
      <Parity parity={parity} />
      <Card title={t`Rehearsal`} aside={<Progress rehearsing={rehearsing} stale={stale} />}>
        {rehearsing.rehearsal ? (
          <RehearsalTable rehearsal={rehearsing.rehearsal} />
        ) : (
          <Missing>
            {rehearsing.trouble === undefined
              ? (unrehearsed ?? t`Playing the plan against the fleet, once for each fault of the catalogue …`)
              : t`It could not be played: ${rehearsing.trouble}. From a terminal: tuesday rehearse --plan plan.yaml`}
          </Missing>
        )}
      </Card>
    </div>
  );
}

function Missing({ children }: { children: React.ReactNode }) {
  return <p className="mt-2 text-sm text-ink-2">{children}</p>;
}

function Progress({ rehearsing: { rehearsal, done }, stale }: Pick<Props, 'rehearsing' | 'stale'>) {
  if (!rehearsal) return null;
  if (stale)
    return (
      <span className="text-sm text-ink-2">
        <Trans>of the plan before</Trans>
      </span>
    );
  return (
    <span className="text-sm text-ink-2">
      {done ? t`goes with the plan` : t`first impression, more to come`}
    </span>
  );
}

function Sees({ check: { devices, stages, holdOut, thin } }: { check: PlanCheckView }) {
  return (
    <>
      <ol className="rows num mt-2 text-sm">
        {stages.map(({ share, size, power }, index) => (
          <li key={share} className="grid grid-cols-[1.25rem_1fr] gap-x-3 py-2.5">
            {power.sees === null ? (
              <EyeOff size={18} aria-hidden className="mt-0.5 text-warn" />
            ) : (
              <Eye size={18} aria-hidden className="mt-0.5 text-accent" />
            )}
            <p className="min-w-0">
              <span className="font-semibold">
                <Trans>Stage {index + 1}</Trans>
              </span>
              <span className="ml-2 text-ink-2">
                <Trans>
                  {numberWords(size)} devices, to {percent(share)}
                </Trans>
              </span>
              <span className="block text-pretty text-ink-2">{power.because}</span>
            </p>
          </li>
        ))}
      </ol>
      <p className="num mt-2 text-sm text-ink-2">
        <Trans>
          {numberWords(devices)} devices in all; {numberWords(holdOut)} are kept back as control.
        </Trans>
      </p>
      {thin.length > 0 && (
        <p className="num mt-2 text-sm text-pretty text-warn">
          <Trans>
            Few in the first stage:{' '}
            {thin
              .slice(0, 5)
              .map((one) => t`${one.attribute} = ${one.value} (${one.firstStage} of ${one.devices})`)
              .join(', ')}
            {thin.length > 5 ? t`, and ${thin.length - 5} more` : ''}.
          </Trans>
        </p>
      )}
    </>
  );
}

const VERDICTS = {
  open: ['good', t`covered`],
  closed: ['bad', t`not covered`],
  unasked: ['calm', t`not asked`],
} as const;

function Parity({ parity }: { parity: ParityView | undefined }) {
  const verdict = parity === undefined ? undefined : VERDICTS[parity.verdict];
  return (
    <Card
      title={t`Tested where the fleet lives`}
      {...(verdict ? { aside: <Chip tone={verdict[0]}>{verdict[1]}</Chip> } : {})}
    >
      <Missing>{sentence(parity)}</Missing>
      {parity && parity.because.length > 1 && (
        <ul className="num mt-2 grid gap-1 text-sm text-pretty">
          {parity.because.slice(1, 6).map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function sentence(parity: ParityView | undefined): string {
  if (parity === undefined) return t`It shows what was tested against what the fleet runs.`;
  if (parity.verdict === 'unasked') return t`The policy asks for no test: it declares no dimension.`;
  return parity.because[0] ?? t`Every environment of the fleet was tested, and none failed.`;
}
