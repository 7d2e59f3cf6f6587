/** What the application does, and what its checks say. */
import {
  compareVersions,
  environmentSchema,
  errorCodeSchema,
  type ErrorCode,
  metricsSchema,
} from '@tuesday/protocol';
import { runningVersion } from './check-in-body.ts';
import { sendOutcomes } from './contact.ts';
import { type Failure, otherSlot } from './journal.ts';
import { withOutcome } from './outbox.ts';
import { onTrial, trialFailed, trialHealthy, withVersion } from './trial.ts';
import { backOffMillis, emit, persist, reboot, setBoot, timer, type Turn } from './turn.ts';
import { isUnwell, seemsUnwell, seemsWell } from './unwell.ts';
import type { HealthInput, Input } from './types.ts';

const DAY_MILLIS = 86_400_000;

/** An application that has not started after so many times the settling time never will. */
const START_PATIENCE = 2;

export function startApplication(turn: Turn): void {
  turn.state.application = 'starting';
  turn.state.settled = false;
  turn.state.asked = false;
  emit(turn, { do: 'start-application', slot: turn.state.booted });
  timer(turn, 'health', START_PATIENCE * turn.config.settleMillis);
}

export function applicationStarted(turn: Turn): void {
  turn.state.application = 'running';
  timer(turn, 'health', turn.config.settleMillis);
}

/** Time to look: after settling, and then at intervals. */
export function healthDue(turn: Turn): void {
  const { state } = turn;
  if (state.application === 'down') return;
  if (state.application === 'starting') {
    return applicationExited(turn, { is: 'application-exited', slot: state.booted, exitCode: null });
  }
  if (state.settled && state.asked) healthKnown(turn, { is: 'health', ok: false, failing: 'no-answer' });
  if (turn.off) return;
  state.settled = true;
  state.asked = true;
  emit(turn, { do: 'check-health' });
  checkAgainLater(turn);
}

export function healthKnown(turn: Turn, input: HealthInput): void {
  const { state } = turn;
  if (state.application !== 'running') return;
  const errors = (input.errors ?? []).filter((code) => errorCodeSchema.safeParse(code).success);
  noteHealth(turn, input.ok, input.failing ?? 'health', errors);
  noteEnvironment(turn, input);
  noteMetrics(turn, input);
  state.asked = false;
  const intent = onTrial(turn);
  if (intent === null) return input.ok ? wellAgain(turn) : unwell(turn);
  if (input.ok) {
    if (state.settled) trialHealthy(turn, intent);
    // Before the application has settled only a raised error code is proof of anything.
  } else if (state.settled || errors.length > 0) {
    if (!turn.config.deviceRollback) return;
    const because = `health check ${input.failing ?? 'health'} failed`;
    trialFailed(turn, intent, failureOf('health-failed', errors[0], because));
  }
}

export function applicationExited(turn: Turn, input: Extract<Input, { is: 'application-exited' }>): void {
  const { state, config, now } = turn;
  const raised = errorCodeSchema.safeParse(input.errorCode);
  const errorCode = raised.success ? raised.data : undefined;
  const wasRunning = state.application === 'running';
  state.application = 'down';
  state.settled = false;
  noteHealth(turn, false, 'process', errorCode === undefined ? [] : [errorCode]);
  const intent = onTrial(turn);
  if (intent !== null && config.deviceRollback) {
    const code = errorCode === undefined && !wasRunning ? 'boot-failed' : 'health-failed';
    return trialFailed(turn, intent, failureOf(code, errorCode, `exit code ${String(input.exitCode)}`));
  }
  seemsUnwell(turn);
  state.exits = now - state.lastExitAt < DAY_MILLIS ? state.exits + 1 : 1;
  state.lastExitAt = now;
  timer(turn, 'restart', backOffMillis(config.restartBackOff, state.exits, turn.random));
  if (intent === null && state.exits >= config.exitsUntilUnhealthy) persistentlyUnwell(turn);
}

export function restartDue(turn: Turn): void {
  if (turn.state.application === 'down') startApplication(turn);
}

/** The checks of a confirmed version have failed for too long: say so, and start the application again. */
export function unhealthyDue(turn: Turn): void {
  const { state, config } = turn;
  if (!state.failing || onTrial(turn) !== null) return;
  state.failing = false;
  persistentlyUnwell(turn);
  if (turn.off || state.application === 'down') return;
  state.exits += 1;
  state.application = 'down';
  emit(turn, { do: 'stop-application' });
  timer(turn, 'restart', backOffMillis(config.restartBackOff, state.exits, turn.random));
}

function wellAgain(turn: Turn): void {
  turn.state.failing = false;
  if (turn.state.settled) seemsWell(turn);
}

function unwell(turn: Turn): void {
  seemsUnwell(turn);
  if (turn.state.failing) return;
  turn.state.failing = true;
  timer(turn, 'unhealthy', turn.config.unhealthyAfterMillis);
}

/** Reported once for each version that was confirmed. */
function persistentlyUnwell(turn: Turn): void {
  isUnwell(turn);
  const { journal, errors, health } = turn.state;
  const { confirmed, intent } = journal;
  const running = runningVersion(turn.state);
  if (confirmed?.version !== running || confirmed.unhealthy) return;
  if (turn.config.rollbackAfterConfirm && intent === null && goBackConfirmed(turn, confirmed)) return;
  const because = `health check ${health.failing ?? 'health'} of ${running} fails.`;
  const told = {
    ...confirmed,
    kind: 'unhealthy',
    code: 'health-failed',
    errorCode: errors[0],
    because,
  } as const;
  persist(turn, { confirmed: { ...confirmed, unhealthy: true }, outbox: withOutcome(turn, told) });
  sendOutcomes(turn);
}

/** @returns false when the spare slot does not hold a confirmed version on the signed way back */
export function goBackConfirmed(
  turn: Turn,
  from: { readonly offer: string; readonly rollout: string },
): boolean {
  const { journal, booted, errors } = turn.state;
  const spare = otherSlot(booted);
  const target = journal.facts[spare];
  const wayBack = journal.facts[booted]?.wayBack?.version;
  if (journal.slots[spare].state !== 'confirmed' || target === null || wayBack === undefined) return false;
  if (compareVersions(target.version, wayBack) !== 0) return false;
  if (target.securityVersion < journal.securityVersion) return false;
  const left = runningVersion(turn.state);
  const because = `${left} turned unhealthy after it was confirmed.`;
  const running = target.version;
  persist(turn, {
    slots: { ...journal.slots, [booted]: { state: 'bad', version: left } },
    facts: { ...journal.facts, [booted]: null },
    rolledBackFrom: withVersion(journal.rolledBackFrom, left),
    settled: { offer: from.offer, kind: 'rolled-back', at: turn.now },
    confirmed: null,
    outbox: withOutcome(turn, {
      ...from,
      kind: 'rolled-back',
      code: 'health-failed',
      errorCode: errors[0],
      because,
      running,
    }),
  });
  setBoot(turn, { defaultSlot: spare, trialSlot: null, attempts: 0 });
  reboot(turn);
  return true;
}

function noteHealth(turn: Turn, ok: boolean, failing: string, errors: readonly ErrorCode[]): void {
  const { state } = turn;
  if (ok && state.health.ok && errors.length === 0 && state.errors.length === 0) return;
  state.health = ok ? { ok } : { ok, failing };
  state.errors = errors;
  turn.changed = true;
}

function noteEnvironment(turn: Turn, { environment }: HealthInput): void {
  if (environment === undefined) return;
  const known = turn.state.journal.environment;
  const names = Object.keys(environment);
  const same =
    names.length === Object.keys(known).length && names.every((name) => known[name] === environment[name]);
  if (!same && environmentSchema.safeParse(environment).success) persist(turn, { environment });
}

/** A number is reported again when it has moved by more than this share: a poll that says nothing new stays cheap. */
const MOVES_BY = 0.1;

function noteMetrics(turn: Turn, { metrics }: HealthInput): void {
  if (metrics === undefined || !metricsSchema.safeParse(metrics).success) return;
  const known = turn.state.metrics ?? {};
  const names = Object.keys(metrics);
  const moved = names.some((name) => {
    const [before, now] = [known[name], metrics[name] ?? 0];
    return (
      before === undefined || Math.abs(now - before) > MOVES_BY * Math.max(Math.abs(now), Math.abs(before))
    );
  });
  if (!moved && names.length === Object.keys(known).length) return;
  turn.state.metrics = metrics;
  turn.changed = true;
}

function checkAgainLater(turn: Turn): void {
  const every = onTrial(turn) === null ? turn.config.healthEveryMillis : turn.config.trialHealthEveryMillis;
  if (every > 0) timer(turn, 'health', every);
}

function failureOf(
  code: 'health-failed' | 'boot-failed',
  errorCode: ErrorCode | undefined,
  because: string,
): Failure {
  return errorCode === undefined ? { code, because } : { code, errorCode, because };
}
