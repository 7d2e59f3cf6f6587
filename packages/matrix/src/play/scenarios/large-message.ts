import { mustConnect, mustLast, mustLive, untilSubscribed } from '../contract.ts';
import type { Device } from '../device.ts';
import type { Observer } from '../observer.ts';
import { Failed, Unsupported } from '../outcome.ts';
import { type Scene, topicFits, topicFor } from '../scene.ts';

/** 3 MB: more than some brokers let through by default, less than others do. */
export const LARGE_BYTES = 3_000_000;
/** What comes of it may come late: a device that lost its session says so when it has tried again. */
const AFTER_MILLIS = 2_000;

/** 3 MB to the devices, and 3 MB from them: each half where the file says how. */
export async function largeMessageScenario(scene: Scene): Promise<void> {
  const { receives, sendsLarge } = scene.device;
  if (receives === undefined && sendsLarge === undefined)
    throw new Unsupported('neither device.receives nor device.sendsLarge is given');
  const observer = await scene.observe();
  const devices = await scene.startDevices('real');
  await mustConnect(scene, devices);
  await untilSubscribed(scene, devices);
  if (receives !== undefined) await sendLarge(scene, observer, devices, receives);
  if (sendsLarge !== undefined) await askForLarge(scene, observer, devices, sendsLarge);
  await mustLast(scene, devices, AFTER_MILLIS);
}

/** Whether the broker hands it on is the broker's matter; the device must stand it. */
async function sendLarge(
  scene: Scene,
  observer: Observer,
  devices: readonly Device[],
  receives: string,
): Promise<void> {
  for (const { name } of devices) {
    scene.log(`${LARGE_BYTES} bytes go to ${name}`);
    await observer.publish(topicFor(receives, name), Buffer.alloc(LARGE_BYTES, 'x'));
  }
  await mustLast(scene, devices, AFTER_MILLIS);
}

async function askForLarge(
  scene: Scene,
  observer: Observer,
  devices: readonly Device[],
  sends: NonNullable<Scene['device']['sendsLarge']>,
): Promise<void> {
  for (const device of devices) {
    const to = topicFor(sends.to, device.name);
    const from = observer.heard.length;
    await observer.publish(topicFor(sends.ask, device.name), Buffer.from(sends.with));
    const links = device.relay.links.length;
    scene.log(`${device.name} is asked for ${LARGE_BYTES} bytes`);
    const fits = ({ topic, bytes }: { topic: string; bytes: number }) =>
      topicFits(to, topic) && bytes >= LARGE_BYTES;
    const arrived = await arrivesOrDies(scene, observer, devices, fits, from);
    if (arrived) continue;
    const dropped = device.relay.links.length > links || !device.connected;
    const why = dropped ? 'its session was ended instead' : 'its session stands';
    throw new Failed(`the ${LARGE_BYTES} bytes of ${device.name} do not arrive; ${why}`);
  }
}

/** Whether it arrived. A device that dies of it is the better reason, and is waited for. */
async function arrivesOrDies(
  scene: Scene,
  observer: Observer,
  devices: readonly Device[],
  fits: (message: { topic: string; bytes: number }) => boolean,
  from: number,
): Promise<boolean> {
  const until = performance.now() + scene.limits.publish;
  while (performance.now() < until) {
    mustLive(scene, devices);
    if (await observer.next(fits, from, 50)) return true;
    scene.signal.throwIfAborted();
  }
  return false;
}
