import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { IncidentView, Recovery } from '@tuesday/protocol';
import { Download } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { call, pathOf } from '../api.ts';
import { numberWords } from '../rollouts/words.ts';
import { devicePath, go, planRecoveryPath } from '../route.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Choice, Field } from '../ui/field.tsx';
import { Link } from '../ui/link.tsx';
import { Problem } from '../ui/problem.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { useSend } from '../ui/use-send.ts';
import { WAYS } from './words.ts';

interface Props {
  view: IncidentView;
  onChanged: () => Promise<void>;
}

/** How many are well again, by which way, and who is not. */
export function RecoveryCard({ view, onChanged }: Props) {
  const { harmed, recovery, incident } = view;
  if (harmed.devices === 0)
    return (
      <Card title={t`Recovery`}>
        <p className="mt-2 text-sm text-ink-2">{view.summary.harmed}</p>
      </Card>
    );
  return (
    <Card title={t`Recovery`} lead={stateWords(harmed)}>
      <div aria-hidden className="mt-4 flex h-6 gap-[2px] overflow-hidden rounded-md bg-sunken">
        {WAYS.filter(([way]) => recovery[way] > 0).map(([way]) => (
          <div
            key={way}
            className={`segment fill-${way} min-w-2 basis-0 rounded-[3px]`}
            style={{ flexGrow: recovery[way] }}
          />
        ))}
      </div>
      <dl className="mt-4 grid grid-cols-2 gap-x-4 gap-y-4 sm:grid-cols-3">
        {WAYS.map(([way, label, means]) => (
          <div key={way} className="flex flex-col-reverse justify-end">
            <dt className="text-sm">
              <span className="flex items-center gap-1.5 font-medium">
                <span aria-hidden className={`fill-${way} size-3 shrink-0 rounded-[3px]`} />
                {label}
              </span>
              <span className="block text-pretty text-ink-2">{means}</span>
            </dt>
            <dd
              className={`num text-xl leading-tight font-semibold ${recovery[way] === 0 ? 'text-ink-2' : ''}`}
            >
              {numberWords(recovery[way])}
            </dd>
          </div>
        ))}
      </dl>
      <PlanRecovery view={view} />
      <Devices incident={incident} />
      <Technicians view={view} onChanged={onChanged} />
    </Card>
  );
}

/** For those that do not come back by themselves. */
function PlanRecovery({ view: { incident, recovery } }: Pick<Props, 'view'>) {
  const { account } = useSession().session;
  if (recovery.waiting + recovery.technician === 0) return null;
  return (
    <div className="mt-5 grid gap-2 border-t border-line pt-4 sm:flex sm:items-center sm:justify-between sm:gap-6">
      <p className="max-w-[60ch] text-sm text-pretty text-ink-2">
        <Trans>
          A recovery campaign shows which roads to them are open, asks neighbours to carry a recovery release,
          and lists the rest for technicians.
        </Trans>
      </p>
      <Button
        kind="quiet"
        small
        refusal={refusalFor(account, 'operate')}
        onClick={() => go(planRecoveryPath(incident))}
      >
        <Trans>Plan a recovery</Trans>
      </Button>
    </div>
  );
}

function stateWords({
  devices,
  failed,
  rolledBack,
  silent,
  excluded,
  exposed,
}: IncidentView['harmed']): string {
  const counts = [
    [failed, t`failed`],
    [rolledBack, t`rolled back`],
    [silent, t`fell silent`],
    [excluded, t`were in excluded slices`],
  ] as const;
  const parts = counts.flatMap(([count, what]) => (count === 0 ? [] : [`${numberWords(count)} ${what}`]));
  return t`${numberWords(devices)} of ${numberWords(exposed)} went wrong: ${parts.join(', ')}.`;
}

const CHOICES = [['', t`choose which`] as const, ...WAYS.map(([way, label]) => [way, label] as const)];

function Devices({ incident }: { incident: string }) {
  const [way, setWay] = useState('');
  return (
    <div className="mt-5 border-t border-line pt-4">
      <Choice label={t`Show devices`} className="max-w-xs" value={way} options={CHOICES} onChoose={setWay} />
      {way !== '' && <Rows key={way} incident={incident} recovery={way as Recovery} />}
    </div>
  );
}

function Rows({ incident, recovery }: { incident: string; recovery: Recovery }) {
  const { zone } = useSession().session;
  const ask = () => call('listIncidentDevices', { params: { incident }, query: { recovery, limit: 50 } });
  const asked = useAsked(`devices ${incident} ${recovery}`, ask, 15_000, ['devices', `incident ${incident}`]);
  return (
    <Answered asked={asked} what={t`the devices`} command={`tuesday incident devices ${incident}`} quiet>
      {({ devices, next }) =>
        devices.length === 0 ? (
          <p className="mt-3 text-sm text-ink-2">
            <Trans>None.</Trans>
          </p>
        ) : (
          <>
            <ul className="rows mt-2 text-sm">
              {devices.map((one) => (
                <li key={one.device} className="py-2.5">
                  <Link to={devicePath(one.device)} className="link num inline-block py-0.5 font-semibold">
                    {one.device}
                  </Link>
                  <span className="num text-ink-2">
                    {' '}
                    <Trans>
                      runs {one.version ?? t`nothing known`},{' '}
                      {one.lastSeen === null ? t`never seen` : t`seen ${bothWords(one.lastSeen, zone)}`}
                    </Trans>
                  </span>
                  <span className="block text-pretty wrap-anywhere">{one.because}</span>
                </li>
              ))}
            </ul>
            {next !== null && (
              <p className="mt-2 text-sm text-ink-2">
                <Trans>
                  These are the first 50. All of them:{' '}
                  <code className="font-mono">
                    tuesday incident devices {incident} --recovery {recovery}
                  </code>
                </Trans>
              </p>
            )}
          </>
        )
      }
    </Answered>
  );
}

/** The list to drive by, and how many visits were made. */
function Technicians({ view, onChanged }: Props) {
  const { account } = useSession().session;
  const { incident, recovery, visits } = view;
  const [recording, setRecording] = useState(false);
  if (recovery.technician === 0 && visits === 0) return null;
  return (
    <div className="mt-5 grid gap-3 border-t border-line pt-4">
      <h3 className="font-semibold">
        <Trans>For technicians</Trans>
      </h3>
      <p className="num max-w-[65ch] text-sm text-pretty text-ink-2">
        <Trans>
          {numberWords(recovery.technician)} to visit, {numberWords(visits)} visits recorded so far. The list
          has the addresses of the{' '}
          <Link to="/settings/addresses" className="link">
            register
          </Link>
          , everything that the devices said about where they are, and who wrote about them.
        </Trans>
      </p>
      <div className="flex flex-wrap items-start gap-3">
        <a
          href={pathOf('listTechnicians', { incident })}
          download={`technicians-${incident}.csv`}
          className="flex min-h-10 items-center gap-2 rounded-lg border border-line-strong bg-surface px-3 text-sm font-semibold hover:bg-sunken"
        >
          <Download size={16} aria-hidden /> <Trans>List as CSV</Trans>
        </a>
        {!recording && (
          <Button
            kind="quiet"
            small
            refusal={refusalFor(account, 'ticket')}
            onClick={() => setRecording(true)}
          >
            <Trans>Record visits</Trans>
          </Button>
        )}
      </div>
      {recording && <VisitsForm view={view} onRecorded={onChanged} onClose={() => setRecording(false)} />}
    </div>
  );
}

interface VisitsProps {
  view: IncidentView;
  onRecorded: () => Promise<void>;
  onClose: () => void;
}

function VisitsForm({ view: { incident, visits }, onRecorded, onClose }: VisitsProps) {
  const [typed, setTyped] = useState({ visits: String(visits), because: '' });
  const [checked, setChecked] = useState(false);
  const { busy, failure, send } = useSend(`tuesday incident visits ${incident} 12 --because "…"`);
  const wrong = {
    visits: /^\d{1,8}$/.test(typed.visits.trim()) ? undefined : t`Type a whole number: all visits so far.`,
    because: typed.because.trim() === '' ? t`Say from where you know it.` : undefined,
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (busy || wrong.visits !== undefined || wrong.because !== undefined) return;
    const body = { visits: Number(typed.visits), because: typed.because.trim() };
    if (!(await send(() => call('recordVisits', { params: { incident }, body })))) return;
    await onRecorded();
    onClose();
  };
  return (
    <form noValidate className="grid gap-3" onSubmit={(event) => void submit(event)}>
      <div className="grid gap-3 sm:grid-cols-[8rem_1fr]">
        <Field
          label={t`Visits in all`}
          inputMode="numeric"
          value={typed.visits}
          problem={checked ? wrong.visits : undefined}
          onChange={(event) => setTyped({ ...typed, visits: event.target.value })}
        />
        <Field
          label={t`From where you know it`}
          maxLength={1_000}
          value={typed.because}
          problem={checked ? wrong.because : undefined}
          onChange={(event) => setTyped({ ...typed, because: event.target.value })}
        />
      </div>
      <Problem failure={failure} />
      <div className="flex flex-wrap gap-3">
        <Button kind="primary" small type="submit" refusal={busy ? t`Sending …` : undefined}>
          <Trans>Record</Trans>
        </Button>
        <Button kind="quiet" small onClick={onClose}>
          <Trans>Not now</Trans>
        </Button>
      </div>
    </form>
  );
}
