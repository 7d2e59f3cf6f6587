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
import { otherSlot } from './journal.ts';
import { withOutcome } from './outbox.ts';
import { forgetOthers, remember, saysTheSame } from './past.ts';
import { failureOf, onTrial, trialChecked, trialFailed, withVersion } from './trial.ts';
import { isOver, stands } from './trouble.ts';
import { backOffMillis, emit, persist, reboot, setBoot, timer, type Turn } from './turn.ts';
import { isUnwell, seemsUnwell, seemsWell } from './unwell.ts';
import type { HealthInput, Input } from './types.ts';
import { checksOf, countInRow, weighChecks, type Weighed } from './weigh-checks.ts';

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
  const checks = checksOf(input);
  const intent = onTrial(turn);
  if (state.asked) noteLook(turn, input, intent !== null);
  const weighed = weighChecks(checks, state, 'along');
  noteHealth(turn, weighed, errors);
  noteEnvironment(turn, input);
  noteMetrics(turn, input);
  state.asked = false;
  if (intent === null) return weighed.is === 'holds' ? wellAgain(turn) : unwell(turn);
  // Before the application has settled only a raised error code is proof of anything.
  if (state.settled || (errors.length > 0 && weighed.is === 'fails')) {
    trialChecked(turn, intent, { checks, weighed, errorCode: errors[0] });
  }
}

/** A look that was asked for, and so one of a regular row, teaches something about this device. */
function noteLook(turn: Turn, input: HealthInput, isTried: boolean): void {
  const { state } = turn;
  const checks = checksOf(input);
  state.inRow = countInRow(state.inRow, checks);
  if (isTried || input.checks === undefined) return;
  const compared = checks.filter(({ byPast }) => byPast === true);
  let past = forgetOthers(
    state.past,
    compared.map(({ name }) => name),
  );
  for (const { name, ok, again } of compared) if (again !== true) past = remember(past, name, ok);
  state.past = past;
  // Flash wears: what would decide nothing else is written with the leap.
  if (!saysTheSame(past, state.journal.past ?? {})) persist(turn, { past });
}

export function applicationExited(turn: Turn, input: Extract<Input, { is: 'application-exited' }>): void {
  const { state, config, now } = turn;
  const raised = errorCodeSchema.safeParse(input.errorCode);
  const errorCode = raised.success ? raised.data : undefined;
  const wasRunning = state.application === 'running';
  state.application = 'down';
  state.settled = false;
  const exit = { is: 'fails', failing: 'process', excused: state.excused } as const;
  noteHealth(turn, exit, errorCode === undefined ? [] : [errorCode]);
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
  const { state, config, now } = turn;
  state.failing = false;
  if (state.settled) seemsWell(turn);
  // Between two crashes of a row it is well, too.
  const crashes = state.exits >= config.exitsUntilUnhealthy && now - state.lastExitAt < DAY_MILLIS;
  if (!crashes) isOver(turn, 'health-failed');
}

function unwell(turn: Turn): void {
  seemsUnwell(turn);
  if (turn.state.failing) return;
  turn.state.failing = true;
  timer(turn, 'unhealthy', turn.config.unhealthyAfterMillis);
}

/** The outcome is told once for each version that was confirmed; the trouble, and why it stays, as long as it lasts. */
function persistentlyUnwell(turn: Turn): void {
  isUnwell(turn);
  const { journal, errors, health } = turn.state;
  const { confirmed, intent } = journal;
  const running = runningVersion(turn.state);
  const fails = `health check ${health.failing ?? 'health'} of ${running} fails`;
  const isNews = confirmed?.version === running && !confirmed.unhealthy;
  const stay = whyStay(turn);
  if (isNews && intent === null && stay === undefined) return goBackConfirmed(turn, confirmed);
  stands(turn, 'health-failed', `${fails}; ${stay ?? 'an update is under way'}.`);
  if (!isNews) return;
  const told = {
    ...confirmed,
    kind: 'unhealthy',
    code: 'health-failed',
    errorCode: errors[0],
    because: `${fails}.`,
  } as const;
  persist(turn, { confirmed: { ...confirmed, unhealthy: true }, outbox: withOutcome(turn, told) });
  sendOutcomes(turn);
}

/** Why a confirmed version that fails is not left; undefined when its way back stands ready in the spare slot. */
function whyStay(turn: Turn): string | undefined {
  const { rollbackAfterConfirm } = turn.config;
  return (
    whyNoWayBack(turn) ?? (rollbackAfterConfirm ? undefined : 'a confirmed version is left by recall only')
  );
}

function whyNoWayBack(turn: Turn): string | undefined {
  const { journal, booted } = turn.state;
  const spare = otherSlot(booted);
  const { state, version } = journal.slots[spare];
  const facts = journal.facts[spare];
  if (version === undefined) return `slot ${spare} is empty`;
  if (journal.rolledBackFrom.includes(version)) return `it went back from ${version} before`;
  if (state !== 'confirmed' || facts === null) return `slot ${spare} holds nothing that was confirmed`;
  const wayBack = journal.facts[booted]?.wayBack?.version;
  if (wayBack === undefined || compareVersions(version, wayBack) !== 0) {
    return `${version} in slot ${spare} is not its signed way back`;
  }
  return facts.securityVersion < journal.securityVersion
    ? `${version} is below the security version`
    : undefined;
}

interface Left {
  readonly offer: string;
  readonly rollout: string;
}

/** @returns false when the spare slot does not hold a confirmed version on the signed way back */
export function goHome(turn: Turn, from: Left): boolean {
  if (whyNoWayBack(turn) !== undefined) return false;
  goBackConfirmed(turn, from);
  return true;
}

function goBackConfirmed(turn: Turn, from: Left): void {
  const { journal, booted, errors } = turn.state;
  const spare = otherSlot(booted);
  const left = runningVersion(turn.state);
  const because = `${left} turned unhealthy after it was confirmed.`;
  const running = journal.slots[spare].version ?? '';
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
}

function noteHealth(turn: Turn, { is, failing, excused }: Weighed, errors: readonly ErrorCode[]): void {
  const { state } = turn;
  const ok = is === 'holds';
  const same = excused.join('\n') === state.excused.join('\n');
  if (ok && same && state.health.ok && errors.length === 0 && state.errors.length === 0) return;
  state.health = ok ? { ok } : { ok, failing: failing ?? 'health' };
  state.excused = excused;
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
