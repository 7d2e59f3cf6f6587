/**
 * What one stage's evidence amounts to: fail, pass, or unknown. Failing is the trial's business, with an outer
 * limit on certain failures; passing needs proof from the devices themselves.
 */
import type { Control, Evidence, Gate, Verdict } from '@tuesday/protocol';
import type { ValueEvidence } from './situation.ts';
import { lineWords, powerOfTen } from './trial/words.ts';
import { HALT_ALPHA, PAUSE_ALPHA } from './trial/slices.ts';
import type { TrialLine, TrialReading } from './trial/reading.ts';

export interface StageCase {
  /** Index of the stage in the plan. */
  readonly stage: number;
  readonly gate: Gate;
  readonly evidence: Evidence;
  readonly control: Control;
  /** Offered and control devices by environment value. */
  readonly values: readonly ValueEvidence[];
  readonly trial: TrialReading;
  /** Every device of the stage has had the time of the soak. */
  readonly soakOver: boolean;
}

export type StageJudge = (stage: StageCase) => Verdict;

export const HALT_AT = -Math.log(HALT_ALPHA);
export const PAUSE_AT = -Math.log(PAUSE_ALPHA);

export const judgeStage: StageJudge = (stage) => {
  const { evidence, trial } = stage;
  if (evidence.offered === 0)
    return { kind: 'unknown', because: 'No device has been offered the release yet.' };
  const failing = judgeTrial(stage) ?? judgeLimit(stage);
  if (failing) return failing;
  if (trial.wrong !== null)
    return unknown(`The counters of the trial do not add up, so they prove nothing: ${trial.wrong}.`);
  const [strongest] = trial.lines;
  if (strongest && trial.logWeighted >= PAUSE_AT)
    return unknown(
      `The evidence against the release is ${powerOfTen(trial.logWeighted)}, and a gate needs less than 10: ${lineWords(strongest)}.`,
    );
  if (!stage.soakOver) return unknown(`The soak is not over: ${describe(evidence)}.`);
  return judgeProof(stage);
};

const unknown = (because: string): Verdict => ({ kind: 'unknown', because });

/** The line of this stage that is beyond the halting bound, if there is one. */
function judgeTrial({ stage, trial }: StageCase): Verdict | undefined {
  const line = trial.lines.find((one) => one.stage === stage && one.logWeighted >= HALT_AT);
  return line && { kind: 'fail', because: `${failingWords(line)}.` };
}

function failingWords(line: TrialLine): string {
  return `${lineWords(line)}; the evidence is ${powerOfTen(line.logWeighted)}, and 100 halts`;
}

/**
 * Certain failures beyond what the control shows, whatever the statistics make of them. Silence is no part of
 * it: only a comparison tells it from a bad day of the network.
 */
function judgeLimit({ stage, evidence, gate, trial }: StageCase): Verdict | undefined {
  const certain = evidence.failed + evidence.rolledBack;
  const whole = trial.lines.find(
    (line) => line.stage === stage && line.channel === 'trouble' && line.attribute === '',
  );
  const usual = whole && whole.control.followed > 0 ? whole.control.events / whole.control.followed : 0;
  const excess = certain - usual * evidence.offered;
  if (certain < gate.minBadDevices || excess / evidence.offered <= gate.maxBadShare) return undefined;
  const compared = usual > 0 ? `; ${percent(usual)} of the control report trouble, too` : '';
  return {
    kind: 'fail',
    because: `${certain} of ${evidence.offered} devices failed or rolled back (${percent(certain / evidence.offered)})${compared}, and the limit is ${percent(gate.maxBadShare)}.`,
  };
}

/** Fewer control devices than this compare with nothing. */
const CONTROL_LEAST = 5;
/** A control that is mostly silent excuses everything, so it proves nothing. */
const CONTROL_BOUND = 0.5;

function judgeProof({ evidence, control, gate, values }: StageCase): Verdict {
  if (control.devices < CONTROL_LEAST) return judgeAlone(evidence);
  const silent = silentShare(control);
  if (silent > CONTROL_BOUND)
    return unknown(`${percent(silent)} of the control are silent: nothing can be compared with it now.`);
  const unfinished = evidence.pending + evidence.installed;
  const allowed = Math.floor((1 - gate.minProvenShare) * evidence.offered + 1e-9);
  if (unfinished > allowed)
    return unknown(
      `${unfinished} of ${evidence.offered} devices are not through, at most ${allowed} may be: ${describe(evidence)}.`,
    );
  const wanted = Math.max(1, Math.ceil(gate.minProvenShare * (1 - silent) * evidence.offered - 1e-9));
  if (evidence.proven < wanted)
    return unknown(
      `Only ${evidence.proven} of ${evidence.offered} devices are proven and ${wanted} are wanted: ${describe(evidence)}.`,
    );
  const excess = Math.max(0, evidence.silent - silent * evidence.offered);
  const bad = evidence.failed + evidence.rolledBack + excess;
  // Whoever fell silent may have failed: enough of them to fail the stage, had they said so, do not pass it.
  if (bad >= gate.minBadDevices && bad / evidence.offered > gate.maxBadShare)
    return unknown(
      `${describe(evidence)}: with those that are silent beyond the control's ${percent(silent)} more than ${percent(gate.maxBadShare)} may have gone wrong. They are waited for.`,
    );
  return (
    judgeValues(values) ?? {
      kind: 'pass',
      because: `${evidence.proven} of ${evidence.offered} devices are proven; ${wanted} are enough.`,
    }
  );
}

/** With nobody to compare with, only a flawless stage passes. */
function judgeAlone(evidence: Evidence): Verdict {
  if (evidence.proven === evidence.offered)
    return {
      kind: 'pass',
      because: `All ${evidence.offered} devices are proven; there is no control to compare with.`,
    };
  return unknown(
    `There is no control to compare with, so every device must be proven, and ${evidence.proven} of ${evidence.offered} are: ${describe(evidence)}.`,
  );
}

/** Proof of life from every value: half of its devices, in proportion to its control that answers, at least one. */
function judgeValues(values: readonly ValueEvidence[]): Verdict | undefined {
  for (const { attribute, value, evidence, control } of values) {
    if (evidence.offered === 0) continue;
    const wanted = Math.max(1, Math.floor(evidence.offered * 0.5 * (1 - silentShare(control))));
    if (evidence.proven >= wanted) continue;
    return unknown(
      `Only ${evidence.proven} of the ${evidence.offered} devices with ${attribute} = ${value} are proven and ${wanted} are wanted: ${describe(evidence)}. Wait, or exclude them and go on.`,
    );
  }
  return undefined;
}

function silentShare(control: Control): number {
  return control.devices === 0 ? 0 : control.silent / control.devices;
}

export function describe(evidence: Evidence): string {
  const parts: Array<[number, string]> = [
    [evidence.pending, 'pending'],
    [evidence.installed, 'installed'],
    [evidence.proven, 'proven'],
    [evidence.failed, 'failed'],
    [evidence.rolledBack, 'rolled back'],
    [evidence.silent, 'silent'],
  ];
  return (
    parts
      .filter(([count]) => count > 0)
      .map(([count, word]) => `${count} ${word}`)
      .join(', ') || 'nothing yet'
  );
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}
