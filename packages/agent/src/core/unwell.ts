/** Whether a confirmed version is well: what may bring a device into rescue, and out of it again. */
import { backOffMillis, persist, timer, type Turn } from './turn.ts';

/** What is confirmed here does not pass by itself: from now on the device thinks of rescue. */
export function isUnwell(turn: Turn): void {
  const { state, config } = turn;
  state.mending = false;
  if (config.rescue === null || state.unwell) return;
  state.unwell = true;
  if (state.journal.rescue === undefined) timer(turn, 'rescue', config.rescue.afterMillis);
}

/** A health check of the confirmed version held. */
export function seemsWell(turn: Turn): void {
  const { state, config } = turn;
  const { rescue, resets } = state.journal;
  const ill = state.unwell || rescue !== undefined || resets !== undefined;
  if (!ill || state.mending || config.rescue === null) return;
  state.mending = true;
  timer(turn, 'well', config.rescue.wellMillis);
}

/** A health check of the confirmed version failed, or its application ended. */
export function seemsUnwell(turn: Turn): void {
  turn.state.mending = false;
}

/** Out of rescue, in one write. */
export function leaveRescue(turn: Turn): void {
  const { state } = turn;
  state.unwell = false;
  state.mending = false;
  state.looks = 0;
  const { rescue, resets } = state.journal;
  if (rescue !== undefined || resets !== undefined) persist(turn, { rescue: undefined, resets: undefined });
}

/** Looks for a recovery release after a back-off, for ever. */
export function lookAgain(turn: Turn): void {
  const { state, config } = turn;
  if (config.rescue === null || state.journal.rescue === undefined) return;
  state.looks += 1;
  timer(turn, 'rescue', backOffMillis(config.rescue.backOff, state.looks, turn.random));
}
