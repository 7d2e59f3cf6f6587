/**
 * What a report shows to be wrong, whatever version the device runs: offered devices and control are compared by
 * this, so it must not ask which of the two a device is.
 */
import { canonicalCode, type CheckIn, type Metric } from '@tuesday/protocol';
import { METRIC_WORD } from '../trial/followed.ts';
import type { RolloutTerms } from './active-rollouts.ts';
import type { CheckInReport } from './report.ts';

/** @returns words without spaces; a code that no release declares harmless counts, documented or not */
export function troubleBy(rollouts: readonly RolloutTerms[]): (report: CheckInReport) => readonly string[] {
  const harmless = new Set(rollouts.flatMap((rollout) => [...rollout.harmlessErrors]));
  const metrics = rollouts.flatMap(({ plan }) => plan.metrics);
  return ({ body }) => {
    const words: string[] = body.errors.map(canonicalCode).filter((code) => !harmless.has(code));
    // A version that is being tried may still be starting; if it stays unwell the device goes back, and that counts.
    const settled = body.slots[body.active].state === 'confirmed';
    if (!body.health.ok && settled) words.push(checkWord(body.health));
    for (const metric of metrics)
      if (isBeyond(metric, body.metrics?.[metric.name])) words.push(`${METRIC_WORD}${metric.name}`);
    return words;
  };
}

const CHECK_WORD = 'check:';

/** A failing check as a word without spaces. */
export function checkWord({ failing }: CheckIn['health']): string {
  return CHECK_WORD + (failing ?? 'unnamed').replaceAll(/\s+/g, '-');
}

export function isCheck(word: string): boolean {
  return word.startsWith(CHECK_WORD);
}

function isBeyond({ worse, bound }: Metric, value: number | undefined): boolean {
  if (value === undefined) return false;
  return worse === 'above' ? value > bound : value < bound;
}
