/** One call of `advance` while it is worked out: a private copy of the state, and the effects so far. */
import type { Instant } from '@tuesday/protocol';
import { checkInBody } from './check-in-body.ts';
import type { Intent, Journal } from './journal.ts';
import type { Advance, AgentConfig, BackOff, BootControl, Effect, State, TimerName } from './types.ts';

export interface Turn {
  state: { -readonly [K in keyof State]: State[K] };
  readonly effects: Effect[];
  readonly now: Instant;
  readonly config: AgentConfig;
  readonly random: () => number;
  /** Something that a report carries may have changed. */
  changed: boolean;
  /** The device reboots: nothing more can be done in this turn. */
  off: boolean;
}

export function beginTurn(state: State, now: Instant, config: AgentConfig, random: () => number): Turn {
  return { state: { ...state }, effects: [], now, config, random, changed: false, off: false };
}

export function endTurn(turn: Turn): Advance {
  if (turn.off) return { state: null, effects: turn.effects };
  if (turn.changed) refreshReport(turn);
  return { state: turn.state, effects: turn.effects };
}

/** Keeps the old report when the new one says the same, so that equal reports are the same object. */
export function refreshReport(turn: Turn): void {
  turn.changed = false;
  const body = checkInBody(turn.state, turn.config);
  if (JSON.stringify(body) !== JSON.stringify(turn.state.report)) turn.state.report = body;
}

export function emit(turn: Turn, effect: Effect): void {
  turn.effects.push(effect);
}

export function timer(turn: Turn, name: TimerName, delayMillis: number): void {
  turn.effects.push({ do: 'timer', name, delayMillis: Math.round(delayMillis) });
}

/** Two changes without an act between them are one write. */
export function persist(turn: Turn, patch: Partial<Journal>): void {
  const journal = { ...turn.state.journal, ...patch };
  turn.state.journal = journal;
  turn.changed = true;
  if (turn.effects.at(-1)?.do === 'persist') turn.effects.pop();
  turn.effects.push({ do: 'persist', journal });
}

/** @throws RangeError when no update is under way: the caller has asked before */
export function persistIntent(turn: Turn, patch: Partial<Intent>, more: Partial<Journal> = {}): Intent {
  const { intent } = turn.state.journal;
  if (intent === null) throw new RangeError('no update is under way');
  const next = { ...intent, ...patch };
  persist(turn, { ...more, intent: next });
  return next;
}

export function setBoot(turn: Turn, control: BootControl): void {
  turn.state.control = control;
  turn.changed = true;
  turn.effects.push({ do: 'set-boot', control });
}

export function reboot(turn: Turn): void {
  turn.effects.push({ do: 'reboot' });
  turn.off = true;
}

/** Full jitter: uniform in [0, min(cap, base × 2^failures)). */
export function backOffMillis(backOff: BackOff, failures: number, random: () => number): number {
  return random() * Math.min(backOff.capMillis, backOff.baseMillis * 2 ** Math.min(failures, 30));
}
