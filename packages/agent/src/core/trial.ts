/** A version on trial: it is confirmed after a healthy probation, or the device goes back by reflex. */
import type { ErrorCode } from '@tuesday/protocol';
import { runningVersion } from './check-in-body.ts';
import { sendOutcomes } from './contact.ts';
import { type Failure, type Intent, otherSlot } from './journal.ts';
import { withOutcome } from './outbox.ts';
import { settle } from './settle.ts';
import { emit, persistIntent, reboot, setBoot, timer, type Turn } from './turn.ts';
import type { CheckResult } from './types.ts';
import { weighChecks, type Weighed } from './weigh-checks.ts';

/** @returns the intent while its version is what runs, provisionally */
export function onTrial(turn: Turn): Intent | null {
  const { intent } = turn.state.journal;
  return intent?.step === 'trying' && intent.slot === turn.state.booted ? intent : null;
}

/** What a look at a version on trial brought. */
export interface Look {
  readonly checks: readonly CheckResult[];
  /** The checks that are asked for all along. */
  readonly weighed: Weighed;
  readonly errorCode: ErrorCode | undefined;
}

export function trialChecked(turn: Turn, intent: Intent, look: Look): void {
  if (look.weighed.is === 'fails') return checkFailed(turn, intent, look.weighed, look.errorCode);
  if (look.weighed.is === 'waits') return;
  const { state } = turn;
  if (state.probation === 'waiting') {
    const seconds = probationSeconds(turn, intent);
    state.probation = seconds === 0 ? 'over' : 'running';
    if (seconds > 0) timer(turn, 'probation', seconds * 1_000);
    if (!intent.installed) tellInstalled(turn, intent);
  }
  if (state.probation !== 'over') return;
  const atConfirm = weighChecks(look.checks, state, 'confirm');
  if (atConfirm.is === 'fails') return checkFailed(turn, intent, atConfirm, look.errorCode);
  if (atConfirm.is === 'holds') confirm(turn);
}

/** A device without a way back has nothing to wait for. */
function probationSeconds({ config }: Turn, intent: Intent): number {
  if (!config.deviceRollback) return 0;
  return Math.max(intent.probationSeconds, Math.ceil(config.survivalMillis / 1_000));
}

function checkFailed(turn: Turn, intent: Intent, weighed: Weighed, errorCode: ErrorCode | undefined): void {
  if (!turn.config.deviceRollback) return;
  const because = `health check ${weighed.failing ?? 'health'} failed`;
  trialFailed(turn, intent, failureOf('health-failed', errorCode, because));
}

export function failureOf(
  code: 'health-failed' | 'boot-failed',
  errorCode: ErrorCode | undefined,
  because: string,
): Failure {
  return errorCode === undefined ? { code, because } : { code, errorCode, because };
}

function tellInstalled(turn: Turn, intent: Intent): void {
  const because = `${intent.version} runs from slot ${intent.slot} and every health check holds.`;
  const told = { ...intent, kind: 'installed', because } as const;
  persistIntent(turn, { installed: true }, { outbox: withOutcome(turn, told) });
  sendOutcomes(turn);
}

export function probationOver(turn: Turn): void {
  if (onTrial(turn) === null || turn.state.probation !== 'running') return;
  turn.state.probation = 'over';
  emit(turn, { do: 'check-health' });
}

/** The boot control is the moment of truth: once it is written, the version is confirmed, come what may. */
function confirm(turn: Turn): void {
  const intent = onTrial(turn);
  if (intent === null) return;
  const { defaultSlot, trialSlot } = turn.state.control;
  if (defaultSlot !== intent.slot || trialSlot !== null) {
    setBoot(turn, { defaultSlot: intent.slot, trialSlot: null, attempts: 0 });
  }
  finishConfirm(turn, intent);
}

export function finishConfirm(turn: Turn, intent: Intent): void {
  const { slots, securityVersion, rolledBackFrom, rescue } = turn.state.journal;
  const left = slots[otherSlot(intent.slot)].version;
  // What the device had to be rescued from is not taken again.
  const wasDead = intent.kind === 'rescue' && rescue?.demanded === false && left !== undefined;
  // It was let try again, and this time it stood.
  const others = rolledBackFrom.filter((version) => version !== intent.version);
  const confirmed = { state: 'confirmed', version: intent.version } as const;
  const because = `${intent.version} was healthy for ${probationSeconds(turn, intent)} s and is confirmed.`;
  settle(
    turn,
    intent,
    { kind: 'confirmed', because, bootAttempts: intent.bootAttempts },
    {
      slots: { ...slots, [intent.slot]: confirmed },
      securityVersion: Math.max(securityVersion, intent.signed?.custom.securityVersion ?? 0),
      rolledBackFrom: wasDead ? withVersion(others, left) : others,
      rescue: undefined,
      resets: undefined,
    },
  );
}

/** One boot attempt failed: another, or the way back. */
export function trialFailed(turn: Turn, intent: Intent, failure: Failure): void {
  const { config, state } = turn;
  if (state.control.attempts >= config.bootAttempts || intent.stepsTaken >= config.stepLimit) {
    return rollBack(turn, intent, failure);
  }
  persistIntent(turn, { failure, stepsTaken: intent.stepsTaken + 1 });
  reboot(turn);
}

export function rollBack(turn: Turn, intent: Intent, failure: Failure): void {
  const bootAttempts = Math.max(intent.bootAttempts, turn.state.control.attempts);
  persistIntent(turn, { step: 'rolling-back', failure, bootAttempts, stepsTaken: intent.stepsTaken + 1 });
  setBoot(turn, { defaultSlot: otherSlot(intent.slot), trialSlot: null, attempts: 0 });
  reboot(turn);
}

/** The device runs its other slot again. */
export function finishRollback(turn: Turn, intent: Intent): void {
  const { slots, facts, rolledBackFrom, rescue } = turn.state.journal;
  const { version, failure } = intent;
  const attempts = Math.max(intent.bootAttempts, turn.state.control.attempts);
  const limit = turn.config.bootAttempts;
  const last = failure?.errorCode ?? failure?.because;
  const recalled = failure !== undefined && failure.code === undefined;
  const because = recalled
    ? failure.because
    : `${attempts} of ${limit} boot attempts of ${version} failed${last === undefined ? '' : `, last with ${last}`}.`;
  settle(
    turn,
    intent,
    {
      kind: 'rolled-back',
      because,
      code: recalled ? undefined : (failure?.code ?? 'boot-failed'),
      errorCode: failure?.errorCode,
      bootAttempts: attempts,
      running: runningVersion(turn.state),
    },
    {
      slots: { ...slots, [intent.slot]: { state: 'bad', version } },
      facts: { ...facts, [intent.slot]: null },
      rolledBackFrom: recalled ? rolledBackFrom : withVersion(rolledBackFrom, version),
      // A person's word is good for one try.
      ...(rescue?.demanded === true ? { rescue: { ...rescue, demanded: false } } : {}),
    },
  );
}

/** Newest last, at most 32. */
export function withVersion(versions: readonly string[], version: string): string[] {
  return [...versions.filter((known) => known !== version), version].slice(-32);
}
