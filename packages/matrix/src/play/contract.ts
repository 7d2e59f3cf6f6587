/** The health contract: the process lives, no failing error code, connected, and what it publishes arrives. */
import type { Device } from './device.ts';
import { Failed } from './outcome.ts';
import type { Scene } from './scene.ts';

const LOOK_MILLIS = 20;

/** @throws Failed when a device died or raised a code that is not harmless */
export function mustLive(scene: Scene, devices: readonly Device[]): void {
  for (const { name, code, errors } of devices) {
    const error = errors.find((one) => !scene.device.harmless.includes(one));
    if (error !== undefined) throw new Failed(`${name} raised ${error}`);
    if (code !== undefined) throw new Failed(`${name} ended with ${code} (${hexOf(code)})`);
  }
}

function hexOf(code: number): string {
  return `0x${code.toString(16).toUpperCase()}`;
}

/**
 * Waits until all devices are connected.
 *
 * @throws Failed when one dies before, or is not connected in time
 */
export async function mustConnect(
  scene: Scene,
  devices: readonly Device[],
  limitMillis = scene.limits.connect,
): Promise<void> {
  const until = performance.now() + limitMillis;
  for (;;) {
    mustLive(scene, devices);
    const missing = devices.find((device) => !device.connected);
    if (!missing) return;
    if (performance.now() >= until) throw new Failed(`${missing.name} ${whyNot(missing, limitMillis)}`);
    await scene.clock.sleep(LOOK_MILLIS, scene.signal);
  }
}

function whyNot({ relay }: Device, limitMillis: number): string {
  const refused = relay.links.findLast((link) => link.answer !== undefined && link.answer !== 0);
  const tries = `${relay.links.length} connections tried`;
  const why = refused ? `the broker refused it with code ${refused.answer}` : tries;
  return `is not connected after ${Math.round(limitMillis / 1_000)} s: ${why}`;
}

/** Lets time pass under the contract. A connection that is taken anew in between is no breach; a death is. */
export async function mustLast(scene: Scene, devices: readonly Device[], millis: number): Promise<void> {
  const until = performance.now() + millis;
  for (let left = millis; left > 0; left = until - performance.now()) {
    mustLive(scene, devices);
    await scene.clock.sleep(Math.min(left, 100), scene.signal);
  }
  await mustConnect(scene, devices);
}

/** How long no further subscription must come for all to have been made, real milliseconds. */
const QUIET_MILLIS = 300;

/** Waits until the devices hear what is sent to them. One that never subscribes is not waited for long. */
export async function untilSubscribed(scene: Scene, devices: readonly Device[]): Promise<void> {
  const count = () => devices.map(({ relay }) => relay.links.at(-1)?.subscribed ?? 0);
  const until = performance.now() + scene.limits.connect;
  for (let before: number[] = []; performance.now() < until;) {
    const now = count();
    if (now.every((one, index) => one > 0 && one === before[index])) return;
    before = now;
    await scene.clock.sleep(QUIET_MILLIS, scene.signal);
  }
}
