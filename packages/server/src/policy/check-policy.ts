/** What the schema cannot see: a policy under which nothing could ever happen, or that cannot be written out. */
import {
  type Instant,
  type OrRefused,
  type Policy,
  presetPolicy,
  refuse,
  type Refusal,
} from '@tuesday/protocol';
import { lengthOf, nextOpening, policyRules, SHORTEST_HOURS } from '@tuesday/rollout';
import { isDeepStrictEqual } from 'node:util';
import type { InForce } from './policy.ts';
import { writeOut, writtenAround } from './write-out.ts';

/** @returns the policy as it would be in force now, or `policy-invalid` with the field */
export function checkPolicy(policy: Policy, now: Instant): OrRefused<InForce> {
  const refused = hoursProblem(policy) ?? pastProblem(policy);
  if (refused) return { refused };
  const written = writeOut(policy, writtenAround(now));
  if ('refused' in written) return written;
  const { calendar } = written;
  const rules = policyRules(calendar);
  const closed =
    nextOpening(rules.ordinary, now) === null
      ? 'windows'
      : nextOpening(rules.last, now) === null
        ? 'lastStageWindows'
        : undefined;
  if (closed)
    return {
      refused: refuse(
        'policy-invalid',
        `no ${closed === 'windows' ? 'stage' : 'last stage'} could open in the next two years`,
        {
          field: `calendar.${closed}`,
          try: 'leave a window open between the freezes; a freeze with an end stops everything for a while',
        },
      ),
    };
  return { policy: named(policy), calendar };
}

function hoursProblem({ deviceHours }: Policy): Refusal | undefined {
  if (!deviceHours || lengthOf(deviceHours) >= SHORTEST_HOURS) return undefined;
  return refuse(
    'policy-invalid',
    `devices would take updates in ${lengthOf(deviceHours) / 60_000} minutes of a day; a change of the clock can skip two hours, so three are the least`,
    { field: 'deviceHours.to' },
  );
}

/** A year that no calendar reaches is a slip of the finger. */
function pastProblem({ calendar }: Policy): Refusal | undefined {
  const index = calendar.freezes.findIndex(({ from, to }) => from < '1970' || to > '2200');
  if (index < 0) return undefined;
  return refuse(
    'policy-invalid',
    `the freeze "${calendar.freezes[index]?.name}" is not between 1970 and 2200`,
    {
      field: `calendar.freezes.${index}.from`,
    },
  );
}

/** A preset is called so only while its windows are the preset's. */
function named(policy: Policy): Policy {
  if (policy.preset === 'custom') return policy;
  const { windows, lastStageWindows, zone } = policy.calendar;
  const preset = presetPolicy(policy.preset, zone).calendar;
  const same = isDeepStrictEqual([windows, lastStageWindows], [preset.windows, preset.lastStageWindows]);
  return same ? policy : { ...policy, preset: 'custom' };
}
