import { toMillis } from '@tuesday/protocol';
import { mustConnect, mustLive } from '../contract.ts';
import type { Device } from '../device.ts';
import type { Observer } from '../observer.ts';
import { Failed, Unsupported } from '../outcome.ts';
import { type Scene, topicFits, topicFor } from '../scene.ts';

/** What every device publishes by itself arrives at somebody else's session. */
export async function publishScenario(scene: Scene): Promise<void> {
  if (scene.device.publishes === undefined) throw new Unsupported('device.publishes names no topic');
  const observer = await scene.observe();
  const devices = await scene.startDevices('fast');
  await mustConnect(scene, devices);
  await mustPublish(scene, observer, devices);
  mustLive(scene, devices);
}

/** @throws Failed when something of one device does not arrive from now on, in its own time */
export async function mustPublish(
  scene: Scene,
  observer: Observer,
  devices: readonly Device[],
): Promise<void> {
  const { publishes, publishesEvery, timeRate = 1 } = scene.device;
  const limit = scene.limits.publish + toMillis(publishesEvery) / timeRate;
  const from = observer.heard.length;
  const filters = devices.map(({ name }) => topicFor(publishes as string, name));
  const heard = await Promise.all(
    filters.map((filter) => observer.next(({ topic }) => topicFits(filter, topic), from, limit)),
  );
  mustLive(scene, devices);
  const silent = devices.find((_, index) => heard[index] === undefined);
  if (silent)
    throw new Failed(`nothing that ${silent.name} publishes arrives within ${Math.round(limit / 1_000)} s`);
}
