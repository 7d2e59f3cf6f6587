/** A whole agent on the real ports: a folder, a server, a firmware child process. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Environment, isRefused, type OrRefused } from '@tuesday/protocol';
import { agentConfig } from '../core/config.ts';
import type { AgentConfig, State } from '../core/types.ts';
import { Application } from '../health/application.ts';
import { checkHealth, type CustomCheck } from '../health/checks.ts';
import { realDisk } from '../storage/disk.ts';
import { type BackEndConfig, openBackEnd } from '../boot/back-end.ts';
import { Relay } from '../relay/relay.ts';
import type { RelayConfig } from '../relay/config.ts';
import { demandReader } from '../rescue/demand.ts';
import { RescueWork } from '../rescue/rescue-work.ts';
import { serverRoad } from '../rescue/server-road.ts';
import { DeviceStorage, type Identity } from '../storage/device-storage.ts';
import { TargetVerifier } from '../trust/verify-target.ts';
import { Device } from './device.ts';
import { DeviceLink } from './device-link.ts';
import { enrol } from './enrol.ts';
import { UpdateWork } from './update-work.ts';

export interface AgentOptions {
  /** The device's own folder, provisioned before (`provision`). */
  readonly folder: string;
  /** Address of the server, or of a fleet on it. */
  readonly server: string;
  readonly device: string;
  readonly hardware: string;
  /** Needed until the device is enrolled. */
  readonly fleetKey?: string | undefined;
  /** Text of the root metadata that is trusted from the start. */
  readonly rootJson: string;
  /** What the device knows about itself; the broker's version is learnt from the firmware. */
  readonly environment: Environment;
  /** Environment variables of the firmware. */
  readonly firmware?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log?: (event: string, facts: object) => void;
  /** Where the server's MQTT is now, when that is known better than at enrolment; `none`: HTTP only. */
  readonly mqtt?: string | undefined;
  readonly customCheck?: CustomCheck | undefined;
  /** How long the firmware's MQTT session may be down before that is unhealthy, milliseconds. */
  readonly mqttGraceMillis?: number;
  readonly settings?: Partial<AgentConfig>;
  /** Neighbours; absent: the device neither gives nor asks. */
  readonly relay?: RelayConfig | undefined;
  /** Look for a recovery release now. */
  readonly rescueNow?: boolean;
  /** Boot loader and slots; process slots in the folder by default. */
  readonly backEnd?: BackEndConfig;
}

export interface RunningAgent {
  readonly device: string;
  /** What the core holds; null while it boots. */
  readonly state: State | null;
  /** Resolves when everything has ended and its state is on disk. */
  stop(): Promise<void>;
}

const RECONNECT = { baseMillis: 5_000, capMillis: 600_000, breakerAfter: 8 };
const RETURN_AFTER = 1_800_000;
const MQTT_GRACE = 120_000;

/**
 * @returns the server's refusal when the device may not enrol
 * @throws Error when the server cannot be reached for enrolment; call again later
 */
export async function runAgent(options: AgentOptions): Promise<OrRefused<RunningAgent>> {
  const storage = new DeviceStorage(options.folder);
  await storage.open();
  const identity = await identify(storage, options);
  if (isRefused(identity)) return identity;
  await mkdir(join(options.folder, 'data'), { recursive: true });
  const { device, relay, rescue } = assemble(options, storage, identity);
  relay?.start();
  const over = device.run();
  return {
    device: identity.device,
    get state() {
      return device.state;
    },
    async stop() {
      device.stop();
      await over;
      await rescue.stop();
      await relay?.stop();
    },
  };
}

async function identify(storage: DeviceStorage, options: AgentOptions): Promise<OrRefused<Identity>> {
  const known = await storage.readIdentity();
  const identity = known ?? (await enrolAnew(storage, options));
  if (isRefused(identity) || options.mqtt === undefined) return identity;
  const { mqtt: _, ...rest } = identity;
  return options.mqtt === 'none' ? rest : { ...rest, mqtt: options.mqtt };
}

async function enrolAnew(storage: DeviceStorage, options: AgentOptions): Promise<OrRefused<Identity>> {
  const { server, fleetKey, device, hardware } = options;
  if (fleetKey === undefined) throw new Error(`${device} is not enrolled and has no fleet key`);
  const identity = await enrol(server, fleetKey, { device, hardware });
  if (!isRefused(identity)) await storage.writeIdentity(identity);
  return identity;
}

interface Assembled {
  readonly device: Device;
  readonly rescue: RescueWork;
  readonly relay: Relay | undefined;
}

function assemble(options: AgentOptions, storage: DeviceStorage, identity: Identity): Assembled {
  const { folder, server, hardware, environment, clock, random, customCheck, rootJson } = options;
  const { boot, slots, program } = openBackEnd(options.backEnd ?? { kind: 'process' }, storage, realDisk);
  const application = new Application({
    clock,
    program: program ?? (() => join(folder, 'application.mjs')),
    environment: { ...options.firmware, DEVICE: identity.device, DATA_DIR: join(folder, 'data') },
    workFolder: join(folder, 'data'),
    onStarted: () => runningSlot((slot) => device.tell({ is: 'application-started', slot })),
    onExit: (exitCode, errorCode) =>
      runningSlot((slot) => device.tell({ is: 'application-exited', slot, exitCode, errorCode })),
    onNews: () => void checkNow().then((input) => device.tell(input)),
  });
  const runningSlot = (tell: (slot: State['booted']) => void) => {
    if (device.state !== null) tell(device.state.booted);
  };
  const mqttGraceMillis = options.mqttGraceMillis ?? MQTT_GRACE;
  const checkNow = () => checkHealth({ application, environment, mqttGraceMillis, custom: customCheck });
  const log = options.log ?? (() => undefined);
  const trust = { folder: join(folder, 'trust'), pinnedRoot: rootJson, clock };
  const { token } = identity;
  const relay =
    options.relay === undefined
      ? undefined
      : new Relay({
          config: options.relay,
          folder,
          server,
          token,
          device: identity.device,
          hardware,
          trust,
          slots,
          random,
          log,
        });
  const toServer = serverRoad({ server, token, trust, hardware, random });
  const rescue = new RescueWork({ folder, roads: [toServer, ...(relay?.roads ?? [])], log });
  const verifier = new TargetVerifier(server, join(folder, 'trust'), rootJson, clock, identity.token);
  const device: Device = new Device(agentConfig({ device: identity.device, hardware, ...options.settings }), {
    storage,
    boot,
    slots,
    application,
    work: new UpdateWork({
      folder,
      server,
      token: identity.token,
      verifier,
      slots,
      rescue,
      clock,
      random,
      tell: (input) => device.tell(input),
    }),
    link: new DeviceLink({
      server,
      identity,
      clock,
      random,
      reconnect: RECONNECT,
      returnAfterMillis: RETURN_AFTER,
      onAnnounced: ({ checkInWithinSeconds }) => device.tell({ is: 'announced', checkInWithinSeconds }),
    }),
    rescue,
    readDemand: demandReader({ folder, flag: options.rescueNow ?? false }),
    checkHealth: checkNow,
    clock,
    random,
    log,
  });
  return { device, rescue, relay };
}
