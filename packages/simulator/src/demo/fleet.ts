/** The demo's fleet: real agents in one process, each with its own folder, identity and firmware process. */
import { join } from 'node:path';
import { provision, runAgent, type RunningAgent } from '@tuesday/agent';
import { type Clock, isRefused, wallClock } from '@tuesday/protocol';
import { BROKER_VERSIONS, type Household, household } from './households.ts';
import { type HouseholdBroker, startHouseholdBroker } from './brokers.ts';
import { thermostatBundle } from './firmware.ts';
import { paceOf } from './pace.ts';

export interface DemoFleetOptions {
  /** Origin of the server. */
  readonly server: string;
  readonly fleetKey: string;
  /** Text of the root metadata that the devices are made with. */
  readonly root: string;
  /** Holds a folder for each device; devices that are there already go on where they were. */
  readonly folder: string;
  readonly devices: number;
  readonly clock: Clock;
  readonly random: () => number;
  /** The version that leaves the factory. */
  readonly factoryVersion?: string;
  /** Where the server's MQTT is; absent: as each device was told when it enrolled. `none`: HTTP only. */
  readonly mqtt?: string | undefined;
  readonly log?: (device: string, event: string, facts: object) => void;
}

export interface DemoFleet {
  /** Those that have been started so far. */
  readonly agents: ReadonlyMap<string, RunningAgent>;
  /** Resolves when every device has been started; rejects when one may not enrol. */
  readonly started: Promise<void>;
  /** Ends all agents, their firmware and the brokers. Their folders stay. */
  stop(): Promise<void>;
}

/** Real milliseconds between two devices that are switched on, so that a small machine keeps up. */
const STAGGER = 50;
/** Real milliseconds before a device asks again to be let in. */
const ENROL_AGAIN = 1_000;

export async function startDemoFleet(options: DemoFleetOptions): Promise<DemoFleet> {
  const brokers = await Promise.all(BROKER_VERSIONS.map(startHouseholdBroker));
  const agents = new Map<string, RunningAgent>();
  const stopping = new AbortController();
  const started = startAll(options, brokers, agents, stopping.signal);
  // Whoever waits for it hears of a failure; nobody has to.
  started.catch(() => undefined);
  return {
    agents,
    started,
    async stop() {
      stopping.abort(new Error('the fleet stops'));
      await started.catch(() => undefined);
      await Promise.all([...agents.values()].map((agent) => agent.stop()));
      await Promise.all(brokers.map((broker) => broker.close()));
    },
  };
}

async function startAll(
  options: DemoFleetOptions,
  brokers: readonly HouseholdBroker[],
  agents: Map<string, RunningAgent>,
  signal: AbortSignal,
): Promise<void> {
  const wall = wallClock();
  const starting: Array<Promise<void>> = [];
  for (let index = 0; index < options.devices; index++) {
    const home = household(index);
    starting.push(
      switchOn(options, home, brokers, signal).then((agent) => void agents.set(home.device, agent)),
    );
    await wall.sleep(STAGGER, signal);
  }
  await Promise.all(starting);
}

async function switchOn(
  options: DemoFleetOptions,
  home: Household,
  brokers: readonly HouseholdBroker[],
  signal: AbortSignal,
): Promise<RunningAgent> {
  const { device, hardware, region } = home;
  const folder = join(options.folder, device);
  const version = options.factoryVersion ?? '3.2.4';
  const facts = { tuesday: 1, version, hardware, securityVersion: 0 } as const;
  await provision(folder, facts, await thermostatBundle(version, hardware));
  const port = brokers[BROKER_VERSIONS.indexOf(home.broker)]?.port;
  const { server, fleetKey, root: rootJson, clock, random, mqtt, log } = options;
  for (;;) {
    signal.throwIfAborted();
    try {
      const agent = await runAgent({
        folder,
        server,
        device,
        hardware,
        fleetKey,
        rootJson,
        clock,
        random,
        mqtt,
        environment: { hardware, region },
        firmware: { BROKER_HOST: '127.0.0.1', BROKER_PORT: String(port), TIME_RATE: String(clock.rate) },
        ...(log === undefined ? {} : { log: (event: string, about: object) => log(device, event, about) }),
        ...paceOf(clock.rate),
      });
      if (!isRefused(agent)) return agent;
      throw new EnrolRefused(`${device}: ${agent.refused.because}`);
    } catch (error) {
      if (error instanceof EnrolRefused) throw error;
      await wallClock().sleep(ENROL_AGAIN, signal);
    }
  }
}

class EnrolRefused extends Error {}
