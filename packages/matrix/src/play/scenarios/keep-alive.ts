import { mustConnect, mustLive } from '../contract.ts';
import type { Device } from '../device.ts';
import { Failed, Unsupported } from '../outcome.ts';
import type { Scene } from '../scene.ts';

/**
 * 0 turns it off, and some brokers refuse that; 1 is the shortest, and whoever pings too late loses the session
 * (MQTT 3.1.1, clause 3.1.2.10: the broker waits one and a half times as long).
 */
const SECONDS = [0, 1];
/** How long a session must last, real milliseconds: three chances to ping too late. */
const LASTS_MILLIS = 3_500;

/** Sessions with the edges of keep-alive come about, and last without being taken anew. */
export async function keepAliveScenario(scene: Scene): Promise<void> {
  const { keepAlive } = scene.device;
  if (keepAlive === undefined)
    throw new Unsupported('device.keepAlive names no variable with which the firmware takes it');
  for (const seconds of SECONDS) {
    const devices = await scene.startDevices('real', { [keepAlive]: String(seconds) });
    scene.log(`keep-alive ${seconds} s`);
    await mustConnect(scene, devices);
    for (const device of devices) mustHaveAsked(device, seconds);
    const links = devices.map(({ relay }) => relay.links.length);
    await scene.clock.sleep(LASTS_MILLIS, scene.signal);
    mustLive(scene, devices);
    devices.forEach(({ name, relay }, index) => {
      if (relay.links.length !== links[index] || !relay.connected)
        throw new Failed(`${name} loses its session with a keep-alive of ${seconds} s`);
    });
    await Promise.all(devices.map((device) => device.stop()));
  }
}

function mustHaveAsked({ name, relay }: Device, seconds: number): void {
  const asked = relay.links.at(-1)?.keepAlive;
  if (asked !== seconds)
    throw new Failed(
      `${name} connects with a keep-alive of ${asked ?? 'unknown'} s, although told ${seconds} s`,
    );
}
