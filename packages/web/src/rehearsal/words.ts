import type { WhatIfResult } from '@tuesday/simulator/rehearsal';
import { numberWords, percent } from '../rollouts/words.ts';

export const HARM_WORDS = [
  ['silent', 'They fall silent'],
  ['code', 'They report an error'],
  ['install-fails', 'The install fails'],
  ['none', 'Nothing: a good release'],
] as const;
export const START_WORDS = [
  ['calendar', 'When the calendar lets it'],
  ['friday', 'Friday at 17:30, whatever the calendar says'],
] as const;
export const STAGE_WORDS = [
  ['plan', 'The stages of the plan'],
  ['at-once', 'Everybody at once'],
] as const;

export const hoursWords = (hours: number | null) =>
  hours === null ? 'never' : `${hours.toLocaleString('en-GB', { maximumFractionDigits: 1 })} h`;

export const moneyWords = ({ cost }: WhatIfResult) => `${numberWords(cost.total)} ${cost.currency}`;

export const harmWords = ({ row, devices, harmedShare }: WhatIfResult) =>
  `${numberWords(row.harmedMedian)} of ${numberWords(devices)} devices (${percent(harmedShare)})`;

/** What it comes to, the worst first, in a sentence or two. */
export function verdictWords(worst: WhatIfResult, best: WhatIfResult | undefined): string {
  const { row } = worst;
  if (row.harmedMedian === 0) return `“${worst.whatIf.name}” harms nobody.`;
  const halts =
    row.medianHoursToHalt === null
      ? 'and nothing halts it in time'
      : `halted after ${hoursWords(row.medianHoursToHalt)}`;
  const first = `“${worst.whatIf.name}” harms ${harmWords(worst)}, ${halts}; it costs ${moneyWords(worst)}.`;
  if (best === undefined || best.cost.total >= worst.cost.total) return first;
  return `${first} “${best.whatIf.name}” harms ${harmWords(best)} and costs ${moneyWords(best)}.`;
}

export function toneOf({ row, story }: WhatIfResult): 'good' | 'bad' | 'calm' {
  if (row.harmedMedian === 0 && row.halted === 0) return 'calm';
  return story.events.some(({ kind }) => kind === 'halted') ? 'good' : 'bad';
}

export const outcomeWords = (one: WhatIfResult) =>
  ({ good: 'halts itself', bad: 'nothing halts it', calm: 'nothing to halt' })[toneOf(one)];

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
    ? 'Under this plan each of these faults is stopped before the last stage.'
    : `Next: this plan does not reliably stop ${missed.join(', ')} before its last stage; a larger first stage or a longer soak sees more.`;
}
