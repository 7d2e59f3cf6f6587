/** From an offer to the leap: judge, verify, download, stage, ask once more, boot the spare slot. */
import {
  isRefused,
  type Offer,
  type OfferUpdate,
  outcomeSchema,
  type Progress,
  type Refusal,
  type RefusalCode,
  type SlotName,
  type Taken,
} from '@tuesday/protocol';
import { runningVersion } from './check-in-body.ts';
import { checkInNow, sendOutcomes } from './contact.ts';
import { type Intent, otherSlot, type SignedTarget, type Step } from './journal.ts';
import { judgeOffer, judgeShape, judgeSigned, parseOffer } from './judge-offer.ts';
import { settle } from './settle.ts';
import type { DownloadEffect } from './types.ts';
import { rollBack } from './trial.ts';
import { isOver, stands } from './trouble.ts';
import { lookAgain } from './unwell.ts';
import { emit, persist, persistIntent, reboot, setBoot, type Turn } from './turn.ts';

/** The steps in which the running firmware is not touched yet. */
const BEFORE_THE_LEAP: ReadonlySet<Step> = new Set(['verifying', 'downloading', 'staging', 'ready']);

/** An update of which nothing runs yet. */
type Prepared = Intent & { readonly step: 'verifying' | 'downloading' | 'staging' | 'ready' };

export function beforeTheLeap(intent: Intent | null): intent is Prepared {
  return intent !== null && BEFORE_THE_LEAP.has(intent.step);
}

export function considerOffer(turn: Turn, raw: Offer): void {
  const { intent } = turn.state.journal;
  const parsed = parseOffer(raw);
  const offer = isRefused(parsed) ? null : parsed.offer;
  const refused = isRefused(parsed) ? parsed.refused : offer && judgeShape(offer, turn.state, turn.config);
  noteOffer(turn, refused);
  if (intent !== null && !beforeTheLeap(intent)) {
    return refused === null ? considerWhileTrying(turn, intent, offer) : undefined;
  }
  if (beforeTheLeap(intent)) {
    if (intent.kind === 'rescue' && (refused !== null || !isBetterThanRescue(turn, offer))) return;
    if (refused === null && offer?.offer === intent.offer) return standBy(turn, intent, offer);
    withdraw(turn);
  }
  if (refused !== null) return refuseOffer(turn, raw, refused);
  if (offer !== null) takeOrRefuse(turn, offer);
}

/** A senseless offer is told with each report, too, until a sensible one comes: its name may be what is broken. */
function noteOffer(turn: Turn, refused: Refusal | null): void {
  for (const code of ['offer-invalid', 'wrong-device'] as const) {
    if (refused?.code !== code) isOver(turn, code);
  }
  if (refused !== null) stands(turn, refused.code, refused.because);
}

/** The offer that is being prepared comes again; one that changed under its name is not the same offer. */
function standBy(turn: Turn, intent: Prepared, offer: OfferUpdate): void {
  const { version, target, kind } = offer;
  if (version === intent.version && target === intent.target && kind === intent.kind) {
    if (!turn.state.working) goOn(turn, intent);
    return;
  }
  const because = `${intent.offer} was ${intent.kind} to ${intent.version}, and is ${kind} to ${version} now.`;
  end(turn, intent, 'refused', 'offer-invalid', because);
}

/** Only a recall can reach a version on trial; the shortest way back is the slot it came from. */
function considerWhileTrying(turn: Turn, intent: Intent, offer: OfferUpdate | null): void {
  // What saves the device is not given up for what the server knew before it was lost.
  if (intent.kind === 'rescue') return;
  if (offer?.kind !== 'recall' || intent.step !== 'trying') return;
  if (offer.offer === intent.offer || offer.version === intent.version) return;
  rollBack(turn, intent, { because: `${intent.version} was recalled while it was tried.` });
}

/** An operator who reaches the device again knows better than its reflex, unless it is the old song. */
function isBetterThanRescue(turn: Turn, offer: OfferUpdate | null | undefined): boolean {
  if (offer === null || offer === undefined || isSettled(turn, offer)) return false;
  if (offer.offer === turn.state.heldUp) return false;
  const known = [runningVersion(turn.state), ...turn.state.journal.rolledBackFrom];
  return !known.includes(offer.version);
}

function takeOrRefuse(turn: Turn, offer: OfferUpdate): void {
  const { journal, booted } = turn.state;
  if (isSettled(turn, offer)) return;
  // What was told about the last update is heard first; a recall does not wait for that.
  if (offer.kind === 'update' && journal.outbox.length > 0) return sendOutcomes(turn);
  if (offer.version === runningVersion(turn.state)) {
    return settle(turn, offer, { kind: 'confirmed', because: `${offer.version} runs here already.` });
  }
  const refusal = judgeOffer(offer, turn.state);
  if (refusal !== null) return settle(turn, offer, { kind: 'refused', ...refusal });
  const isRetry = offer.retry === true && journal.rolledBackFrom.includes(offer.version);
  beginSteps(turn);
  persist(turn, {
    updates: journal.updates + 1,
    ...(isRetry ? { retried: [...(journal.retried ?? []), offer.offer].slice(-16) } : {}),
    intent: {
      offer: offer.offer,
      rollout: offer.rollout,
      kind: offer.kind,
      version: offer.version,
      target: offer.target,
      probationSeconds: offer.probationSeconds,
      slot: otherSlot(booted),
      step: 'verifying',
      stepsTaken: 0,
      bootAttempts: 0,
      installed: false,
      ...(offer.mirrors === undefined ? {} : { mirrors: offer.mirrors }),
      ...(isRetry ? { retry: true } : {}),
    },
  });
  performStep(turn);
}

/** Nothing is known of the steps of an update that begins. */
export function beginSteps({ state }: Turn): void {
  state.stepFailures = 0;
  state.resumed = false;
  state.toldTenths = 0;
}

function isSettled(turn: Turn, offer: { readonly offer: string }): boolean {
  const { settled } = turn.state.journal;
  if (settled?.offer !== offer.offer) return false;
  if (settled.kind !== 'refused') return true;
  const since = turn.now - settled.at;
  // Refused by a clock that was ahead and has been put right: what was wrong then may hold now.
  return since >= 0 && since < turn.config.judgeAgainAfterMillis;
}

/** What an answer needs, so that even a broken offer gets one. */
const offerNameSchema = outcomeSchema.pick({ offer: true, rollout: true });

function refuseOffer(turn: Turn, raw: Offer, { code, because }: Refusal): void {
  const name = offerNameSchema.safeParse(raw);
  if (!name.success || isSettled(turn, name.data)) return;
  const version = runningVersion(turn.state);
  settle(turn, { ...name.data, version }, { kind: 'refused', code, because });
}

/** The server stands by its offer: the step that was interrupted, or the leap that waited for this. */
export function goOn(turn: Turn, intent: Intent): void {
  if (intent.step !== 'ready') {
    if (!nextStep(turn, intent, { step: intent.step }, {})) return;
    turn.state.resumed = true;
  }
  performStep(turn);
}

/** Does the present step, again or for the first time. It has been persisted before. */
export function performStep(turn: Turn): void {
  const { intent } = turn.state.journal;
  if (!beforeTheLeap(intent)) return;
  turn.state.working = true;
  const { target, signed, slot } = intent;
  if (intent.step === 'ready') return leap(turn, intent);
  if (intent.step === 'verifying' || signed === undefined) {
    tell(turn, intent, 'verifying');
    return emit(turn, { do: 'verify', target });
  }
  if (intent.step === 'downloading') {
    tell(turn, intent, 'downloading', toldPercentOf(turn));
    return emit(turn, downloadOf(intent, signed, turn.state.booted));
  }
  tell(turn, intent, 'staging');
  emit(turn, { do: 'stage', slot, target, signed });
}

function downloadOf({ target, mirrors, kind }: Intent, signed: SignedTarget, from: SlotName): DownloadEffect {
  const urgent = kind === 'recall' || signed.custom.recovery === true;
  return {
    do: 'download',
    target,
    signed,
    ...(mirrors === undefined ? {} : { mirrors }),
    ...(urgent ? { urgent } : {}),
    ...(kind === 'rescue' ? { rescue: true } : {}),
    from,
  };
}

export function verified(turn: Turn, intent: Intent, signed: SignedTarget, root: number): void {
  if (intent.step !== 'verifying') return;
  const refusal = judgeSigned(intent, signed, turn.state, turn.config);
  if (refusal !== null) {
    persist(turn, { root });
    return end(turn, intent, 'refused', refusal.code, refusal.because);
  }
  turn.state.toldTenths = 0;
  if (nextStep(turn, intent, { step: 'downloading', signed }, { root })) performStep(turn);
}

export function downloaded(turn: Turn, intent: Intent, road: Taken | undefined): void {
  if (intent.step !== 'downloading') return;
  const { slots, facts } = turn.state.journal;
  const blank = {
    slots: { ...slots, [intent.slot]: { state: 'bad' } },
    facts: { ...facts, [intent.slot]: null },
  };
  const by = road === undefined ? {} : { road };
  if (nextStep(turn, intent, { step: 'staging', ...by }, blank)) performStep(turn);
}

export function staged(turn: Turn, intent: Intent): void {
  if (intent.step !== 'staging' || intent.signed === undefined) return;
  const { slots, facts } = turn.state.journal;
  const written = {
    slots: { ...slots, [intent.slot]: { state: 'good', version: intent.version } },
    facts: { ...facts, [intent.slot]: intent.signed.custom },
  };
  if (!nextStep(turn, intent, { step: 'ready' }, written)) return;
  turn.state.working = false;
  emit(turn, { do: 'drop-download' });
  // Nobody is there to be asked once more.
  if (intent.kind === 'rescue') return performStep(turn);
  checkInNow(turn);
}

function leap(turn: Turn, intent: Intent): void {
  const { slots } = turn.state.journal;
  const tried = {
    slots: { ...slots, [intent.slot]: { state: 'trying', version: intent.version } },
    past: turn.state.past,
  };
  if (!nextStep(turn, intent, { step: 'trying' }, tried)) return;
  tell(turn, intent, 'trying');
  const { booted } = turn.state;
  setBoot(
    turn,
    turn.config.deviceRollback
      ? { defaultSlot: booted, trialSlot: intent.slot, attempts: 0 }
      : { defaultSlot: intent.slot, trialSlot: null, attempts: 0 },
  );
  reboot(turn);
}

/** @returns false when the update has taken too many steps and has been given up */
function nextStep(
  turn: Turn,
  intent: Intent,
  patch: Partial<Intent> & { readonly step: Step },
  more: Parameters<typeof persistIntent>[2],
): boolean {
  turn.state.stepFailures = 0;
  turn.state.resumed = false;
  const stepsTaken = intent.stepsTaken + 1;
  if (stepsTaken > turn.config.stepLimit) {
    end(
      turn,
      intent,
      'failed',
      'interrupted',
      `${intent.version} took more than ${turn.config.stepLimit} steps.`,
    );
    return false;
  }
  persistIntent(turn, { ...patch, stepsTaken }, more);
  return true;
}

/** Tenths are told, and reasons; after a reason the next percent is told too, so that the reason goes away. */
export function toldPercent(turn: Turn, intent: Intent, percent: number, because?: string): void {
  const tenths = Math.floor(percent / 10);
  if (intent.step !== 'downloading' || (because === undefined && tenths <= turn.state.toldTenths)) return;
  turn.state.toldTenths = because === undefined ? tenths : -1;
  tell(turn, intent, 'downloading', percent, because);
}

/** Of the download, as it was told last. */
export function toldPercentOf({ state }: Turn): number {
  return Math.max(0, state.toldTenths) * 10;
}

/** The server no longer offers what is being prepared: as if it had never begun, but for the spare slot. */
export function withdraw(turn: Turn): void {
  persist(turn, { intent: null });
  turn.state.working = false;
  emit(turn, { do: 'stop-work' });
  lookAgain(turn);
}

/** Ends an update that never ran. */
export function end(
  turn: Turn,
  intent: Intent,
  kind: 'refused' | 'failed',
  code: RefusalCode,
  because: string,
): void {
  turn.state.working = false;
  emit(turn, { do: 'stop-work' });
  if (intent.kind === 'rescue') return endRescue(turn, kind);
  emit(turn, { do: 'drop-download' });
  settle(turn, intent, { kind, code, because, bootAttempts: intent.bootAttempts });
}

/**
 * Nobody offered it, so nobody waits for an outcome: the device looks again. What could not be brought here
 * stays, for the next look; it never ends, so there is no last word to fill the outbox with.
 */
function endRescue(turn: Turn, kind: 'refused' | 'failed'): void {
  if (kind === 'refused') emit(turn, { do: 'drop-download' });
  persist(turn, { intent: null });
  lookAgain(turn);
}

export function tell(
  turn: Turn,
  intent: Intent,
  step: Progress['step'],
  percent = step === 'trying' ? 100 : 0,
  because?: string,
): void {
  const reason = because === undefined ? {} : { because: because.slice(0, 300) };
  emit(turn, {
    do: 'send-progress',
    progress: { protocol: 1, offer: intent.offer, step, percent: Math.floor(percent), ...reason },
  });
}
