import { mustConnect, mustLast } from '../contract.ts';
import type { Scene } from '../scene.ts';
import { mustPublish } from './publish.ts';

/** The devices run for as long as was asked, by their own clocks, and publish at the end as at the beginning. */
export async function soakScenario(scene: Scene): Promise<void> {
  const { timeRate = 1, publishes } = scene.device;
  const observer = publishes === undefined ? undefined : await scene.observe();
  const devices = await scene.startDevices('fast');
  await mustConnect(scene, devices);
  scene.log(`soak of ${scene.soakMillis / 1_000} s of device time, ${timeRate} times as fast as real time`);
  await mustLast(scene, devices, scene.soakMillis / timeRate);
  if (observer) await mustPublish(scene, observer, devices);
}
