/**
 * Rescue: the confirmed version is dead, and nobody offers anything. The device looks for a recovery release
 * that people signed, wherever it can be had, and takes it by the ordinary steps.
 */
import { compareVersions, type Refusal, refuse, RESCUE_ROLLOUT, rescueOffer } from '@tuesday/protocol';
import { runningVersion } from './check-in-body.ts';
import { goHome } from './health.ts';
import { type Intent, otherSlot, UNKNOWN_FACTS } from './journal.ts';
import { judgeSigned } from './judge-offer.ts';
import { emit, persist, timer, type Turn } from './turn.ts';
import type { Candidate, RescueDemand, WokeInput } from './types.ts';
import { leaveRescue, lookAgain } from './unwell.ts';
import { beforeTheLeap, beginSteps, goOn, performStep, withdraw } from './update.ts';

const DEMANDED: Record<RescueDemand, string> = {
  flag: 'the agent was started with --rescue.',
  kernel: 'the kernel command line says tuesday.rescue=1.',
  file: 'a file named rescue was put into the folder of the device.',
};

/** On waking: what was demanded, what was under way, and what crashed. */
export function wakeRescue(turn: Turn, { demand, reset }: WokeInput): void {
  const { config, state } = turn;
  if (config.rescue === null) return;
  if (demand !== undefined && !isTrying(turn)) {
    const because = DEMANDED[demand];
    persist(turn, { rescue: { because, since: turn.now, demanded: true } });
  }
  if (demand === 'file') emit(turn, { do: 'forget-demand' });
  if (state.control.trialSlot === null && (reset === 'watchdog' || reset === 'panic'))
    countReset(turn, reset);
  const { intent, rescue } = state.journal;
  if (intent?.kind === 'rescue' && beforeTheLeap(intent)) return goOn(turn, intent);
  if (rescue !== undefined) lookAgain(turn);
}

function isTrying(turn: Turn): boolean {
  const { intent } = turn.state.journal;
  return intent !== null && !beforeTheLeap(intent);
}

function countReset(turn: Turn, reset: 'watchdog' | 'panic'): void {
  const resets = (turn.state.journal.resets ?? 0) + 1;
  persist(turn, { resets });
  if (resets < (turn.config.rescue?.resets ?? Infinity)) return;
  turn.state.unwell = true;
  const because = `${runningVersion(turn.state)} was reset ${resets} times, last by ${reset}.`;
  if (turn.state.journal.rescue === undefined) enter(turn, because);
}

/** Time to think: enter rescue, or look again. */
export function rescueDue(turn: Turn): void {
  const { state, config } = turn;
  if (config.rescue === null) return;
  if (state.journal.rescue !== undefined) return seek(turn);
  if (!state.unwell) return;
  const because = whyEnter(turn);
  if (because === undefined) return timer(turn, 'rescue', config.rescue.afterMillis);
  enter(turn, because);
  seek(turn);
}

function whyEnter(turn: Turn): string | undefined {
  const { state, config, now } = turn;
  const { slots, rolledBackFrom } = state.journal;
  const running = runningVersion(state);
  const other = otherSlot(state.booted);
  const spare = slots[other];
  const isWhole = spare.state === 'good' || spare.state === 'confirmed';
  if (!isWhole || rolledBackFrom.includes(spare.version ?? '')) {
    return `${running} stays unhealthy, and slot ${other} holds nothing to go back to.`;
  }
  // A clock that was set back must not keep the device out for years.
  if (now < state.heardAt) state.heardAt = now;
  const limit = config.rescue?.unreachedMillis ?? Infinity;
  if (now - state.heardAt < limit) return undefined;
  return `${running} stays unhealthy, and the server was out of reach for ${Math.round(limit / 60_000)} minutes.`;
}

function enter(turn: Turn, because: string): void {
  persist(turn, { rescue: { because, since: turn.now, demanded: false } });
}

function seek(turn: Turn): void {
  const { state } = turn;
  if (state.seeking) return;
  const { intent } = state.journal;
  if (intent !== null && !isHeldUp(turn, intent)) return lookAgain(turn);
  if (intent !== null) {
    state.heldUp = intent.offer;
    withdraw(turn);
  }
  state.seeking = true;
  emit(turn, { do: 'seek-rescue' });
}

/**
 * An update that waits must not keep a dead device from looking elsewhere: for a server that is out of reach, or for
 * bytes that have not come for as many tries as a rescue has itself. It is offered again.
 */
function isHeldUp({ state, config, now }: Turn, intent: Intent): boolean {
  if (intent.kind === 'rescue' || !beforeTheLeap(intent)) return false;
  const unheard = now - state.heardAt >= (config.rescue?.unreachedMillis ?? Infinity);
  if (unheard) return !state.working || state.stepFailures > 0;
  return state.stepFailures >= config.stepLimit / 2;
}

/** Takes the highest that this device may take. */
export function foundRecoveries(turn: Turn, candidates: readonly Candidate[], root: number): void {
  const { state } = turn;
  if (!state.seeking) return;
  state.seeking = false;
  const { rescue, intent } = state.journal;
  if (rescue === undefined) return;
  if (intent !== null) return lookAgain(turn);
  if (root > state.journal.root) persist(turn, { root });
  const chosen = choose(turn, candidates);
  if (chosen !== undefined) return begin(turn, chosen);
  // Asked on a device that works: it looked, there is nothing, and that is the answer.
  if (rescue.demanded && !state.unwell && state.health.ok) return leaveRescue(turn);
  goHomeOrLookAgain(turn);
}

export function foundNothing(turn: Turn): void {
  if (!turn.state.seeking) return;
  turn.state.seeking = false;
  if (turn.state.journal.intent !== null) return lookAgain(turn);
  goHomeOrLookAgain(turn);
}

/** Nobody has a recovery release: a slot that was confirmed once, on the signed way back, is worth a try. */
function goHomeOrLookAgain(turn: Turn): void {
  const { confirmed } = turn.state.journal;
  const left = confirmed?.version === runningVersion(turn.state) ? confirmed : null;
  if (left !== null && turn.state.unwell && turn.config.deviceRollback && goHome(turn, left)) return;
  lookAgain(turn);
}

function choose(turn: Turn, candidates: readonly Candidate[]): Candidate | undefined {
  return candidates
    .filter((candidate) => judgeRecovery(turn, candidate) === null)
    .sort((a, b) => compareVersions(b.signed.custom.version, a.signed.custom.version))[0];
}

/** May this device take it? @returns null when it may */
export function judgeRecovery(turn: Turn, { target, signed }: Candidate): Refusal | null {
  const { state, config } = turn;
  const { version, recovery } = signed.custom;
  const { journal } = state;
  if (recovery !== true) return refuse('not-a-recovery', `${version} is not signed as a recovery release.`);
  const running = runningVersion(state);
  if (running !== UNKNOWN_FACTS.version && compareVersions(version, running) === 0) {
    return refuse('tried-before', `${version} runs here already.`);
  }
  if (journal.rolledBackFrom.includes(version) && journal.rescue?.demanded !== true) {
    return refuse('tried-before', `this device rolled back from ${version} before.`);
  }
  return judgeSigned({ version, target }, signed, state, config);
}

function begin(turn: Turn, { target, signed }: Candidate): void {
  const { journal, booted } = turn.state;
  const { version } = signed.custom;
  const updates = journal.updates + 1;
  persist(turn, {
    updates,
    intent: {
      offer: rescueOffer(version, updates),
      rollout: RESCUE_ROLLOUT,
      kind: 'rescue',
      version,
      target,
      probationSeconds: turn.config.rescue?.probationSeconds ?? 0,
      slot: otherSlot(booted),
      step: 'downloading',
      stepsTaken: 1,
      signed,
      bootAttempts: 0,
      installed: false,
    },
  });
  beginSteps(turn);
  performStep(turn);
}

/** Health has held for so long that the device is well. */
export function wellDue(turn: Turn): void {
  const { state } = turn;
  if (!state.mending || !state.health.ok) return;
  const { intent } = state.journal;
  if (intent?.kind === 'rescue' && beforeTheLeap(intent)) withdraw(turn);
  leaveRescue(turn);
}
