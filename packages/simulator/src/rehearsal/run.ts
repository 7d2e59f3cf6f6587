/** One run: what the followed devices of a fleet do while a release goes through a plan, as records by bucket. */
import type { Plan } from '@tuesday/protocol';
import { toMillis } from '@tuesday/protocol';
import { BUCKET_MILLIS, CONTROL, installWithinOf, OFFERED, silencesOf, TALLIES } from '@tuesday/rollout';
import { between, exponential, type Random } from '../world/random.ts';
import type { Fault, Harm } from './faults.ts';
import { drawSubjects, type RehearsedFleet, scaleOf, type Subject } from './fleet.ts';
import {
  addSilence,
  CHECK_IN_HOURS,
  contactAfter,
  drawSilences,
  type Noise,
  silenceAfter,
  type Silences,
} from './timeline.ts';

const HOUR = 3_600_000;
const BUCKET_HOURS = BUCKET_MILLIS / HOUR;
const TALLY = TALLIES.length;
const ATTEMPTED = TALLIES.indexOf('attempted');
const LOST = TALLIES.indexOf('not-installed');
const ENTERED = TALLIES.indexOf('entered');
const TROUBLE = TALLIES.indexOf('trouble');
const SILENCE = TALLIES.indexOf('silence-1');
/** From the event of a channel to its `…-left`. */
const LEFT = TALLIES.indexOf('trouble-left') - TROUBLE;
/** Devices that no update brings back, whatever is in it. */
const BENIGN_LOSS = 0.001;

/** What became of an offered device; hours, Infinity for never. */
export interface Treated {
  readonly stage: number;
  readonly enrolled: number;
  /** It came up on the release. */
  readonly entered: number;
  readonly installFailed: number;
  readonly troubled: number;
  /** The fault struck it. */
  readonly harmed: number;
  /** Silent for the first channel's time at this hour for the first time after its entry. */
  readonly silences: Silences;
  readonly dead: number;
  /** How many devices it stands for. */
  readonly scale: number;
}

/** Packed counters in order of time; `first[b]` is where bucket b begins. */
export interface Records {
  readonly first: Int32Array;
  readonly subject: Int32Array;
  /** ((stage × 2 + arm) × tallies + tally) */
  readonly what: Int32Array;
}

export interface Run {
  readonly buckets: number;
  readonly subjects: readonly Subject[];
  /** By subject; undefined for who was never offered. */
  readonly treated: ReadonlyArray<Treated | undefined>;
  readonly records: Records;
  /** Hour at which each stage opens unless something stops it. */
  readonly opens: readonly number[];
  /** Silences of who is not offered, for policies that compare. */
  readonly silencesOf: (subject: number) => Silences;
}

/** Hours since the first stage opened. */
export interface Openings {
  readonly opens: readonly number[];
  readonly ends: number;
}

export function openingsOf(plan: Plan): Openings {
  const opens: number[] = [];
  let at = 0;
  for (const stage of plan.stages) {
    opens.push(at);
    at += (toMillis(stage.pace) + toMillis(stage.soak)) / HOUR;
  }
  return { opens, ends: at };
}

/** @param openings when the stages open; by default one as soon as the one before allows it */
export function playRun(
  fleet: RehearsedFleet,
  plan: Plan,
  fault: Fault,
  noise: Noise,
  random: Random,
  openings: Openings = openingsOf(plan),
): Run {
  const { opens, ends } = openings;
  const subjects = drawSubjects(fleet, random);
  const silences = drawAll(fleet, subjects, fault, noise, { hours: ends, random });
  const trouble = subjects.map(() => drawTrouble(noise, ends, random));
  const book = new Book(Math.ceil(ends / BUCKET_HOURS));
  const silentAfter = toMillis(plan.silentAfter);
  const world: World = {
    fleet,
    paces: plan.stages.map(({ pace }) => toMillis(pace) / HOUR),
    within: installWithinOf(silentAfter) / HOUR,
    limits: silencesOf(silentAfter).map((millis) => millis / HOUR),
    fault,
    noise,
    opens,
    random,
    book,
  };
  const treated = subjects.map((subject, index) =>
    follow(world, {
      subject,
      index,
      silences: silences[index] as Silences,
      trouble: trouble[index] as number[],
    }),
  );
  return {
    buckets: Math.ceil(ends / BUCKET_HOURS),
    subjects,
    treated,
    records: book.sorted(),
    opens,
    silencesOf: (subject) => silences[subject] as Silences,
  };
}

interface World {
  readonly fleet: RehearsedFleet;
  /** Hours. */
  readonly paces: readonly number[];
  readonly within: number;
  readonly limits: readonly number[];
  readonly fault: Fault;
  readonly noise: Noise;
  readonly opens: readonly number[];
  readonly random: Random;
  readonly book: Book;
}

interface Life {
  readonly subject: Subject;
  readonly index: number;
  readonly silences: Silences;
  /** Hours at which it reports trouble for its own reasons. */
  readonly trouble: readonly number[];
}

/** A device is control for every stage before its own, then it is offered. */
function follow(world: World, life: Life): Treated | undefined {
  const { opens, book } = world;
  const own = life.subject.stage;
  const censored = opens[own] ?? Infinity;
  for (let stage = 0; stage < Math.min(own, opens.length); stage++) {
    const times = enrol(world, life, stage);
    if (times.enrolled >= censored) continue;
    book.add(times.enrolled, life.index, stage, CONTROL, ATTEMPTED);
    if (times.lost < censored) book.add(times.lost, life.index, stage, CONTROL, LOST);
    if (times.entered >= censored) continue;
    book.add(times.entered, life.index, stage, CONTROL, ENTERED);
    watch(world, life, {
      stage,
      arm: CONTROL,
      entered: times.entered,
      troubled: firstAfter(life.trouble, times.entered),
      dead: Infinity,
      censored,
    });
  }
  return own < opens.length ? offer(world, life, own) : undefined;
}

function enrol({ paces, within, opens, random }: World, { silences }: Life, stage: number) {
  const enrolled = contactAfter(silences, (opens[stage] ?? 0) + random() * (paces[stage] ?? 0), random);
  const entered = contactAfter(silences, enrolled + between(random, 0.05, 0.25), random);
  return { enrolled, entered, lost: entered - enrolled >= within ? enrolled + within : Infinity };
}

function offer(world: World, life: Life, stage: number): Treated {
  const { fault, fleet, random, book, noise } = world;
  const times = enrol(world, life, stage);
  const environment = fleet.cells[life.subject.cell]?.environment ?? {};
  const harm: Harm | undefined = fault.strike(environment, random);
  const bricked = random() < BENIGN_LOSS || (harm?.kind === 'dies' && harm.afterHours === 0);
  book.add(times.enrolled, life.index, stage, OFFERED, ATTEMPTED);
  const base = { stage, enrolled: times.enrolled, silences: life.silences, scale: scaleOf(fleet, stage) };
  if (bricked || harm?.kind === 'install-fails') {
    const failed = times.enrolled + (bricked ? 1 : between(random, 0.1, 0.35));
    book.add(failed, life.index, stage, OFFERED, LOST);
    const harmed = harm === undefined ? Infinity : bricked ? times.enrolled : failed;
    return {
      ...base,
      entered: Infinity,
      installFailed: bricked ? Infinity : failed,
      troubled: Infinity,
      harmed,
      dead: bricked ? times.enrolled : Infinity,
    };
  }
  if (times.lost < Infinity) book.add(times.lost, life.index, stage, OFFERED, LOST);
  book.add(times.entered, life.index, stage, OFFERED, ENTERED);
  const struck = harm === undefined ? Infinity : times.entered + harm.afterHours;
  const dead = harm?.kind === 'dies' ? struck : Infinity;
  const more = (fault.troubleRatio ?? 1) - 1;
  const excess =
    more > 0
      ? times.entered + exponential(random, 24 / (-Math.log1p(-noise.troublePerDay) * more))
      : Infinity;
  const own = firstAfter(life.trouble, times.entered);
  const troubled = Math.min(own, excess, harm?.kind === 'reports' ? struck : Infinity);
  const heard = troubled < dead ? troubled : Infinity;
  watch(world, life, {
    stage,
    arm: OFFERED,
    entered: times.entered,
    troubled: heard,
    dead,
    censored: Infinity,
  });
  return {
    ...base,
    entered: times.entered,
    installFailed: Infinity,
    troubled: heard,
    harmed: Math.min(struck, excess),
    dead,
  };
}

/** The followed channels of one device in one trial. */
function watch(
  world: World,
  life: Life,
  given: {
    stage: number;
    arm: typeof CONTROL | typeof OFFERED;
    entered: number;
    troubled: number;
    dead: number;
    censored: number;
  },
): void {
  const { random, book } = world;
  const { stage, arm, entered, troubled, dead, censored } = given;
  const tell = (at: number, tally: number) => {
    if (at < censored) book.add(at, life.index, stage, arm, tally);
    else if (censored < Infinity) book.add(censored, life.index, stage, arm, tally + LEFT);
  };
  tell(troubled, TROUBLE);
  const deadFrom = dead === Infinity ? Infinity : Math.max(entered, dead - random() * BUCKET_HOURS);
  world.limits.forEach((limit, level) =>
    tell(silenceAfter(life.silences, entered, limit, deadFrom), SILENCE + level),
  );
}

function drawAll(
  fleet: RehearsedFleet,
  subjects: readonly Subject[],
  fault: Fault,
  noise: Noise,
  { hours, random }: { hours: number; random: Random },
): Silences[] {
  const groups = fault.sharedOutages ? Math.max(1, Math.floor(subjects.length / 10)) : 0;
  const shared = Array.from({ length: groups }, () => drawSilences(noise, hours, random));
  const silences = subjects.map(() => {
    if (groups === 0) return drawSilences(noise, hours, random);
    const group = shared[Math.floor(random() * groups)] as Silences;
    return { from: [...group.from], to: [...group.to] };
  });
  if (fault.serverAway) for (const one of silences) cutOff(one, fault.serverAway, random);
  if (!fault.regionalOutage) return silences;
  const regions = [...new Set(fleet.cells.map(({ environment }) => environment['region'] ?? ''))].sort();
  const region = regions[Math.floor(random() * regions.length)];
  const from = [3, 10, 30, 50][Math.floor(random() * 4)] as number;
  const to = from + between(random, 2, 9);
  subjects.forEach(({ cell }, index) => {
    if ((fleet.cells[cell]?.environment['region'] ?? '') === region && random() < 0.9)
      addSilence(silences[index] as Silences, from - random() * BUCKET_HOURS, to + random() * BUCKET_HOURS);
  });
  return silences;
}

/** Nobody hears the device from its last contact before until its first one after. */
function cutOff(silences: Silences, { from, to }: { from: number; to: number }, random: Random): void {
  addSilence(silences, Math.max(0, from - random() * CHECK_IN_HOURS), to + random() * CHECK_IN_HOURS);
}

function drawTrouble({ troublePerDay }: Noise, hours: number, random: Random): number[] {
  const mean = troublePerDay > 0 ? 24 / -Math.log1p(-troublePerDay) : Infinity;
  const times: number[] = [];
  if (mean === Infinity) return times;
  for (let at = exponential(random, mean); at < hours; at += exponential(random, mean)) times.push(at);
  return times;
}

const firstAfter = (times: readonly number[], at: number) => times.find((time) => time >= at) ?? Infinity;

/** Records as they are found, then in order of time. */
class Book {
  readonly #buckets: number;
  readonly #at: number[] = [];
  readonly #subject: number[] = [];
  readonly #what: number[] = [];

  constructor(buckets: number) {
    this.#buckets = buckets;
  }

  add(hour: number, subject: number, stage: number, arm: number, tally: number): void {
    const bucket = Math.floor(hour / BUCKET_HOURS);
    if (!(bucket < this.#buckets)) return;
    this.#at.push(Math.max(0, bucket));
    this.#subject.push(subject);
    this.#what.push((stage * 2 + arm) * TALLY + tally);
  }

  sorted(): Records {
    const first = new Int32Array(this.#buckets + 1);
    for (const bucket of this.#at) first[bucket + 1] = (first[bucket + 1] as number) + 1;
    for (let bucket = 0; bucket < this.#buckets; bucket++)
      first[bucket + 1] = (first[bucket + 1] as number) + (first[bucket] as number);
    const next = first.slice();
    const subject = new Int32Array(this.#at.length);
    const what = new Int32Array(this.#at.length);
    this.#at.forEach((bucket, index) => {
      const place = next[bucket] as number;
      next[bucket] = place + 1;
      subject[place] = this.#subject[index] as number;
      what[place] = this.#what[index] as number;
    });
    return { first, subject, what };
  }
}
