/** The packaged executable becomes the confirmed content of slot `a`: once, and after each newer package. */
import { initialJournal, readJournal } from '../core/journal.ts';
import type { SignedTarget } from '../core/journal.ts';
import type { DeviceStorage } from '../storage/device-storage.ts';
import type { AgentSlots } from './agent-slots.ts';

/**
 * What the agent learnt about earlier updates of itself (versions it went back from, the security version)
 * stays.
 *
 * @throws Error when the executable cannot be copied whole
 */
export async function provisionSelf(
  storage: DeviceStorage,
  slots: AgentSlots,
  packaged: { readonly path: string; readonly signed: SignedTarget },
): Promise<void> {
  const before = readJournal(await storage.readJournal());
  const written = await slots.write('a', packaged.path, packaged.signed);
  if ('refused' in written) throw new Error(written.refused.because);
  await slots.markBad('b');
  const fresh = initialJournal(packaged.signed.custom);
  await storage.writeJournal(
    before === undefined
      ? fresh
      : {
          ...fresh,
          updates: before.updates,
          outbox: before.outbox,
          rolledBackFrom: before.rolledBackFrom,
          securityVersion: Math.max(before.securityVersion, fresh.securityVersion),
          root: before.root,
        },
  );
  await storage.writeControl({ defaultSlot: 'a', trialSlot: null, attempts: 0 });
}
