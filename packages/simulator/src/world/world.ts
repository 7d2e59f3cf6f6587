/** A fleet, its links and its control plane in one virtual time. */
import { agentConfig, type AgentConfig, type SignedTarget } from '@tuesday/agent';
import { type Instant, type Plan, targetPath, type TargetCustom } from '@tuesday/protocol';
import { ControlPlane } from './control-plane.ts';
import { type Moment, WorldDevice } from './device.ts';
import { populate, type Resident } from './population.ts';
import { EventQueue } from './queue.ts';
import { exponential, lomax, type Random, seeded } from './random.ts';

export interface Firmware {
  readonly version: string;
  readonly wayBack?: string;
  /** When it dies with 0x45 after a start on this device, or never. */
  readonly diesAfterMillis?: (
    resident: Resident,
    crashesBefore: number,
    random: Random,
  ) => number | undefined;
}

export interface WorldSetup {
  readonly seed: number;
  readonly devices: number;
  readonly begins: Instant;
  readonly factory: Firmware;
  readonly release: Firmware;
  readonly plan: Plan;
  readonly zone: string;
  readonly pollSeconds: number;
  readonly agent: Partial<AgentConfig>;
}

type Happening =
  | { readonly to: 'device'; readonly index: number; readonly moment: Moment }
  | { readonly to: 'link'; readonly index: number; readonly up: boolean }
  | { readonly to: 'act'; readonly act: (now: Instant) => void };

const HOUR = 3_600_000;
/** Mean time between link failures of a median household; 1 % of the fleet is off line on average. */
const LINK_MEAN_MILLIS = 160 * HOUR;

export class World {
  now: Instant;
  readonly devices: WorldDevice[];
  readonly residents: readonly Resident[];
  readonly server: ControlPlane;
  readonly #setup: WorldSetup;
  readonly #random: Random;
  readonly #queue = new EventQueue<Happening>();
  readonly #linked: boolean[];
  readonly #targets = new Map<string, SignedTarget>();

  constructor(setup: WorldSetup) {
    this.#setup = setup;
    this.now = setup.begins;
    this.#random = seeded(setup.seed);
    this.residents = populate(setup.devices, this.#random);
    this.#linked = this.residents.map(() => true);
    for (const firmware of [setup.factory, setup.release])
      for (const hardware of new Set(this.residents.map((resident) => resident.hardware))) {
        const custom = signed(firmware, hardware);
        this.#targets.set(targetPath(firmware.version, hardware), {
          length: 4_000_000,
          sha256: '0'.repeat(64),
          custom,
        });
      }
    this.server = new ControlPlane({
      plan: setup.plan,
      wayBack: setup.factory.version,
      seed: setup.seed,
      members: this.residents,
      zone: setup.zone,
      pollSeconds: setup.pollSeconds,
    });
    this.devices = this.residents.map((resident, index) => this.#build(resident, index));
    this.devices.forEach((device, index) => {
      device.powerOn(this.now + this.#random() * 900_000);
      this.#cutLater(index);
    });
  }

  /** Lets something happen at a moment, or at once when it is past. */
  at(when: Instant, act: (now: Instant) => void): void {
    this.#queue.put(when, { to: 'act', act });
  }

  every(millis: number, act: (now: Instant) => void): void {
    const again = (now: Instant) => {
      act(now);
      this.at(now + millis, again);
    };
    this.at(this.now + millis, again);
  }

  run(until: Instant): void {
    for (let next = this.#queue.take(until); next; next = this.#queue.take(until)) {
      this.now = Math.max(this.now, next.at);
      const { item } = next;
      if (item.to === 'act') item.act(this.now);
      else if (item.to === 'device') this.devices[item.index]?.hear(item.moment, this.now);
      else this.#link(item.index, item.up);
    }
    this.now = until;
  }

  #build(resident: Resident, index: number): WorldDevice {
    const { agent, factory, pollSeconds, release } = this.#setup;
    const config = agentConfig({
      device: resident.device,
      hardware: resident.hardware,
      healthEveryMillis: 0,
      trialHealthEveryMillis: 900_000,
      pollSeconds,
      ...agent,
    });
    const reach = () => this.#linked[index] === true;
    const device = new WorldDevice(config, resident.environment, signed(factory, resident.hardware), {
      random: this.#random,
      later: (at, moment) => this.#queue.put(at, { to: 'device', index, moment }),
      checkIn: (report, now) => (reach() ? this.server.checkIn(index, report, now) : undefined),
      tell: (outcome, now) => {
        if (reach()) this.server.tell(index, outcome, now);
        return reach();
      },
      lookUp: (target) => (reach() ? this.#targets.get(target) : undefined),
      diesAfterMillis: (version, crashes) => {
        if (version === release.version) device.exposed = true;
        const firmware = version === release.version ? release : factory;
        return firmware.diesAfterMillis?.(resident, crashes, this.#random);
      },
    });
    return device;
  }

  #link(index: number, up: boolean): void {
    this.#linked[index] = up;
    if (up) return this.#cutLater(index);
    this.#queue.put(this.now + lomax(this.#random, 1.5, 0.5 * HOUR), { to: 'link', index, up: true });
  }

  #cutLater(index: number): void {
    const mean = LINK_MEAN_MILLIS / (this.residents[index]?.frailty ?? 1);
    this.#queue.put(this.now + exponential(this.#random, mean), { to: 'link', index, up: false });
  }
}

/** What two people have signed for one firmware and one hardware. */
export function signed(firmware: Firmware, hardware: string): TargetCustom {
  const custom: TargetCustom = { tuesday: 1, version: firmware.version, hardware, securityVersion: 0 };
  if (firmware.wayBack === undefined) return custom;
  return {
    ...custom,
    wayBack: { version: firmware.wayBack, target: targetPath(firmware.wayBack, hardware) },
  };
}
