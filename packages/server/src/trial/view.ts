/** A reading as operators see it: powers of ten instead of nats, the strongest lines only. */
import type { TrialView } from '@tuesday/protocol';
import { HALT_ALPHA, PAUSE_ALPHA, type TrialLine, type TrialReading } from '@tuesday/rollout';

const SHOWN = 20;

export function trialView(reading: TrialReading): TrialView {
  return {
    evidence: ten(reading.logWeighted),
    pauseAt: -Math.log10(PAUSE_ALPHA),
    haltAt: -Math.log10(HALT_ALPHA),
    lines: reading.lines
      .filter(({ logWeighted }) => Number.isFinite(logWeighted))
      .slice(0, SHOWN)
      .map(lineView),
    untestable: reading.untestable.map(({ stage, attribute, value }) => ({ stage, attribute, value })),
    wrong: reading.wrong,
  };
}

function lineView({
  stage,
  channel,
  attribute,
  value,
  logWeighted,
  offered,
  control,
}: TrialLine): TrialView['lines'][number] {
  return { stage, channel, attribute, value, evidence: ten(logWeighted) ?? 0, offered, control };
}

/** JSON has no infinity. */
function ten(logEvidence: number): number | null {
  return Number.isFinite(logEvidence) ? logEvidence / Math.LN10 : null;
}
