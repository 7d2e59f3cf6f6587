/** What the server and a rehearsal say about a plan while it is written. */
import { t } from '@lingui/core/macro';
import type { Plan } from '@tuesday/protocol';
import { call, type Refused } from '../api.ts';
import { type Failure, failureOf } from '../ui/failure.ts';
import { useAsked } from '../ui/use-asked.ts';
import type { PlanBody, Problems } from './draft.ts';
import { useRehearsal } from './use-rehearsal.ts';
import { useKept, useSettled } from './use-settled.ts';

/** Milliseconds without a key after which it is asked. */
const SETTLES = 400;

/** @param sound what was typed can be sent */
export function usePreview(plan: PlanBody, sound: boolean) {
  const now = sound ? JSON.stringify(plan) : '';
  const settled = useSettled(now, SETTLES);
  const asks = settled !== '';
  const body = () => JSON.parse(settled) as PlanBody;
  const nothing = () => Promise.resolve(undefined);
  const calendar = useAsked(
    `calendar ${settled}`,
    asks ? () => call('planCalendar', { body: { plan: body() } }) : nothing,
    'once',
  );
  const check = useAsked(
    `check ${settled}`,
    asks ? () => call('checkPlan', { body: body() }) : nothing,
    'once',
  );
  const { release } = plan;
  const parity = useAsked(
    `parity ${release}`,
    release === '' ? nothing : () => call('viewParity', { params: { version: release } }),
    'once',
  );
  const composition = useAsked('composition', () => call('viewComposition'), 'once');
  const fits = asks && check.data !== undefined && composition.data !== undefined;
  const rehearsing = useRehearsal(fits ? settled : '', fits ? (body() as Plan) : undefined, composition.data);
  const refused = check.refused ?? calendar.refused;
  const failure = refused && failureOf(refused);
  return {
    calendar: useKept(calendar.data),
    check: useKept(check.data),
    parity: parity.data,
    rehearsing,
    unrehearsed: whyNot(composition.data?.devices, check.refused),
    stale: settled !== now || refused !== undefined,
    problems: failure ? problemsOf(failure) : {},
    failure: failure && Object.keys(problemsOf(failure)).length > 0 ? undefined : failure,
  };
}

/** The field that a refusal names, without the part that only says where the plan was in the request. */
export function problemsOf({ field, words }: Failure): Problems {
  return field === undefined ? {} : { [field.replace(/^plan\./, '')]: words };
}

function whyNot(devices: number | undefined, refused: Refused | undefined): string | undefined {
  if (devices === 0) return t`No device has reported yet, so there is no fleet to rehearse with.`;
  return refused === undefined ? undefined : t`It is rehearsed when the plan holds together.`;
}
