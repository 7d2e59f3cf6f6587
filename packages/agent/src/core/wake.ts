/**
 * What a device does on waking, from what its storage and its boot loader say. Every combination has an
 * answer, and the answer to what it does not know is the confirmed slot.
 */
import type { Instant } from '@tuesday/protocol';
import { checkInBody } from './check-in-body.ts';
import { spreadMillis } from './contact.ts';
import { startApplication } from './health.ts';
import { type Intent, journalSchema, otherSlot, readJournal } from './journal.ts';
import { contradictionIn } from './judge-journal.ts';
import { unsaid } from './outbox.ts';
import { salvaged } from './salvage.ts';
import { beginStandBy } from './stand-by.ts';
import { finishConfirm, finishRollback, rollBack } from './trial.ts';
import { isStuck, stands } from './trouble.ts';
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
import type { AgentConfig, ResetReason, State, WokeInput } from './types.ts';

export function wake(input: WokeInput, now: Instant, config: AgentConfig, random: () => number): Turn {
  const journal = readJournal(input.journal);
  const wrong = journal === undefined ? unreadable(input.journal) : contradictionIn(journal, input);
  const known = journal === undefined || wrong !== undefined ? undefined : journal;
  const awakened = awake(known ?? salvaged(input, wrong ?? '', now), input, config);
  const turn = beginTurn({ ...awakened, heardAt: now }, now, config, random);
  if (input.storage !== undefined) {
    beginStandBy(turn, input.storage);
    return turn;
  }
  if (known === undefined) persist(turn, {});
  resume(turn, input.reset ?? 'unknown', input.controlLost === true);
  if (turn.off) return turn;
  if (input.controlLost && !turn.effects.some((effect) => effect.do === 'set-boot')) {
    setBoot(turn, turn.state.control);
  }
  noteStuckBoot(turn);
  startApplication(turn);
  wakeRescue(turn, input);
  if (turn.off) return turn;
  // Reports wait for the first health check: what is not known yet is not reported.
  const within = config.firstCheckInWithinMillis;
  timer(turn, 'check-in', config.settleMillis + firstCheckInWithin(turn, input) * random());
  if (turn.state.journal.outbox.length > 0 && !turn.state.sending) timer(turn, 'outcome', within * random());
  refreshReport(turn);
  return turn;
}

function unreadable(raw: unknown): string {
  if (raw === undefined || raw === null) return 'there is none that can be read';
  const [issue] = journalSchema.safeParse(raw).error?.issues ?? [];
  return `${issue?.path.map(String).join('.') || 'the whole'} does not parse`;
}

/** What runs is not what the boot control says: the device stays up, and says so as long as it is so. */
function noteStuckBoot(turn: Turn): void {
  const { control, booted, journal } = turn.state;
  if (!isStuck(turn.state)) return;
  const { state, version } = journal.slots[booted];
  const what = `${version ?? 'nameless'} in slot ${booted} (${state})`;
  stands(
    turn,
    'interrupted',
    `The boot loader boots ${what} although slot ${control.defaultSlot} is to boot.`,
  );
}

/** After a power cut a whole region wakes at once; after a reboot of its own a device wakes alone. */
function firstCheckInWithin(turn: Turn, { reset }: WokeInput): number {
  const { firstCheckInWithinMillis } = turn.config;
  return reset === 'asked'
    ? firstCheckInWithinMillis
    : Math.max(firstCheckInWithinMillis, spreadMillis(turn));
}

function awake(journal: State['journal'], input: WokeInput, config: AgentConfig): State {
  const { control, booted } = input;
  const blank = { errors: [], excused: [], trouble: [] } as const;
  const known = { journal, control, booted, ...blank, transport: config.transport } as const;
  const health = { ok: false, failing: 'starting' };
  return {
    ...known,
    application: 'down',
    settled: false,
    asked: false,
    health,
    report: checkInBody({ ...known, health, standBy: null }, config),
    pollSeconds: config.pollSeconds,
    checkInFailures: 0,
    outcomeFailures: 0,
    sending: false,
    working: false,
    stepFailures: 0,
    resumed: false,
    toldTenths: 0,
    probation: 'waiting',
    past: journal.past ?? {},
    inRow: {},
    exits: 0,
    lastExitAt: 0,
    failing: false,
    standBy: null,
    unwell: false,
    mending: false,
    heardAt: 0,
    seeking: false,
    looks: 0,
  };
}

function resume(turn: Turn, reset: ResetReason, controlLost: boolean): void {
  const { intent } = turn.state.journal;
  if (intent === null || beforeTheLeap(intent)) resumeBeforeTheLeap(turn, intent);
  else if (intent.step === 'trying') resumeTrial(turn, intent, reset, controlLost);
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

function resumeTrial(turn: Turn, intent: Intent, reset: ResetReason, controlLost: boolean): void {
  const { control, booted } = turn.state;
  const { attempts, defaultSlot, trialSlot } = control;
  if (booted === intent.slot && trialSlot === intent.slot) return resumeAttempt(turn, intent, reset);
  if (booted === intent.slot && trialSlot === null && defaultSlot === intent.slot && !controlLost) {
    // The confirmation reached the boot control, but not the journal.
    if (turn.config.deviceRollback) finishConfirm(turn, intent);
    return;
  }
  const because = 'the boot loader and the journal disagree';
  if (booted === intent.slot) return rollBack(turn, intent, { code: 'interrupted', because });
  if (trialSlot === null && attempts > 0) {
    if (!isForgiven(turn, intent, reset)) return backAgain(turn, intent);
    giveBack(turn, intent);
    return reboot(turn);
  }
  // The trial never reached the boot control, or its boot could not be counted: ask the server once more, then
  // leap again.
  const stepsTaken = intent.stepsTaken + 1;
  const good = { state: 'good', version: intent.version } as const;
  const { slots } = turn.state.journal;
  const told = unsaid(turn, intent.offer);
  const standing = { ...told.journal, slots: { ...slots, [intent.slot]: good } };
  persistIntent(turn, { ...told.intent, step: 'ready', stepsTaken }, standing);
  if (trialSlot !== null) setBoot(turn, { defaultSlot: booted, trialSlot: null, attempts: 0 });
}

function resumeAttempt(turn: Turn, intent: Intent, reset: ResetReason): void {
  const { attempts } = turn.state.control;
  const { bootAttempts, stepLimit } = turn.config;
  if (attempts > bootAttempts || intent.stepsTaken >= stepLimit) {
    return rollBack(turn, intent, intent.failure ?? { code: 'boot-failed', because: 'it never came up' });
  }
  // The first boot of a trial ends the version before, so only from the second on one of its own was ended.
  if (attempts > 1 && isForgiven(turn, intent, reset)) return giveBack(turn, intent);
  persistIntent(turn, { bootAttempts: attempts, stepsTaken: intent.stepsTaken + 1 });
}

/** A person or the supply ended the boot before; the version is not to blame. */
const BENIGN: ReadonlySet<ResetReason> = new Set(['user', 'brown-out']);

/** Bounded, so that a crash loop which looks like a weak supply still ends. */
function isForgiven({ config }: Turn, intent: Intent, reset: ResetReason): boolean {
  const left = config.benignResets - (intent.benignResets ?? 0);
  return BENIGN.has(reset) && left > 0 && intent.stepsTaken < config.stepLimit;
}

/** The boot that was ended does not count. The journal is first: what is cut between the two counts as failed. */
function giveBack(turn: Turn, intent: Intent): void {
  const { attempts, trialSlot, defaultSlot } = turn.state.control;
  const left = attempts - 1;
  persistIntent(turn, {
    benignResets: (intent.benignResets ?? 0) + 1,
    bootAttempts: left,
    stepsTaken: intent.stepsTaken + 1,
  });
  setBoot(turn, { defaultSlot, trialSlot: trialSlot ?? intent.slot, attempts: left });
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
