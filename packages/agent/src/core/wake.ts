/**
 * What a device does on waking, from what its storage and its boot loader say. Every combination has an
 * answer, and the answer to what it does not know is the confirmed slot.
 */
import type { Instant } from '@tuesday/protocol';
import { checkInBody } from './check-in-body.ts';
import { startApplication } from './health.ts';
import { type Intent, otherSlot, readJournal, rebuiltJournal } from './journal.ts';
import { finishConfirm, finishRollback, rollBack } from './trial.ts';
import {
  beginTurn,
  persist,
  persistIntent,
  reboot,
  refreshReport,
  setBoot,
  timer,
  type Turn,
} from './turn.ts';
import { wakeRescue } from './rescue.ts';
import { beforeTheLeap, end } from './update.ts';
import type { AgentConfig, State, WokeInput } from './types.ts';

export function wake(input: WokeInput, now: Instant, config: AgentConfig, random: () => number): Turn {
  const journal = readJournal(input.journal);
  const rebuilt = journal ?? rebuiltJournal(input.control.defaultSlot, input.found ?? { a: null, b: null });
  const turn = beginTurn({ ...awake(rebuilt, input, config), heardAt: now }, now, config, random);
  if (journal === undefined) persist(turn, {});
  resume(turn);
  if (turn.off) return turn;
  startApplication(turn);
  wakeRescue(turn, input);
  if (turn.off) return turn;
  // Reports wait for the first health check: what is not known yet is not reported.
  const within = config.firstCheckInWithinMillis;
  timer(turn, 'check-in', config.settleMillis + within * random());
  if (turn.state.journal.outbox.length > 0 && !turn.state.sending) timer(turn, 'outcome', within * random());
  refreshReport(turn);
  return turn;
}

function awake(journal: State['journal'], input: WokeInput, config: AgentConfig): State {
  const { control, booted } = input;
  const known = { journal, control, booted, errors: [], transport: config.transport } as const;
  const health = { ok: false, failing: 'starting' };
  return {
    ...known,
    application: 'down',
    settled: false,
    asked: false,
    health,
    report: checkInBody({ ...known, health }, config),
    pollSeconds: config.pollSeconds,
    checkInFailures: 0,
    outcomeFailures: 0,
    sending: false,
    working: false,
    stepFailures: 0,
    toldTenths: 0,
    probation: 'waiting',
    exits: 0,
    lastExitAt: 0,
    failing: false,
    unwell: false,
    mending: false,
    heardAt: 0,
    seeking: false,
    looks: 0,
  };
}

function resume(turn: Turn): void {
  const { intent } = turn.state.journal;
  if (intent === null || beforeTheLeap(intent)) resumeBeforeTheLeap(turn, intent);
  else if (intent.step === 'trying') resumeTrial(turn, intent);
  else resumeRollback(turn, intent);
}

/** Nothing is on trial: the boot control must say so, and the slot that runs must be a confirmed one. */
function resumeBeforeTheLeap(turn: Turn, intent: Intent | null): void {
  const { control, booted } = turn.state;
  const onSpare = intent?.slot === booted;
  if (intent !== null && (onSpare || control.trialSlot !== null)) {
    end(
      turn,
      intent,
      'failed',
      'interrupted',
      `woke on slot ${booted} while ${intent.version} was prepared.`,
    );
  } else if (intent?.step === 'staging') {
    persistIntent(turn, { step: 'downloading', stepsTaken: intent.stepsTaken + 1 });
  }
  if (control.trialSlot !== null || control.attempts !== 0) {
    setBoot(turn, { defaultSlot: control.defaultSlot, trialSlot: null, attempts: 0 });
    if (booted !== control.defaultSlot) return reboot(turn);
  }
  standOnConfirmed(turn);
}

function standOnConfirmed(turn: Turn): void {
  const { control, booted, journal } = turn.state;
  if (journal.slots[booted].state === 'confirmed') return;
  const other = otherSlot(booted);
  if (journal.slots[other].state !== 'confirmed') {
    // Nothing here was ever confirmed; what runs is the best there is.
    const { version } = journal.slots[booted];
    const slot = version === undefined ? {} : { version };
    return persist(turn, { slots: { ...journal.slots, [booted]: { state: 'confirmed', ...slot } } });
  }
  // A boot loader that boots something else than its default would do so again: no second reboot for that.
  if (control.defaultSlot !== booted) return;
  setBoot(turn, { defaultSlot: other, trialSlot: null, attempts: 0 });
  reboot(turn);
}

function resumeTrial(turn: Turn, intent: Intent): void {
  const { control, booted } = turn.state;
  const { attempts, defaultSlot, trialSlot } = control;
  if (booted === intent.slot && trialSlot === intent.slot) return resumeAttempt(turn, intent);
  if (booted === intent.slot && trialSlot === null && defaultSlot === intent.slot) {
    // The confirmation reached the boot control, but not the journal.
    if (turn.config.deviceRollback) finishConfirm(turn, intent);
    return;
  }
  const because = 'the boot loader and the journal disagree';
  if (booted === intent.slot) return rollBack(turn, intent, { code: 'interrupted', because });
  if (trialSlot === null && attempts > 0) return backAgain(turn, intent);
  // The trial never reached the boot control: ask the server once more, then leap again.
  const stepsTaken = intent.stepsTaken + 1;
  const good = { state: 'good', version: intent.version } as const;
  const { slots } = turn.state.journal;
  persistIntent(turn, { step: 'ready', stepsTaken }, { slots: { ...slots, [intent.slot]: good } });
  if (trialSlot !== null) setBoot(turn, { defaultSlot: booted, trialSlot: null, attempts: 0 });
}

function resumeAttempt(turn: Turn, intent: Intent): void {
  const { attempts } = turn.state.control;
  const { bootAttempts, stepLimit } = turn.config;
  if (attempts > bootAttempts || intent.stepsTaken >= stepLimit) {
    return rollBack(turn, intent, intent.failure ?? { code: 'boot-failed', because: 'it never came up' });
  }
  persistIntent(turn, { bootAttempts: attempts, stepsTaken: intent.stepsTaken + 1 });
}

function resumeRollback(turn: Turn, intent: Intent): void {
  if (turn.state.booted !== intent.slot) return backAgain(turn, intent);
  const failure = intent.failure ?? { code: 'interrupted', because: 'the way back was cut' };
  if (intent.stepsTaken < turn.config.stepLimit) return rollBack(turn, intent, failure);
  // The boot loader does not let go of the slot. Stay up, and say so.
  end(turn, intent, 'failed', 'interrupted', `the boot loader does not leave slot ${intent.slot}.`);
}

function backAgain(turn: Turn, intent: Intent): void {
  const { booted, control } = turn.state;
  finishRollback(turn, intent);
  if (control.trialSlot !== null || control.attempts !== 0 || control.defaultSlot !== booted) {
    setBoot(turn, { defaultSlot: booted, trialSlot: null, attempts: 0 });
  }
}
