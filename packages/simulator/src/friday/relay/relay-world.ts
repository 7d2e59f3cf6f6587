/** Households with dead devices, their neighbours and their roads, in one virtual time. */
import { agentConfig } from '@tuesday/agent';
import { type CheckInAnswer, type Instant, PROTOCOL } from '@tuesday/protocol';
import { type Moment, WorldDevice } from '../../world/device.ts';
import { AFFECTED_BROKER, populate, type Resident } from '../../world/population.ts';
import { EventQueue } from '../../world/queue.ts';
import { exponential, lomax, type Random, seeded } from '../../world/random.ts';
import { signed } from '../../world/world.ts';
import { BROKEN_FIRMWARE, RELEASE } from '../scenarios.ts';
import { Household } from './household.ts';
import { settle } from './neighbourhood.ts';
import type { RelaySetup } from './relay-setup.ts';
import { RescueRoad } from './rescue-road.ts';

type Happening =
  | { readonly to: 'device'; readonly index: number; readonly moment: Moment }
  | { readonly to: 'act'; readonly act: (now: Instant) => void };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** As in the world of the other stories: 1 % of all links are down on average. */
const LINK_MEAN_MILLIS = 160 * HOUR;

const NO_OFFER: CheckInAnswer = {
  protocol: PROTOCOL,
  pollAfterSeconds: 7_200,
  offer: { kind: 'none', because: 'nothing is offered.' },
};

export class RelayWorld {
  readonly households: readonly Household[];
  /** The dead ones. */
  readonly devices: readonly WorldDevice[];
  readonly road: RescueRoad;
  readonly #setup: RelaySetup;
  readonly #random: Random;
  readonly #queue = new EventQueue<Happening>();

  /** @param households of the whole fleet; the first of them, by the share of the setup, are dead */
  constructor(setup: RelaySetup, seed: number, households: number) {
    this.#setup = setup;
    this.#random = seeded(seed ^ 0x11c);
    const residents = populate(households, seeded(seed));
    const points = settle(households, setup.geometry, seeded(seed ^ 0x70a));
    const affected = Math.round(setup.affectedShare * households);
    const isolated = Math.round(setup.withoutUplink * affected);
    this.households = residents.map(
      (resident, index) => new Household(resident, index >= isolated, setup.limits, setup.begins),
    );
    this.road = new RescueRoad({
      setup,
      households: this.households,
      points,
      gives: (index) => index < affected || setup.othersGive,
      random: seeded(seed ^ 0x40ad),
      later: (at, act) => this.at(at, act),
    });
    this.devices = residents.slice(0, affected).map((resident, index) => this.#die(resident, index, seed));
    this.households.forEach((household, index) => {
      household.device?.powerOn(setup.begins + this.#random() * 15 * MINUTE);
      this.#cutLater(index, setup.begins);
      if (household.hasUplink) this.#refreshLater(household, setup.begins);
    });
  }

  at(when: Instant, act: (now: Instant) => void): void {
    this.#queue.put(when, { to: 'act', act });
  }

  run(): void {
    const { ends } = this.#setup;
    for (let next = this.#queue.take(ends); next; next = this.#queue.take(ends)) {
      const { item, at } = next;
      if (item.to === 'act') item.act(at);
      else this.devices[item.index]?.hear(item.moment, at);
    }
  }

  #die(resident: Resident, index: number, seed: number): WorldDevice {
    const random = seeded(seed + (index + 1) * 7_919);
    const { roads } = this.#setup;
    const household = this.households[index] as Household;
    const environment = { ...resident.environment, broker: AFFECTED_BROKER };
    const config = agentConfig({
      device: resident.device,
      hardware: resident.hardware,
      healthEveryMillis: 0,
      trialHealthEveryMillis: 15 * MINUTE,
      pollSeconds: 7_200,
      // As in the other stories: rarer restarts of a lost device change nothing and save moments.
      restartBackOff: { baseMillis: MINUTE, capMillis: 4 * HOUR },
      ...(roads === 'chapter' ? { rescue: null } : {}),
    });
    household.device = new WorldDevice(config, environment, signed(BROKEN_FIRMWARE, resident.hardware), {
      random,
      later: (at, moment) => this.#queue.put(at, { to: 'device', index, moment }),
      checkIn: () => (household.isOnline ? NO_OFFER : undefined),
      tell: () => household.isOnline,
      lookUp: () => undefined,
      rescue: {
        seek: (now) => this.road.seek(index, now),
        fetch: (target, _signed, now) => this.road.fetch(index, target, now),
      },
      diesAfterMillis: (version, crashes) =>
        version === RELEASE
          ? BROKEN_FIRMWARE.diesAfterMillis?.({ ...resident, environment }, crashes, random)
          : undefined,
    });
    return household.device;
  }

  #cutLater(index: number, now: Instant): void {
    const household = this.households[index] as Household;
    const mean = LINK_MEAN_MILLIS / household.resident.frailty;
    this.at(now + exponential(this.#random, mean), (down) => {
      household.isUp = false;
      this.road.cut(index, down);
      this.at(down + lomax(this.#random, 1.5, 0.5 * HOUR), (up) => {
        household.isUp = true;
        this.#cutLater(index, up);
      });
    });
  }

  /** A device that relays keeps its metadata fresh; a failed refresh is tried again after five minutes. */
  #refreshLater(household: Household, now: Instant): void {
    const every = household.isUp ? this.#setup.limits.refreshSeconds * 1_000 : 5 * MINUTE;
    this.at(now + every * (0.5 + this.#random()), (then) => {
      if (household.isUp) household.issuedAt = then;
      this.#refreshLater(household, then);
    });
  }
}
