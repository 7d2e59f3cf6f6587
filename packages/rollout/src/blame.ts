/** Who is to blame: named with an error rate where the trial can, suspected otherwise. */
import type { Blame, Evidence } from '@tuesday/protocol';
import type { ValueEvidence } from './situation.ts';
import { attributionOf } from './trial/attribution.ts';
import type { TrialReading } from './trial/reading.ts';

const SHOWN = 3;

const wrongOf = (evidence: Evidence) => evidence.failed + evidence.rolledBack + evidence.silent;

/** Values that the trial names or cannot tell apart; without any, those that hold most of what went wrong. */
export function blameOf(trial: TrialReading, values: readonly ValueEvidence[], whole: Evidence): Blame[] {
  const { named, candidates } = attributionOf(trial);
  const proven = candidates.slice(0, SHOWN).map(({ attribute, value, offered }): Blame => {
    const counted = values.find((one) => one.attribute === attribute && one.value === value)?.evidence;
    return {
      attribute,
      value,
      offered: counted?.offered ?? offered.followed,
      bad: counted ? wrongOf(counted) : offered.events,
      certain: named !== null,
    };
  });
  return proven.length > 0 ? proven : suspects(values, whole);
}

/** Descriptive: they hold most of what went wrong, and more than their share of it. */
function suspects(values: readonly ValueEvidence[], whole: Evidence): Blame[] {
  const wrong = wrongOf(whole);
  if (wrong === 0 || whole.offered === 0) return [];
  const average = wrong / whole.offered;
  const rate = ({ evidence }: ValueEvidence) => wrongOf(evidence) / evidence.offered;
  return values
    .filter(
      (one) => one.evidence.offered > 0 && wrongOf(one.evidence) >= wrong * 0.6 && rate(one) > average * 1.5,
    )
    .sort((a, b) => rate(b) - rate(a))
    .slice(0, SHOWN)
    .map(({ attribute, value, evidence }) => ({
      attribute,
      value,
      offered: evidence.offered,
      bad: wrongOf(evidence),
      certain: false,
    }));
}

/** "The culprit is broker = mosquitto 2.0.18: 6 of its 8 went wrong; elsewhere 0 of 24." */
export function blameWords(blame: readonly Blame[], whole: Evidence): string {
  const [worst] = blame;
  if (worst === undefined) return '';
  const slice = `${worst.attribute} = ${worst.value}`;
  const elsewhere = `elsewhere ${Math.max(0, wrongOf(whole) - worst.bad)} of ${Math.max(0, whole.offered - worst.offered)}`;
  const figures = `${worst.bad} of its ${worst.offered} devices went wrong; ${elsewhere}`;
  if (worst.certain) return `The culprit is ${slice}: ${figures}.`;
  return `Suspected, not proven: ${slice}; ${figures}.`;
}
