/**
 * The rule of a stage: a plain bound on the share that went wrong beyond what the control shows. Whatever
 * replaces it has the same shape, `StageJudge`.
 */
import type { Blame, Control, Evidence, Gate, Verdict } from '@tuesday/protocol';
import type { ValueEvidence } from './situation.ts';

export interface StageCase {
  readonly gate: Gate;
  readonly evidence: Evidence;
  readonly control: Control;
  /** Offered and control devices by environment value. */
  readonly values: readonly ValueEvidence[];
  /** Every device of the stage has had the time of the soak. */
  readonly soakOver: boolean;
}

export type StageJudge = (stage: StageCase) => Verdict;

/** Devices that went wrong for certain, and those whose silence exceeds the control's. */
export function badDevices(evidence: Evidence, control: Control): number {
  return evidence.failed + evidence.rolledBack + excessSilence(evidence, control);
}

function controlSilentShare(control: Control): number {
  return control.devices === 0 ? 0 : control.silent / control.devices;
}

function excessSilence(evidence: Evidence, control: Control): number {
  return Math.max(0, evidence.silent - controlSilentShare(control) * evidence.offered);
}

/**
 * A value fails on its own when at least `minBadDevices` of it, and this share of those that took their offer,
 * went wrong. Those still pending do not count: a stage that has just opened must not dilute what is known.
 */
const VALUE_BOUND = 0.25;

export const judgeStage: StageJudge = (stage) => {
  const { evidence, control, gate } = stage;
  if (evidence.offered === 0)
    return { kind: 'unknown', because: 'No device has been offered the release yet.' };
  const failing = judgeWhole(evidence, control, gate) ?? judgeValues(stage);
  if (failing) return failing;
  if (!stage.soakOver) return { kind: 'unknown', because: `The soak is not over: ${describe(evidence)}.` };
  return judgeProof(evidence, control, gate, stage.values);
};

function judgeWhole(evidence: Evidence, control: Control, gate: Gate): Verdict | undefined {
  const bad = badDevices(evidence, control);
  if (bad < gate.minBadDevices || bad / evidence.offered <= gate.maxBadShare) return undefined;
  return {
    kind: 'fail',
    because: `${wrongOf(evidence)} of ${evidence.offered} devices failed, rolled back or fell silent (${percent(wrongOf(evidence) / evidence.offered)}); ${controlWords(control)}, and the bound is ${percent(gate.maxBadShare)}.`,
  };
}

function judgeValues({ values, gate }: StageCase): Verdict | undefined {
  for (const { attribute, value, evidence, control } of values) {
    const bad = badDevices(evidence, control);
    if (evidence.offered === 0 || bad < gate.minBadDevices) continue;
    const settled = Math.max(bad, evidence.offered - evidence.pending);
    if (bad / settled <= Math.max(gate.maxBadShare, VALUE_BOUND)) continue;
    return {
      kind: 'fail',
      because: `${wrongOf(evidence)} of the ${evidence.offered} devices with ${attribute} = ${value} failed, rolled back or fell silent; ${controlWords(control)}.`,
    };
  }
  return undefined;
}

function judgeProof(
  evidence: Evidence,
  control: Control,
  gate: Gate,
  values: readonly ValueEvidence[],
): Verdict {
  const unknown = (because: string): Verdict => ({ kind: 'unknown', because });
  const silent = controlSilentShare(control);
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
  const unseen = values.find(
    (value) => value.evidence.offered >= gate.minBadDevices && value.evidence.proven === 0,
  );
  if (unseen)
    return unknown(
      `None of the ${unseen.evidence.offered} devices with ${unseen.attribute} = ${unseen.value} is proven.`,
    );
  return {
    kind: 'pass',
    because: `${evidence.proven} of ${evidence.offered} devices are proven; ${wanted} are enough.`,
  };
}

/** A control that is mostly silent excuses everything, so it proves nothing. */
const CONTROL_BOUND = 0.5;

const wrongOf = (evidence: Evidence) => evidence.failed + evidence.rolledBack + evidence.silent;

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

function controlWords(control: Control): string {
  if (control.devices === 0) return 'there is no control to compare with';
  return `of the control ${control.silent} of ${control.devices} are silent (${percent(controlSilentShare(control))})`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

/** The values that hold most of what went wrong, worst first; descriptive, at most three. */
export function blameOf(values: readonly ValueEvidence[], whole: Evidence): Blame[] {
  const wrong = wrongOf(whole);
  if (wrong === 0 || whole.offered === 0) return [];
  const average = wrong / whole.offered;
  return values
    .filter(
      ({ evidence }) =>
        evidence.offered > 0 &&
        wrongOf(evidence) >= wrong * 0.6 &&
        wrongOf(evidence) / evidence.offered > average * 1.5,
    )
    .sort((a, b) => wrongOf(b.evidence) / b.evidence.offered - wrongOf(a.evidence) / a.evidence.offered)
    .slice(0, 3)
    .map(({ attribute, value, evidence }) => ({
      attribute,
      value,
      offered: evidence.offered,
      bad: wrongOf(evidence),
    }));
}

/** "6 of the 6 run broker = mosquitto 2.0.18, where 6 of 8 went wrong; elsewhere 0 of 24." */
export function blameWords(blame: readonly Blame[], whole: Evidence): string {
  const [worst] = blame;
  if (worst === undefined) return '';
  const wrong = wrongOf(whole);
  return `${worst.bad} of the ${wrong} run ${worst.attribute} = ${worst.value}, where ${worst.bad} of ${worst.offered} went wrong; elsewhere ${wrong - worst.bad} of ${whole.offered - worst.offered}.`;
}
