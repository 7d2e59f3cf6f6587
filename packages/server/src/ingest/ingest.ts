/**
 * The one transaction of reports: device row, outcome, member and counters together, or nothing.
 * Offers are decided here only, from the rollouts as this transaction reads them.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Offer, refuse, rescueVersion } from '@tuesday/protocol';
import type { Pool, PoolClient } from 'pg';
import { type Active, type ActiveRollout, ActiveRollouts } from './active-rollouts.ts';
import { Batch } from './batch.ts';
import { CounterChanges } from './counters.ts';
import {
  chooseOffer,
  memberAfterCheckIn,
  memberAfterCover,
  memberAfterOutcome,
  type Membership,
  nextTurn,
  untestedFor,
  wasOffered,
} from './judgement.ts';
import { tellReports } from './elsewhere.ts';
import { type Carries, readCarries } from './carries.ts';
import { type MadeOffer, writeEvents } from './events.ts';
import { load, type Loaded, memberKey, outcomeKey } from './load.ts';
import { isFromBefore, isOvertaken, type KnownReport, LATE_MILLIS } from './overtaken.ts';
import type { CheckInReport, Member, OutcomeReport, Report, ReportAnswer } from './report.ts';
import { troubleBy } from './trouble.ts';
import { Sightings } from './sightings.ts';
import { Overtaken, write } from './write.ts';

export interface IngestOptions {
  readonly pool: Pool;
  readonly shard: number;
  readonly pollMillis: number;
  readonly offeredPollMillis: number;
  /** Addresses that serve the same targets as this server, best first. */
  readonly mirrors: readonly string[];
  /** Names this server among those that share the database. */
  readonly instance: string;
}

/** Times that a batch starts over after somebody else changed its rows. */
const ATTEMPTS = 5;

/**
 * Transactions at once: while one waits for the disk the other works. Each writes counters of its own, so
 * that neither waits for the other's rows.
 */
export const LANES = 2;

const LIMIT = 500;
const WAITING = 20_000;

export class Ingest {
  readonly #options: IngestOptions;
  readonly #rollouts = new ActiveRollouts();
  readonly #sightings = new Sightings();
  readonly #lanes: readonly Batch<Report, ReportAnswer>[];

  constructor(options: IngestOptions) {
    this.#options = options;
    this.#lanes = Array.from(
      { length: LANES },
      (_, lane) =>
        new Batch({
          limit: LIMIT,
          waiting: WAITING,
          run: (reports) => this.#run(reports, options.shard * LANES + lane),
          isOfAnItem: (cause) => !(cause instanceof DatabaseGone),
        }),
    );
  }

  get full(): boolean {
    return this.#lanes.some((lane) => lane.full);
  }

  /** Resolves when the report and all that follows from it are durable. */
  take(report: Report): Promise<ReportAnswer> {
    return (this.#lanes[laneOf(report.device)] as Batch<Report, ReportAnswer>).add(report);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.settled()));
  }

  async #run(reports: readonly Report[], shard: number): Promise<ReportAnswer[]> {
    const client = await this.#options.pool.connect().catch((cause: unknown) => {
      throw new DatabaseGone(cause);
    });
    let broken: Error | undefined;
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#transaction(client, reports, shard);
        } catch (cause) {
          await client.query('ROLLBACK').catch((error: Error) => (broken = error));
          if (broken) throw new DatabaseGone(cause);
          if (!isRace(cause) || attempt === ATTEMPTS) throw cause;
        }
      }
    } finally {
      client.release(broken);
    }
  }

  async #transaction(client: PoolClient, reports: readonly Report[], shard: number): Promise<ReportAnswer[]> {
    const active = await this.#rollouts.begin(client);
    const loaded = await load(
      client,
      reports,
      active.rollouts.map((rollout) => rollout.rollout),
    );
    const carries = await readCarries(client, reports);
    const work = new Work(loaded, active, carries, this.#options);
    const answers = reports.map((report) =>
      report.kind === 'check-in' ? work.checkIn(report) : work.outcome(report),
    );
    const changes = work.changes();
    await writeEvents(client, changes.reports, work.offers());
    await write(client, changes, shard);
    await this.#sightings.write(client, changes.reports);
    await client.query(`${tellReports(this.#options.instance, work.touched())}COMMIT`);
    return answers;
  }
}

/** Reports of one device take one lane, so they stay in order. */
function laneOf(device: string): number {
  let sum = 0;
  for (let index = 0; index < device.length; index++) sum += device.charCodeAt(index);
  return sum % LANES;
}

/** Follows the reports of a batch in the order in which they came. */
class Work {
  readonly #loaded: Loaded;
  readonly #active: readonly ActiveRollout[];
  readonly #deviceHours: Active['deviceHours'];
  readonly #carries: Carries;
  readonly #options: IngestOptions;
  readonly #now = new Map<string, Member>();
  readonly #reports = new Map<string, CheckInReport>();
  readonly #counters = new CounterChanges();
  readonly #touched = new Set<string>();
  /** By device and offer. */
  readonly #offers = new Map<string, MadeOffer>();

  constructor(loaded: Loaded, active: Active, carries: Carries, options: IngestOptions) {
    this.#loaded = loaded;
    this.#active = active.rollouts;
    this.#deviceHours = active.deviceHours;
    this.#carries = carries;
    this.#options = options;
  }

  checkIn(report: CheckInReport): ReportAnswer {
    const device = this.#loaded.devices.get(report.device);
    if (!device) return { kind: 'refused', refused: refuse('not-found', `no device ${report.device}`) };
    const known = this.#known(report.device);
    const isLate = isOvertaken(report, known);
    let judgeAgainAt: number | null = isLate ? report.at + LATE_MILLIS : null;
    if (!isLate) this.#reports.set(report.device, report);
    const memberships: Membership[] = [];
    for (const rollout of this.#active) {
      const member = this.#member(report.device, rollout.rollout);
      if (!member || isOver(rollout, member)) continue;
      const isOld = isLate || isFromBefore(member, rollout, report, known);
      if (isOld) judgeAgainAt ??= report.at + LATE_MILLIS;
      const untested = untestedFor(rollout, report);
      const after = isOld ? member : this.#afterCheckIn(member, rollout, report, untested);
      memberships.push({ rollout, member: after, untested });
    }
    const terms = { memberships, deviceHours: this.#deviceHours };
    const offer = this.#withMirrors(chooseOffer(terms, device.held, report));
    const made = { device: report.device, at: report.at };
    if (offer.kind !== 'none') this.#offers.set(`${report.device} ${offer.offer}`, { ...made, offer });
    return {
      kind: 'offer',
      offer,
      pollAfterSeconds: this.#pollAfter(offer),
      turnAt: earlier(nextTurn(terms, report), judgeAgainAt),
      carry: this.#carries.get(report.device) ?? [],
    };
  }

  #afterCheckIn(
    member: Member,
    rollout: ActiveRollout,
    report: CheckInReport,
    untested: string | null,
  ): Member {
    const heard = this.#move(member, memberAfterCheckIn(member, rollout, report));
    return this.#move(heard, memberAfterCover(heard, untested, report.at));
  }

  outcome(report: OutcomeReport): ReportAnswer {
    const { rollout: id, offer, kind } = report.body;
    if (rescueVersion(report.body) !== undefined) {
      this.#touched.add(report.device);
      return { kind: 'accepted' };
    }
    const member = this.#member(report.device, id);
    if (!member || !wasOffered(member, id, offer)) {
      const because = `the device was never made the offer ${offer}`;
      return { kind: 'refused', refused: refuse('not-found', because, { field: 'offer' }) };
    }
    const key = outcomeKey(report.device, offer, kind);
    // Repeated: it was heard before, or earlier in this batch.
    if (!this.#loaded.fresh.delete(key)) return { kind: 'accepted' };
    this.#touched.add(report.device);
    const rollout = this.#active.find((one) => one.rollout === id);
    if (rollout && isCounted(rollout, member)) this.#move(member, memberAfterOutcome(member, report));
    return { kind: 'accepted' };
  }

  /** Devices of which something new is written. */
  touched(): Set<string> {
    return this.#touched;
  }

  offers(): MadeOffer[] {
    return [...this.#offers.values()];
  }

  changes(): Parameters<typeof write>[1] {
    const members = [...this.#now].flatMap(([key, after]) => {
      const before = this.#loaded.members.get(key);
      return before && !isDeepStrictEqual(before, after) ? [{ before, after }] : [];
    });
    const reports = [...this.#reports.values()].filter(
      (report) => this.#loaded.devices.get(report.device)?.report?.hash.equals(report.hash) !== true,
    );
    for (const { device } of reports) this.#touched.add(device);
    return {
      reports,
      members,
      counters: this.#counters,
      troubleOf: troubleBy(this.#active.filter(({ phase }) => phase !== 'completed')),
    };
  }

  /** The newest report that counts, also when it came in this batch. */
  #known(device: string): KnownReport | undefined {
    const fresh = this.#reports.get(device);
    if (fresh === undefined) return this.#loaded.devices.get(device)?.report;
    return { hash: fresh.hash, at: fresh.at, updates: fresh.body.updates };
  }

  #member(device: string, rollout: string): Member | undefined {
    const key = memberKey(device, rollout);
    return this.#now.get(key) ?? this.#loaded.members.get(key);
  }

  #move(before: Member, after: Member): Member {
    if (after === before) return before;
    this.#counters.move(before, before.state, after.state, after.stateAt);
    this.#now.set(memberKey(before.device, before.rollout), after);
    return after;
  }

  #withMirrors(offer: Offer): Offer {
    const { mirrors } = this.#options;
    return offer.kind === 'none' || mirrors.length === 0 ? offer : { ...offer, mirrors: [...mirrors] };
  }

  #pollAfter(offer: Offer): number {
    const millis = offer.kind === 'none' ? this.#options.pollMillis : this.#options.offeredPollMillis;
    return Math.max(1, Math.round(millis / 1_000));
  }
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

/** What a completed rollout counted stays; an excluded device may still have to go back. */
function isCounted({ phase }: ActiveRollout, { state }: Member): boolean {
  return phase !== 'completed' || state === 'excluded';
}

/** Afterwards only who has not come back yet is concerned: the same version may be in a newer rollout. */
export function isOver(
  { phase }: ActiveRollout,
  member: Pick<Member, 'state' | 'exposed' | 'recalled'>,
): boolean {
  const isBack = !member.exposed || member.recalled;
  if (phase === 'completed') return member.state !== 'excluded' || isBack;
  return phase === 'recalled' && isBack;
}

/** Our own check, a serialization failure or a deadlock: the same again goes through. */
function isRace(cause: unknown): boolean {
  const code = (cause as { code?: unknown }).code;
  return cause instanceof Overtaken || code === '40001' || code === '40P01';
}

/** No item is to blame: trying them one by one would not help. */
class DatabaseGone extends Error {
  override readonly name = 'DatabaseGone';

  constructor(cause: unknown) {
    super('the database cannot be reached', { cause });
  }
}
