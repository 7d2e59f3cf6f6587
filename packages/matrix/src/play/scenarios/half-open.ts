import { mustConnect, mustLast } from '../contract.ts';
import type { Device } from '../device.ts';
import { Unsupported } from '../outcome.ts';
import type { Scene } from '../scene.ts';

/** Keep-alive that is asked for where the firmware can be asked, seconds. */
const SHORT_SECONDS = 2;
/** How long nothing goes through at all, real milliseconds. */
const SILENT_MILLIS = 1_000;

/**
 * A router forgets the connections: what is sent on them is lost without an answer, for ever, and new ones work. Only a
 * device that misses the answers to its pings ever notices (MQTT 3.1.1, clause 3.1.2.10).
 */
export async function halfOpenScenario(scene: Scene): Promise<void> {
  const { keepAlive } = scene.device;
  const short: Record<string, string> = keepAlive === undefined ? {} : { [keepAlive]: String(SHORT_SECONDS) };
  const devices = await scene.startDevices('real', short);
  await mustConnect(scene, devices);
  const seconds = Math.max(...devices.map(keepAliveOf));
  if (seconds <= 0) throw new Unsupported('the firmware connects without keep-alive, so it cannot notice');
  for (const { relay } of devices) relay.silence();
  scene.log(`nothing goes through any more; keep-alive is ${seconds} s`);
  await scene.clock.sleep(SILENT_MILLIS, scene.signal);
  await Promise.all(devices.map(({ relay }) => relay.heal()));
  // A ping after one keep-alive, and as long again for its answer.
  await mustConnect(scene, devices, 2 * seconds * 1_000 + scene.limits.connect);
  await mustLast(scene, devices, 500);
}

function keepAliveOf({ relay }: Device): number {
  return relay.links.at(-1)?.keepAlive ?? 0;
}
