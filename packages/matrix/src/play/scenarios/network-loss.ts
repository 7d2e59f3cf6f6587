import { mustConnect, mustLast } from '../contract.ts';
import type { Scene } from '../scene.ts';

/** How long the network is away, real milliseconds. */
const AWAY_MILLIS = 2_000;

/** Connections break and new ones are refused for a while; twice, because the second loss meets other state. */
export async function networkLossScenario(scene: Scene): Promise<void> {
  const devices = await scene.startDevices('real');
  await mustConnect(scene, devices);
  for (const round of ['first', 'second']) {
    await Promise.all(devices.map(({ relay }) => relay.cut()));
    scene.log(`the network is cut, the ${round} time`);
    await scene.clock.sleep(AWAY_MILLIS, scene.signal);
    await Promise.all(devices.map(({ relay }) => relay.heal()));
    scene.log('the network is back');
    await mustConnect(scene, devices);
  }
  await mustLast(scene, devices, 500);
}
