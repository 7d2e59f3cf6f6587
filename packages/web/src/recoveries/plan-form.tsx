import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { IncidentLineView, RouteAnswer } from '@tuesday/protocol';
import { type SubmitEvent, useState } from 'react';
import { call } from '../api.ts';
import { go, recoveryPath } from '../route.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Area, Choice, Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSend } from '../ui/use-send.ts';
import { ChosenRoads } from './chosen-roads.tsx';
import { RoadsPreview } from './roads-preview.tsx';
import { choiceOf, type Typed, wrongPlan } from './typed.ts';
import { ROAD_NAMES } from './words.ts';

interface Props {
  releases: RouteAnswer<'listReleases'>['releases'];
  incidents: readonly IncidentLineView[];
  /** From which the plan was begun; or nothing. */
  incident: string;
}

const BY = [
  ['incident', t`harmed devices of an incident`],
  ['filter', t`devices that fit a filter`],
  ['devices', t`a list of devices`],
] as const;

export function PlanForm({ releases, incidents, incident }: Props) {
  const { account } = useSession().session;
  const [typed, setTyped] = useState<Typed>(() => begun(incidents, incident, releases));
  const [checked, setChecked] = useState(false);
  const { busy, failure, send, forget } = useSend(
    'tuesday recovery plan --title "…" --incident … --release … --because "…"',
  );
  const field = failure?.field?.split('.')[0] ?? '';
  const wrong = wrongPlan(typed);
  const change = (part: Partial<Typed>) => {
    forget();
    setTyped({ ...typed, ...part });
  };
  const problem = (key: keyof Typed) =>
    (checked ? wrong[key] : undefined) ?? (field === key ? failure?.words : undefined);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (busy || Object.keys(wrong).length > 0) return;
    const body = { ...choiceOf(typed), title: typed.title.trim(), because: typed.because.trim() };
    await send(async () => go(recoveryPath((await call('planRecovery', { body })).recovery)));
  };
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[1fr_26rem]">
      <Card title={t`Who, what, how`}>
        <form noValidate className="mt-4 grid gap-5" onSubmit={(event) => void submit(event)}>
          <Field
            label={t`What is to be mended`}
            placeholder={t`Silent thermostats in the south`}
            maxLength={120}
            value={typed.title}
            problem={problem('title')}
            onChange={(event) => change({ title: event.target.value })}
          />
          <div className="grid gap-5 sm:grid-cols-2">
            <Choice
              label={t`Devices`}
              value={typed.by}
              options={BY}
              onChoose={(by) => change({ by: by as Typed['by'] })}
            />
            <Who typed={typed} incidents={incidents} problem={problem} onChange={change} />
          </div>
          <Choice
            label={t`They are to run`}
            hint={t`The recovery release, or the way back.`}
            value={typed.release}
            problem={problem('release')}
            options={[
              ['', t`choose a release`],
              ...releases.map((one) => [one.version, releaseWords(one)] as const),
            ]}
            onChoose={(release) => change({ release })}
          />
          <ChosenRoads
            roads={typed.roads}
            problem={problem('roads')}
            onChange={(roads) => change({ roads })}
          />
          <div className="grid gap-5 sm:grid-cols-2">
            <Field
              label={t`Hours for neighbours and rescue`}
              hint={t`After that technicians get who is still silent.`}
              inputMode="numeric"
              value={typed.waitHours}
              problem={problem('waitHours')}
              onChange={(event) => change({ waitHours: event.target.value })}
            />
            <Field
              label={t`Visits a day`}
              hint={t`How many technicians can make.`}
              inputMode="numeric"
              value={typed.visitsPerDay}
              problem={problem('visitsPerDay')}
              onChange={(event) => change({ visitsPerDay: event.target.value })}
            />
          </div>
          <Field
            label={t`Because`}
            hint={t`Kept in the audit log.`}
            maxLength={1_000}
            value={typed.because}
            problem={problem('because')}
            onChange={(event) => change({ because: event.target.value })}
          />
          <Problem failure={field in typed ? undefined : failure} />
          <Button
            kind="primary"
            type="submit"
            className="sm:justify-self-start"
            refusal={busy ? t`Sending …` : refusalFor(account, 'operate')}
          >
            <Trans>Write the plan</Trans>
          </Button>
        </form>
      </Card>
      <RoadsPreview typed={typed} />
    </div>
  );
}

function releaseWords({ version, manifest }: Props['releases'][number]): string {
  return manifest.recovery ? t`${version}, a recovery release` : version;
}

/** The newest recovery release is what they usually need. */
function begun(incidents: readonly IncidentLineView[], incident: string, releases: Props['releases']): Typed {
  const about = incidents.find((one) => one.incident === incident);
  return {
    title: about === undefined ? '' : t`Bring back: ${about.title}`.slice(0, 120),
    by: 'incident',
    incident,
    filter: '',
    devices: '',
    release: releases.find(({ manifest }) => manifest.recovery)?.version ?? '',
    roads: ROAD_NAMES,
    visitsPerDay: '10',
    waitHours: '24',
    because: '',
  };
}

interface WhoProps {
  typed: Typed;
  incidents: readonly IncidentLineView[];
  problem: (key: keyof Typed) => string | undefined;
  onChange: (part: Partial<Typed>) => void;
}

function Who({ typed, incidents, problem, onChange }: WhoProps) {
  if (typed.by === 'incident')
    return (
      <Choice
        label={t`Incident`}
        hint={t`Those of its devices that are not well.`}
        value={typed.incident}
        problem={problem('incident')}
        options={[
          ['', t`choose an incident`],
          ...incidents.map((one) => [one.incident, `${one.title}, ${one.state}`] as const),
        ]}
        onChoose={(incident) => onChange({ incident })}
      />
    );
  if (typed.by === 'filter')
    return (
      <Field
        label={t`Filter`}
        hint={t`The language of the device search.`}
        placeholder="lastSeen<-2d;environment.region==south"
        autoCapitalize="none"
        spellCheck={false}
        value={typed.filter}
        problem={problem('filter')}
        onChange={(event) => onChange({ filter: event.target.value })}
      />
    );
  return (
    <Area
      label={t`Ids`}
      hint={t`One a line, or separated by commas.`}
      autoCapitalize="none"
      spellCheck={false}
      value={typed.devices}
      problem={problem('devices')}
      onChange={(event) => onChange({ devices: event.target.value })}
    />
  );
}
