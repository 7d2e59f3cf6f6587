/** How a device reaches its broker: by its settings, and by what earlier lives of it found out. */
import { readJournal } from '../core/journal.ts';
import type { DeviceStorage, Identity } from '../storage/device-storage.ts';
import { isolatedSessions } from '../transport/isolated-session.ts';
import { openSession } from '../transport/mqtt-session.ts';
import type { LinkOptions, MqttLink } from './device-link.ts';
import type { AgentOptions } from './run-agent.ts';

export async function mqttLink(
  { network = {}, log }: AgentOptions,
  storage: DeviceStorage,
  { mqtt: url }: Identity,
): Promise<Pick<LinkOptions, 'mqtt' | 'spreadMillis'>> {
  const { isolated = false, ...settings } = network;
  // Hints: a storage that cannot be read is for the device to find out about.
  const known = await storage.readBroker().catch(() => undefined);
  const journal = readJournal(await storage.readJournal().catch(() => undefined));
  const mqtt: MqttLink = {
    ...settings,
    open: isolated ? isolatedSessions() : openSession,
    remembered: known?.url === url ? known?.version : undefined,
    onVersion: (version) =>
      void storage
        .writeBroker({ url: url ?? '', version })
        .catch((error: Error) => log?.('fault', { because: error.message })),
  };
  return { mqtt, spreadMillis: (journal?.reconnectWithinSeconds ?? 0) * 1_000 };
}
