/** A whole agent on the real ports: a folder, a server, a firmware child process. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Environment, isRefused, type OrRefused } from '@tuesday/protocol';
import { agentConfig } from '../core/config.ts';
import type { SignedTarget } from '../core/journal.ts';
import type { AgentConfig, State } from '../core/types.ts';
import type { ApplicationPort } from '../health/application.ts';
import type { ApplicationConfig } from '../health/application-config.ts';
import {
  type Check,
  type CustomCheck,
  type HealthConfig,
  judgeChecks,
  usualChecks,
} from '../health/declared.ts';
import { HealthWatch } from '../health/health-watch.ts';
import { openApplication, usualApplication } from '../health/open-application.ts';
import { realDisk } from '../storage/disk.ts';
import { type BackEnd, type BackEndConfig, openBackEnd } from '../boot/back-end.ts';
import { LINUX, MachineReset, type ResetReasonPort } from '../boot/reset-reason.ts';
import { Relay } from '../relay/relay.ts';
import type { RelayConfig } from '../relay/config.ts';
import { demandReader } from '../rescue/demand.ts';
import { RescueWork } from '../rescue/rescue-work.ts';
import { serverRoad } from '../rescue/server-road.ts';
import { DeviceStorage, type Identity } from '../storage/device-storage.ts';
import { TrustFolder } from '../trust/trust-folder.ts';
import { TargetVerifier } from '../trust/verify-target.ts';
import type { DownloadSettings } from '../download/settings.ts';
import type { ProxySettings } from '../transport/proxy.ts';
import type { MqttVersion } from '../transport/session.ts';
import type { TlsFiles } from '../transport/tls-files.ts';
import { Device } from './device.ts';
import { DeviceLink, type LinkOptions } from './device-link.ts';
import { enrol } from './enrol.ts';
import { mqttLink } from './mqtt-link.ts';
import { rememberedOrEnrolled } from './remembered.ts';
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
  /** The declared checks; absent: the usual ones, with `customCheck` as the last. */
  readonly health?: HealthConfig | undefined;
  /** How the firmware is started and watched; absent: as its slots suggest. */
  readonly application?: ApplicationConfig | undefined;
  /** Why the machine started, where the boot loader does not say; absent: notes in the folder, and Linux. */
  readonly reset?: ResetReasonPort;
  readonly settings?: Partial<AgentConfig>;
  /** Sources, limits, hours and deltas of downloads. */
  readonly download?: DownloadSettings | undefined;
  /** How the broker is reached; by default in this thread, with whatever version of MQTT it speaks. */
  readonly network?: AgentNetwork;
  /** Neighbours; absent: the device neither gives nor asks. */
  readonly relay?: RelayConfig | undefined;
  /** Look for a recovery release now. */
  readonly rescueNow?: boolean;
  /** Boot loader and slots; process slots in the folder by default. */
  readonly backEnd?: BackEndConfig | undefined;
  /** What the factory wrote to the slot that runs, where the boot loader starts the firmware. */
  readonly factory?: SignedTarget | undefined;
}

export interface AgentNetwork {
  readonly version?: 'auto' | MqttVersion;
  /** The MQTT session has a worker thread with a memory limit to itself. Costs some 11 MB. */
  readonly isolated?: boolean;
  readonly tls?: TlsFiles;
  readonly proxy?: ProxySettings;
}

export interface RunningAgent {
  readonly device: string;
  /** What the core holds; null while it boots. */
  readonly state: State | null;
  /** The server has answered a check-in since the agent started. */
  readonly answered: boolean;
  /** Resolves when everything has ended and its state is on disk. */
  stop(): Promise<void>;
}

const RECONNECT = { baseMillis: 5_000, capMillis: 600_000, breakerAfter: 8 };
const STEADY = 1_800_000;
const MQTT_GRACE = 120_000;

/**
 * @returns the server's refusal when the device may not enrol; `config-invalid` when the boot loader or the slots
 *   are not as configured, or when parts of the configuration do not go together
 * @throws Error when the server cannot be reached for enrolment; call again later
 */
export async function runAgent(options: AgentOptions): Promise<OrRefused<RunningAgent>> {
  const storage = new DeviceStorage(options.folder);
  await storage.open();
  const backEnd = await openBackEnd(options.backEnd ?? { kind: 'process' }, storage, realDisk);
  if (isRefused(backEnd)) return backEnd;
  options.log?.('boot-loader', backEnd.boot.promises);
  const adopted = options.factory && (await backEnd.adopt?.(options.factory));
  // Something else than the factory's runs, and its label is lost: it counts as version 0.0.0.
  if (adopted && isRefused(adopted)) options.log?.('unknown-firmware', adopted.refused);
  const identity = await identify(storage, options);
  if (isRefused(identity)) return identity;
  await mkdir(join(options.folder, 'data'), { recursive: true });
  const toBroker = await mqttLink(options, storage, identity);
  const assembled = assemble(options, storage, identity, backEnd, toBroker);
  if (isRefused(assembled)) return assembled;
  const { device, link, relay, rescue } = assembled;
  relay?.start();
  const over = device.run();
  return {
    device: identity.device,
    get state() {
      return device.state;
    },
    get answered() {
      return link.answered;
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
  const identity = await rememberedOrEnrolled(storage, () => enrolAnew(options));
  if (isRefused(identity) || options.mqtt === undefined) return identity;
  const { mqtt: _, ...rest } = identity;
  return options.mqtt === 'none' ? rest : { ...rest, mqtt: options.mqtt };
}

async function enrolAnew(options: AgentOptions): Promise<OrRefused<Identity>> {
  const { server, fleetKey, device, hardware } = options;
  if (fleetKey === undefined) throw new Error(`${device} is not enrolled and has no fleet key`);
  return enrol(server, fleetKey, { device, hardware });
}

interface Assembled {
  readonly device: Device;
  readonly link: DeviceLink;
  readonly rescue: RescueWork;
  readonly relay: Relay | undefined;
}

function assemble(
  options: AgentOptions,
  storage: DeviceStorage,
  identity: Identity,
  { boot, slots, program }: BackEnd,
  mqtt: Pick<LinkOptions, 'mqtt' | 'spreadMillis'>,
): OrRefused<Assembled> {
  const { folder, server, hardware, environment, clock, random, rootJson } = options;
  const runningSlot = (tell: (slot: State['booted']) => void) => {
    if (device.state !== null) tell(device.state.booted);
  };
  const how = options.application ?? usualApplication(program);
  const opened = openApplication(how, {
    clock,
    program,
    environment: { ...options.firmware, DEVICE: identity.device, DATA_DIR: join(folder, 'data') },
    workFolder: join(folder, 'data'),
    onStarted: () => runningSlot((slot) => device.tell({ is: 'application-started', slot })),
    onExit: (exitCode, errorCode) =>
      runningSlot((slot) => device.tell({ is: 'application-exited', slot, exitCode, errorCode })),
    onNews: () => void health.news(),
  });
  if (isRefused(opened)) return opened;
  const { application } = opened;
  const judged = judgeChecks(checksOf(options, how.kind), how.kind);
  if (isRefused(judged)) return judged;
  const health = new HealthWatch({
    checks: judged.checks,
    application,
    environment,
    clock,
    tell: (input) => device.tell(input),
  });
  const log = options.log ?? (() => undefined);
  const trust = new TrustFolder({ folder: join(folder, 'trust'), pinnedRoot: rootJson, clock });
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
          onNeighbours: (among) => device.tell({ is: 'neighbours', relay: among }),
        });
  const toServer = serverRoad({ server, token, trust, hardware, random });
  const rescue = new RescueWork({ folder, roads: [toServer, ...(relay?.roads ?? [])], log });
  const verifier = new TargetVerifier(server, trust, token);
  const sources = boot.promises.wholeMachine ? LINUX : undefined;
  const link = new DeviceLink({
    server,
    identity,
    clock,
    random,
    reconnect: RECONNECT,
    steadyMillis: STEADY,
    ...mqtt,
    log: options.log,
    onAnnounced: ({ checkInWithinSeconds }) => device.tell({ is: 'announced', checkInWithinSeconds }),
  });
  const device: Device = new Device(configOf(options, identity), {
    storage,
    boot,
    reset: options.reset ?? new MachineReset({ folder, sources }),
    slots,
    application: watchedBy(health, application),
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
      log: options.log ?? (() => undefined),
      settings: options.download,
    }),
    link,
    rescue,
    readDemand: demandReader({ folder, flag: options.rescueNow ?? false }),
    checkHealth: () => health.look(),
    carry: relay && ((targets) => relay.carry(targets)),
    clock,
    random,
    log,
  });
  return { device, link, rescue, relay };
}

function configOf({ hardware, health, settings }: AgentOptions, { device }: Identity): AgentConfig {
  const survival = health === undefined ? {} : { survivalMillis: health.survivalMillis };
  return agentConfig({ device, hardware, ...survival, ...settings });
}

function checksOf(options: AgentOptions, application: ApplicationConfig['kind']): readonly Check[] {
  const { health, customCheck: custom, mqttGraceMillis = MQTT_GRACE } = options;
  return health?.checks ?? usualChecks({ application, mqttGraceMillis, custom });
}

/** The checks begin and end with the firmware that they are about. */
function watchedBy(
  health: HealthWatch,
  application: ApplicationPort,
): Pick<ApplicationPort, 'start' | 'stop' | 'running'> {
  return {
    get running() {
      return application.running;
    },
    start(slot) {
      health.begin();
      application.start(slot);
    },
    stop() {
      health.end();
      application.stop();
    },
  };
}
