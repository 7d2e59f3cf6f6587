import { mustConnect, mustLast } from '../contract.ts';
import { Unsupported } from '../outcome.ts';
import type { Scene } from '../scene.ts';

/** How long the broker is watched after the devices came back, real milliseconds. */
const STEADY_MILLIS = 500;

/** The broker is ended as a loss of power would, and starts again with what its disk has. */
export async function brokerRestartScenario(scene: Scene): Promise<void> {
  const { restart } = scene.broker;
  if (!restart) throw new Unsupported('the broker was not started by us');
  const devices = await scene.startDevices('real');
  await mustConnect(scene, devices);
  await restart();
  scene.log('the broker was killed and started again');
  await mustConnect(scene, devices);
  await mustLast(scene, devices, STEADY_MILLIS);
}
