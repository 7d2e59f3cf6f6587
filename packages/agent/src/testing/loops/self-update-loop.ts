/** The agent takes the place of itself while the power is cut: what the launcher starts is always whole. */
import { createHash } from 'node:crypto';
import { AgentSlots } from '../../self/agent-slots.ts';
import { nextStart } from '../../self/launcher.ts';
import { provisionSelf } from '../../self/provision-self.ts';
import { DeviceStorage } from '../../storage/device-storage.ts';
import type { PretendDisk } from '../disk/pretend-disk.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { defineLoop, ending } from './define-loop.ts';

const FOLDER = '/device/agent';

function agentOf(version: string) {
  const bytes = Buffer.from(`#!/bin/sh\n# agent ${version}\n`.repeat(60));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const custom = { tuesday: 1, version, hardware: 'tuesday-agent-linux-x64', securityVersion: 0 } as const;
  return { bytes, path: `/packages/${version}`, signed: { length: bytes.length, sha256, custom } };
}
const packaged = agentOf('1.0.0');
const next = agentOf('1.1.0');

interface SelfWorld {
  /** What is wrong with what the launcher started on the way. */
  readonly wrong: string[];
  confirmed: boolean;
}

/** Bytes of what the launcher starts now. */
async function started(disk: PretendDisk): Promise<Buffer | undefined> {
  const start = await nextStart({
    folder: FOLDER,
    packaged: { path: packaged.path, version: '1.0.0' },
    disk,
    clock: new VirtualClock(0),
    random: () => 0,
    log: () => undefined,
  });
  if (start.is !== 'start') throw new Error(`the launcher would ${start.is}`);
  return disk.peek(start.executable.path);
}

export const selfUpdateLoop = defineLoop<SelfWorld>({
  name: 'the agent is provisioned, written anew, started on trial and confirmed',
  atLeastWrites: 20,
  async prepare(disk) {
    await disk.makeFolder('/packages');
    for (const { path, bytes } of [packaged, next]) disk.plant(path, bytes);
    return { wrong: [], confirmed: false };
  },
  async run(world, disk) {
    const storage = new DeviceStorage(FOLDER, disk);
    const slots = new AgentSlots(FOLDER, disk);
    await storage.open();
    const bytes = await started(disk);
    const isKnown = [packaged, next].some((agent) => bytes?.equals(agent.bytes) === true);
    if (!isKnown) world.wrong.push('the launcher starts what nobody signed');
    const control = await storage.readControl();
    if (control === undefined) await provisionSelf(storage, slots, packaged);
    const runsNext = bytes?.equals(next.bytes) === true;
    if (!runsNext) {
      await slots.write('b', next.path, next.signed);
      await storage.writeControl({ defaultSlot: 'a', trialSlot: 'b', attempts: 0 });
      await started(disk);
    }
    await storage.writeControl({ defaultSlot: 'b', trialSlot: null, attempts: 0 });
    world.confirmed = true;
  },
  async judge({ wrong, confirmed }, disk) {
    const bytes = await started(disk);
    return ending({
      boot: wrong,
      version: bytes?.equals(next.bytes) === true ? [] : ['the new agent does not run'],
      report: confirmed ? [] : ['nothing was confirmed'],
    });
  },
});
