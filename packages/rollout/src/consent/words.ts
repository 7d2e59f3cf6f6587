/** A request in plain words: what will happen, to whom, when, and what is different from last time. */
import { type Calendar, type Instant, type Plan, type Rehearsal } from '@tuesday/protocol';
import { nextOpening, stageRules, when } from '../calendar/index.ts';
import type { Covers } from './covers.ts';

export interface Surroundings {
  readonly now: Instant;
  readonly calendar: Calendar;
  /** Devices that could take the release now; or devices that would go back. */
  readonly devices: number;
  /** The last plan that was started, of whatever release; null for the first. */
  readonly last: { readonly rollout: string; readonly plan: Plan } | null;
}

export function coversWords(covers: Covers, around: Surroundings): string[] {
  switch (covers.subject) {
    case 'rollout':
      return rolloutWords(covers, around);
    case 'recall':
      return [
        `${around.devices} devices go back from ${covers.release.version} to ${covers.wayBack.version}.`,
        `Rollout ${covers.rollout} is completed: its watch is over, and its way back is no longer armed.`,
      ];
    case 'unhold':
      return [`Offers reach device ${covers.device} again.`, `It was held because: ${covers.held}`];
    case 'policy':
      return ['The rules of the fleet are loosened.', ...covers.reasons];
    default:
      return covers satisfies never;
  }
}

function rolloutWords(
  { plan, release, wayBack, rehearsal }: Extract<Covers, { subject: 'rollout' }>,
  { now, calendar, devices, last }: Surroundings,
): string[] {
  const opening = nextOpening(stageRules(calendar, plan, 0), now);
  const first = plan.stages[0]?.share ?? 1;
  return [
    `${release.version} is sent to up to ${devices} devices; the way back is ${wayBack.version}.`,
    `In stages of ${shares(plan)}: the first ${Math.max(1, Math.ceil(first * devices))} devices soak for ${plan.stages[0]?.soak ?? '0s'}.`,
    opening === null
      ? 'By the policy no stage can open within two years.'
      : `The first stage opens at the earliest ${when(opening, calendar.zone)} ${calendar.zone}.`,
    rehearsalWords(rehearsal),
    ...(last === null
      ? ['No plan was started here before.']
      : planChanges(last.plan, plan).map((change) => `Against the last plan (${last.rollout}): ${change}`)),
  ];
}

function rehearsalWords(rehearsal: Rehearsal | null): string {
  if (rehearsal === null) return 'It was not rehearsed.';
  const late = rehearsal.rows.filter(({ haltedInFirst }) => haltedInFirst < 0.5).map(({ fault }) => fault);
  const gaps =
    late.length === 0 ? '' : `; fewer than half of the runs halt in the first stage for ${late.join(', ')}`;
  return `It was rehearsed ${rehearsal.runs} times for each of ${rehearsal.rows.length} faults${gaps}.`;
}

/** What differs, one sentence each; name and release differ every time. */
export function planChanges(before: Plan, after: Plan): string[] {
  const changes: string[] = [];
  if (shares(before) !== shares(after))
    changes.push(`stages of ${shares(after)} instead of ${shares(before)}.`);
  after.stages.forEach((stage, index) => {
    const was = before.stages[index];
    if (was && was.soak !== stage.soak)
      changes.push(`stage ${index + 1} soaks ${stage.soak} instead of ${was.soak}.`);
    if (was && was.pace !== stage.pace)
      changes.push(`stage ${index + 1} is paced over ${stage.pace} instead of ${was.pace}.`);
    for (const part of ['gate', 'windows'] as const) {
      const isNew = was && JSON.stringify(was[part]) !== JSON.stringify(stage[part]);
      if (isNew) changes.push(`stage ${index + 1} has another ${part === 'gate' ? 'gate' : 'window'}.`);
    }
  });
  const others = Object.keys(after).filter(
    (key): key is keyof Plan => !['name', 'release', 'stages'].includes(key),
  );
  for (const key of others) {
    const [was, is] = [JSON.stringify(before[key]), JSON.stringify(after[key])];
    if (was !== is) changes.push(`${key} is ${is} instead of ${was}.`);
  }
  return changes.length === 0 ? ['nothing but the release is different.'] : changes;
}

function shares({ stages }: Plan): string {
  return stages.map(({ share }) => `${Math.round(share * 1_000) / 10} %`).join(', ');
}
