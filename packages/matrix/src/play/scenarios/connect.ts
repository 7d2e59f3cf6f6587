import { mustConnect, mustLast } from '../contract.ts';
import type { Scene } from '../scene.ts';

/** How long a fresh session must last, real milliseconds. */
const STEADY_MILLIS = 500;

/** The devices come up and have a session that lasts. */
export async function connectScenario(scene: Scene): Promise<void> {
  const devices = await scene.startDevices('real');
  await mustConnect(scene, devices);
  await mustLast(scene, devices, STEADY_MILLIS);
}
