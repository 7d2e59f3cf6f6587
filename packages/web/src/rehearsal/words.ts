import { t } from '@lingui/core/macro';
import type { WhatIfResult } from '@tuesday/simulator/rehearsal';
import { numberWords, percent } from '../rollouts/words.ts';

export const HARM_WORDS = [
  ['silent', t`They fall silent`],
  ['code', t`They report an error`],
  ['install-fails', t`The install fails`],
  ['none', t`Nothing: a good release`],
] as const;
export const START_WORDS = [
  ['calendar', t`When the calendar lets it`],
  ['friday', t`Friday at 17:30, whatever the calendar says`],
] as const;
export const STAGE_WORDS = [
  ['plan', t`The stages of the plan`],
  ['at-once', t`Everybody at once`],
] as const;

export const hoursWords = (hours: number | null) =>
  hours === null ? t`never` : t`${hours.toLocaleString('en-GB', { maximumFractionDigits: 1 })} h`;

export const moneyWords = ({ cost }: WhatIfResult) => `${numberWords(cost.total)} ${cost.currency}`;

export const harmWords = ({ row, devices, harmedShare }: WhatIfResult) =>
  t`${numberWords(row.harmedMedian)} of ${numberWords(devices)} devices (${percent(harmedShare)})`;

/** What it comes to, the worst first, in a sentence or two. */
export function verdictWords(worst: WhatIfResult, best: WhatIfResult | undefined): string {
  const { row } = worst;
  if (row.harmedMedian === 0) return t`“${worst.whatIf.name}” harms nobody.`;
  const halts =
    row.medianHoursToHalt === null
      ? t`and nothing halts it in time`
      : t`halted after ${hoursWords(row.medianHoursToHalt)}`;
  const first = t`“${worst.whatIf.name}” harms ${harmWords(worst)}, ${halts}; it costs ${moneyWords(worst)}.`;
  if (best === undefined || best.cost.total >= worst.cost.total) return first;
  return t`${first} “${best.whatIf.name}” harms ${harmWords(best)} and costs ${moneyWords(best)}.`;
}

export function toneOf({ row, story }: WhatIfResult): 'good' | 'bad' | 'calm' {
  if (row.harmedMedian === 0 && row.halted === 0) return 'calm';
  return story.events.some(({ kind }) => kind === 'halted') ? 'good' : 'bad';
}

export const outcomeWords = (one: WhatIfResult) =>
  ({ good: t`halts itself`, bad: t`nothing halts it`, calm: t`nothing to halt` })[toneOf(one)];

/** What follows for the plan; undefined where nothing was asked of it as it is. */
export function nextWords(results: readonly WhatIfResult[]): string | undefined {
  const ofPlan = results.filter(
    ({ whatIf }) => whatIf.stages === 'plan' && whatIf.bounds === 1 && whatIf.harm !== 'none',
  );
  if (ofPlan.length === 0) return undefined;
  const missed = ofPlan
    .filter(({ row }) => row.haltedBeforeLast < 0.95)
    .map(({ whatIf }) => `“${whatIf.name}”`);
  return missed.length === 0
    ? t`Under this plan each of these faults is stopped before the last stage.`
    : t`Next: this plan does not reliably stop ${missed.join(', ')} before its last stage; a larger first stage or a longer soak sees more.`;
}
