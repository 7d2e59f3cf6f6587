/** A release that breaks one broker version, with real reports: how each broken device fares is for the test to say. */
import type { CheckIn, Outcome, OutcomeKind } from '@tuesday/protocol';
import { publish, publishTwo, type TestPlane, testPlane } from '../../http/operator/testing/control-plane.ts';
import type { DeviceSide } from '../../ingest/assembly.ts';
import { writePolicy } from '../../policy/policy.ts';
import { tickAll } from '../../rollouts/tick.ts';
import { deviceSide, enrolDevices, NEW, OLD, outcome, report, tokenOf } from '../../testing/fleet.ts';
import { freeHands } from '../../testing/policy.ts';

const COUNT = 200;
/** One for all: a value for each device would put each into a stratum of its own. */
export const SITE = 'Main Street, "Rear"';
export const BROKEN = 'mosquitto 2.0.18';
export const MENDED = '3.2.6';
const PLAN = {
  name: 'Thermostat',
  release: NEW,
  stages: [
    { share: 0.1, soak: '24h' },
    { share: 1, soak: '48h' },
  ],
};

export class BadNight implements AsyncDisposable {
  readonly plane: TestPlane;
  readonly side: DeviceSide;
  rollout = '';
  /** Devices of the first stage, those behind the broken broker and the others. */
  broken: string[] = [];
  well: string[] = [];

  private constructor(plane: TestPlane) {
    this.plane = plane;
    this.side = deviceSide(plane.database, plane.clock);
  }

  static async begin(): Promise<BadNight> {
    const plane = await testPlane();
    const signers = await publishTwo(plane);
    await publish(plane, signers, MENDED, { wayBack: OLD, recovery: true });
    await writePolicy(plane.context.db, freeHands());
    const night = new BadNight(plane);
    for (const device of await enrolDevices(plane.database.pool, COUNT)) await night.checkIn(device);
    await night.#open();
    return night;
  }

  async #open(): Promise<void> {
    const { client, context } = this.plane;
    ({ rollout: this.rollout } = await client.call('createRollout', { body: PLAN }));
    await client.call('startRollout', { params: { rollout: this.rollout }, body: {} });
    await this.tick();
    const first = await context.db
      .selectFrom('members')
      .select('device')
      .where('rollout', '=', this.rollout)
      .where('stage', '=', 0)
      .orderBy('device')
      .execute();
    for (const { device } of first) {
      (brokerOf(device) === BROKEN ? this.broken : this.well).push(device);
      await this.say(device, 'installed');
      await this.runs(device, NEW);
    }
  }

  tick() {
    return tickAll(this.plane.context);
  }

  async sweep(): Promise<void> {
    this.side.memory.listening = true;
    await this.side.contacts.flush();
    await this.side.sweep.sweepOnce(this.plane.clock.now());
  }

  /** It went back by reflex, and is well. */
  async goesBack(device: string): Promise<void> {
    await this.say(device, 'rolled-back', { errorCode: '0x45' });
    await this.runs(device, OLD, { rolledBackFrom: [NEW], updates: 2 });
  }

  /** It stays with the release, and a check fails. */
  async fails(device: string): Promise<void> {
    await this.say(device, 'unhealthy', { errorCode: '0x45', running: NEW });
    await this.runs(device, NEW, { health: { ok: false, failing: 'mqtt' }, updates: 2 });
  }

  runs(device: string, version: string, change: Partial<CheckIn> = {}): Promise<void> {
    return this.checkIn(device, version, { updates: 1, ...change });
  }

  async checkIn(device: string, version = OLD, change: Partial<CheckIn> = {}): Promise<void> {
    const environment = { broker: brokerOf(device), site: SITE };
    const body = report({ environment, ...change }, version);
    await this.#send('check-in', device, body);
  }

  async say(device: string, kind: OutcomeKind, change: Partial<Outcome> = {}): Promise<void> {
    const { rollout } = this;
    await this.#send('outcomes', device, outcome(kind, { rollout, offer: `${rollout}.u1`, ...change }));
  }

  async #send(verb: 'check-in' | 'outcomes', device: string, body: object): Promise<void> {
    const answer = await this.side.door.answer(verb, tokenOf(device), Buffer.from(JSON.stringify(body)));
    if (answer.status !== 200) throw new Error(`${verb} of ${device}: ${answer.status} ${answer.body}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.side.stop();
    await this.plane[Symbol.asyncDispose]();
  }
}

const brokerOf = (device: string) => (Number(device.slice(1)) % 4 === 0 ? BROKEN : 'mosquitto 2.0.15');
