import type { SlotName } from '@tuesday/protocol';
import type { BootControl } from './types.ts';

/**
 * What a boot loader does at power-on, for devices whose boot loader is ours. The returned control is made
 * durable before the slot starts, so that a boot that dies at once still counts as an attempt.
 *
 * Attempts stay as they are when the trial is given up: the agent learns from them that there was one.
 */
export function bootLoader(
  control: BootControl,
  limit: number,
): { readonly control: BootControl; readonly booted: SlotName } {
  if (control.trialSlot === null) return { control, booted: control.defaultSlot };
  if (control.attempts >= limit) {
    return { control: { ...control, trialSlot: null }, booted: control.defaultSlot };
  }
  return { control: { ...control, attempts: control.attempts + 1 }, booted: control.trialSlot };
}
