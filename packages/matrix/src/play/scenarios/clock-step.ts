import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processesWith } from '../../processes/left-over.ts';
import { mustConnect, mustLast } from '../contract.ts';
import type { Device } from '../device.ts';
import { Unsupported } from '../outcome.ts';
import type { Scene } from '../scene.ts';

/** A year forward, as of a clock without a battery that was wrong; then a year back of the right time. */
const STEPS = ['+365d', '-365d', '+0'];

/** The clock of the devices jumps while they run, and each time they must be able to take a new session. */
export async function clockStepScenario(scene: Scene): Promise<void> {
  const library = await findLibrary();
  if (library === undefined) throw new Unsupported('libfaketime is not installed (Debian: faketime)');
  const file = join(scene.folder, 'clock');
  await writeFile(file, '+0');
  const devices = await scene.startDevices('real', {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    // Read at each look at the clock; and a clock that steps leaves timers alone.
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  });
  await mustConnect(scene, devices);
  for (const device of devices) {
    if (!(await hasLoaded(device, 'libfaketime')))
      throw new Unsupported('the firmware does not load libfaketime, so its clock cannot be moved');
  }
  for (const step of STEPS) {
    await writeFile(file, step);
    scene.log(`the clock of the devices stands at ${step}`);
    await mustLast(scene, devices, 500);
    await Promise.all(devices.map(({ relay }) => relay.cut()));
    await Promise.all(devices.map(({ relay }) => relay.heal()));
    await mustConnect(scene, devices);
  }
}

async function findLibrary(): Promise<string | undefined> {
  const folders = await readdir('/usr/lib').catch(() => []);
  return folders
    .map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`)
    .find((path) => existsSync(path));
}

/** A program that is linked statically, or drops its environment, keeps the true time; better to know. */
async function hasLoaded(device: Device, library: string): Promise<boolean> {
  const pids = await processesWith(new Set([device.mark]));
  const maps = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/maps`, 'utf8').catch(() => '')));
  return maps.some((map) => map.includes(library));
}
