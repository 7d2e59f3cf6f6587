/** RAUC as the one who writes slots. */
import { type Refusal, refuse, type SlotName } from '@tuesday/protocol';
import { otherSlot } from '../core/journal.ts';
import { installerRefusal } from './installer-refusals.ts';
import type { Installer } from './installer-slots.ts';
import type { Rauc } from './rauc.ts';

/**
 * @param names RAUC's names of the two slots
 * @param withinMillis an installation that takes longer is no longer waited for
 */
export function raucInstaller(
  rauc: Rauc,
  names: Readonly<Record<SlotName, string>>,
  withinMillis: number,
): Installer {
  return {
    async install(slot, bundle, signal) {
      const result = await rauc.install(bundle, { withinMillis, signal });
      if (!result.ok) return installerRefusal('RAUC', result.words);
      const unwritten = await check(rauc, names[slot]);
      if (unwritten !== undefined) return unwritten;
      // RAUC made it active unless it was told not to. When it boots is for the agent to say.
      if ((await rauc.primary()) === names[slot]) await rauc.mark('active', names[otherSlot(slot)]);
      return undefined;
    },
    markBad: (slot) => rauc.mark('bad', names[slot]),
  };
}

/** RAUC chooses the slot that it writes; that it was this one is seen afterwards. */
async function check(rauc: Rauc, name: string): Promise<Refusal | undefined> {
  const found = (await rauc.slots()).find((slot) => slot.name === name);
  if (found?.status === 'ok') return undefined;
  return refuse('stage-failed', `RAUC is through, and calls slot ${name} ${found?.status ?? 'unwritten'}.`);
}
