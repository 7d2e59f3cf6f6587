/**
 * Whether the device has power to give away. Linux describes its supplies as folders with one value a file: `type`,
 * `online`, `capacity` (Linux kernel, Documentation/ABI/testing/sysfs-class-power).
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Power {
  /** Runs on mains, on USB, or has no supply that it could watch. */
  readonly mains: boolean;
  /** Percent of the fullest battery; undefined without one. */
  readonly battery: number | undefined;
}

export type ReadPower = () => Promise<Power>;

/** @param folder `/sys/class/power_supply`, or one that looks like it */
export function powerOf(folder: string): ReadPower {
  return async () => {
    const names = await readdir(folder).catch(() => []);
    const supplies = await Promise.all(names.map((name) => readSupply(join(folder, name))));
    const batteries = supplies.flatMap(({ type, capacity }) => (type === 'Battery' ? [capacity] : []));
    const feeds = supplies.filter(({ type }) => type !== 'Battery' && type !== '');
    const battery = batteries.length === 0 ? undefined : Math.max(...batteries);
    return { mains: battery === undefined || feeds.some(({ online }) => online), battery };
  };
}

async function readSupply(folder: string): Promise<{ type: string; online: boolean; capacity: number }> {
  const value = (name: string) =>
    readFile(join(folder, name), 'utf8').then(
      (text) => text.trim(),
      () => '',
    );
  const [type, online, capacity] = await Promise.all([value('type'), value('online'), value('capacity')]);
  const percent = Number(capacity);
  // A battery that does not say how full it is counts as empty.
  return {
    type,
    online: online !== '' && online !== '0',
    capacity: capacity !== '' && percent >= 0 ? percent : 0,
  };
}
