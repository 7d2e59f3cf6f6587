/**
 * The agent as a device of its own: `<device>.agent`, with hardware such as `tuesday-agent-linux-x64`. The same
 * core that looks after the firmware looks after the agent, so an agent is rolled out in stages, tried,
 * confirmed, rolled back and recalled like everything else.
 */
import { join } from 'node:path';
import { type Clock, compareVersions, isRefused, type OrRefused, type SlotName } from '@tuesday/protocol';
import { agentConfig } from '../core/config.ts';
import type { SignedTarget } from '../core/journal.ts';
import type { HealthInput, Input } from '../core/types.ts';
import { Device } from '../run/device.ts';
import { DeviceLink } from '../run/device-link.ts';
import { enrol } from '../run/enrol.ts';
import { UpdateWork } from '../run/update-work.ts';
import { MachineReset } from '../boot/reset-reason.ts';
import { openSession } from '../transport/mqtt-session.ts';
import { DeviceStorage, type Identity } from '../storage/device-storage.ts';
import type { Disk } from '../storage/disk.ts';
import { digestOf } from '../storage/stream-copy.ts';
import { TrustFolder } from '../trust/trust-folder.ts';
import { TargetVerifier } from '../trust/verify-target.ts';
import { AgentSlots } from './agent-slots.ts';
import { LauncherBoot } from './launcher-boot.ts';
import { provisionSelf } from './provision-self.ts';
import { SETTLE } from './settle.ts';

export interface SelfUpdateOptions {
  /** The agent's own folder, beside the firmware's. */
  readonly folder: string;
  /** Address of the fleet of agents: usually not the fleet of the firmware. */
  readonly server: string;
  /** Of the device that this agent looks after. */
  readonly device: string;
  readonly fleetKey?: string | undefined;
  readonly rootJson: string;
  readonly packaged: { readonly path: string; readonly version: string };
  /** The slot that this process was started from; undefined: the packaged executable. */
  readonly slot: SlotName | undefined;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: (event: string, facts: object) => void;
  /** Whether the agent does its work: it has been answered by the firmware's server since it started. */
  readonly isWell: () => boolean;
  /** Ends the process in good order, so that the launcher starts the other slot. */
  readonly restart: () => void;
}

const RECONNECT = { baseMillis: 5_000, capMillis: 600_000, breakerAfter: 8 };

export const AGENT_HARDWARE = `tuesday-agent-${process.platform}-${process.arch}`;

/**
 * @returns the device that updates the agent, running; the server's refusal when it may not enrol
 * @throws Error when the server cannot be reached for enrolment; call again later
 */
export async function startSelfUpdate(options: SelfUpdateOptions): Promise<OrRefused<{ device: Device }>> {
  const { folder, disk } = options;
  const storage = new DeviceStorage(folder, disk);
  await storage.open();
  const slots = new AgentSlots(folder, disk);
  const slot = await slotOf(options, storage, slots);
  const identity = await identityOf(options, storage);
  if (isRefused(identity)) return identity;
  return { device: assemble(options, { storage, slots, slot, identity }) };
}

/** Running from the package means that no slot is whole or that the package is newer. */
async function slotOf(
  { packaged, disk, slot }: SelfUpdateOptions,
  storage: DeviceStorage,
  slots: AgentSlots,
): Promise<SlotName> {
  if (slot !== undefined) return slot;
  const found = await slots.found();
  const behind = found.a === null || compareVersions(found.a.version, packaged.version) !== 0;
  if (behind || (await storage.readControl()) === undefined) {
    const signed = await packagedTarget(disk, packaged);
    await provisionSelf(storage, slots, { path: packaged.path, signed });
  }
  return 'a';
}

async function packagedTarget(disk: Disk, packaged: SelfUpdateOptions['packaged']): Promise<SignedTarget> {
  const { version } = packaged;
  const custom = { tuesday: 1, version, hardware: AGENT_HARDWARE, securityVersion: 0 } as const;
  const length = (await disk.size(packaged.path)) ?? 0;
  return { length, sha256: await digestOf(packaged.path, disk), custom };
}

async function identityOf(
  { server, device, fleetKey }: SelfUpdateOptions,
  storage: DeviceStorage,
): Promise<OrRefused<Identity>> {
  const known = await storage.readIdentity();
  if (known !== undefined) return known;
  if (fleetKey === undefined) throw new Error(`${device}.agent is not enrolled and has no fleet key`);
  const identity = await enrol(server, fleetKey, { device: `${device}.agent`, hardware: AGENT_HARDWARE });
  if (!isRefused(identity)) await storage.writeIdentity(identity);
  return identity;
}

function assemble(
  options: SelfUpdateOptions,
  parts: { storage: DeviceStorage; slots: AgentSlots; slot: SlotName; identity: Identity },
): Device {
  const { folder, server, clock, random, rootJson, disk, log, restart } = options;
  const { storage, slots, slot, identity } = parts;
  const { mqtt: _, ...httpOnly } = identity;
  const tell = (input: Input) => device.tell(input);
  const trust = new TrustFolder({ folder: join(folder, 'trust'), pinnedRoot: rootJson, clock, disk });
  const config = agentConfig({
    device: identity.device,
    hardware: AGENT_HARDWARE,
    agent: options.packaged.version,
    settleMillis: SETTLE,
    rescue: null,
  });
  const device: Device = new Device(config, {
    storage,
    boot: new LauncherBoot({ storage, slot, restart }),
    slots,
    // The firmware of this device is the very process that asks.
    application: {
      start: (started) => tell({ is: 'application-started', slot: started }),
      stop: () => undefined,
      running: true,
    },
    reset: new MachineReset({ folder, disk }),
    // Nobody can reach into an agent that is dead; its launcher has the packaged one.
    rescue: {
      seek: () => Promise.resolve({ is: 'rescue-not-found', because: 'an agent is not rescued' } as const),
      halt: () => Promise.resolve(),
      forgetDemand: () => Promise.resolve(),
    },
    readDemand: () => Promise.resolve(undefined),
    work: new UpdateWork({
      folder,
      server,
      token: identity.token,
      verifier: new TargetVerifier(server, trust, identity.token),
      slots,
      clock,
      random,
      disk,
      tell,
    }),
    link: new DeviceLink({
      server,
      identity: httpOnly,
      clock,
      random,
      reconnect: RECONNECT,
      spreadMillis: 0,
      steadyMillis: 0,
      mqtt: { open: openSession },
      onAnnounced: ({ checkInWithinSeconds }) => tell({ is: 'announced', checkInWithinSeconds }),
    }),
    checkHealth: () => Promise.resolve(healthOf(options)),
    clock,
    random,
    log: (event, facts) => log(`self-${event}`, facts),
  });
  return device;
}

function healthOf({ isWell }: SelfUpdateOptions): HealthInput {
  return isWell()
    ? { is: 'health', ok: true, environment: {} }
    : { is: 'health', ok: false, failing: 'server', environment: {} };
}
