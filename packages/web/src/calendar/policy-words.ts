/** The rules of a fleet in sentences. */
import { plural, t } from '@lingui/core/macro';
import type { ChangeWindow, Policy, Weekday } from '@tuesday/protocol';
import { weekdayWords } from './weekday-words.ts';

const PRESETS: Readonly<Record<Policy['preset'], string>> = {
  'golden-rule': t`golden rule`,
  'chapter-plan': t`chapter plan`,
  custom: t`own rules`,
};

export function presetWords(preset: Policy['preset']): string {
  return PRESETS[preset];
}

export function policyLines(policy: Policy): string[] {
  const { calendar, holidays, deviceHours, watch, approvals, breakGlass } = policy;
  return [
    t`Stages open ${windowsWords(calendar.windows)}, ${calendar.zone} time.`,
    ...(calendar.lastStageWindows === undefined
      ? []
      : [t`The last stage of a plan opens ${windowsWords(calendar.lastStageWindows)} instead.`]),
    holidays === null
      ? t`Public holidays are not closed.`
      : t`Public holidays of ${[holidays.country, ...(holidays.region === undefined ? [] : [holidays.region])].join(', ')} are closed.`,
    freezesWords(calendar.freezes.length),
    ...(deviceHours === null
      ? []
      : [t`A device takes an update between ${deviceHours.from} and ${deviceHours.to} by its own clock.`]),
    watch.required
      ? t`Somebody must be on watch for the first ${watch.firstHours} of a soak and ${watch.atGate} at its gate${watch.acknowledged ? t`, and must have said so` : ''}.`
      : t`Nobody has to be on watch.`,
    t`A halt that nobody acknowledges within ${watch.escalateAfter} goes to everybody.`,
    approvals.needed === 0
      ? t`One person alone may start a rollout: the two-person rule is off.`
      : t`${approvals.needed + 1} people start a rollout: who asks, and ${approvals.needed} beside them${approvals.of.length === 0 ? '' : t` out of ${approvals.of.join(', ')}`}. A request lapses after ${approvals.expireAfter}.`,
    t`A broken glass lasts ${breakGlass.lasts}; another person reviews it within ${breakGlass.reviewWithin}.`,
  ];
}

function freezesWords(count: number): string {
  if (count === 0) return t`There are no freezes.`;
  return plural(count, { one: 'There is one freeze.', other: `There are ${count} freezes.` });
}

function windowsWords(windows: readonly ChangeWindow[]): string {
  if (windows.length === 0) return t`never`;
  return windows.map(({ days, from, to }) => t`${daysWords(days)} ${from} to ${to}`).join('; ');
}

function daysWords(days: readonly Weekday[]): string {
  return days.map(weekdayWords).join(', ');
}
