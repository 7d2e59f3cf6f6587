/**
 * The running comparison of the offered devices of each stage with their control, from counters only. Cost
 * and memory grow with stages × strata × slices × channels, never with devices.
 *
 * Counters of a bucket are added in any order and any portions; `closeBucket` then weighs them. A copy with an
 * open bucket closed is what the trial says now.
 */
import {
  beliefOf,
  contrastFactor,
  installEvidence,
  logRankFactor,
  mixture,
  RATIOS,
  ratiosOf,
  toleranceOf,
} from './evidence-value.ts';
import { type Arm, CHANNELS, CONTROL, FOLLOWED_CHANNELS, OFFERED, TALLIES } from './slices.ts';
import { Sums, type TrialFrame } from './sums.ts';

const FOLLOWED = FOLLOWED_CHANNELS.length;
const EVERY = CHANNELS.length;
const INSTALL = CHANNELS.indexOf('install');
const TALLY = TALLIES.length;
const ATTEMPTED = TALLIES.indexOf('attempted');
const LOST = TALLIES.indexOf('not-installed');
const ENTERED = TALLIES.indexOf('entered');
const EVENT = TALLIES.indexOf('trouble');
const LEFT = TALLIES.indexOf('trouble-left');

/** Control events that a value's own hazard is weighed against. */
const SHRINKAGE = 10;

const GRID = CHANNELS.map((channel) => ({
  ratios: ratiosOf(channel),
  belief: beliefOf(channel),
  tolerance: toleranceOf(channel),
}));

export class Trial {
  readonly frame: TrialFrame;
  readonly #sums: Sums;
  /** Cells of the open bucket that have counters, and a flag for each cell. */
  readonly #touched: number[] = [];
  readonly #isTouched: Uint8Array;
  /** Rows whose evidence moved in the bucket. */
  readonly #moved = new Set<number>();
  #exposedTo: number;
  #wrong: string | null = null;

  constructor(frame: TrialFrame, from?: Trial) {
    this.frame = frame;
    this.#sums = new Sums(frame, from === undefined ? undefined : from.#sums);
    this.#isTouched = new Uint8Array(frame.stages * frame.strata * frame.slices);
    this.#exposedTo = -1;
    if (from === undefined) return;
    this.#exposedTo = from.#exposedTo;
    for (const cell of from.#touched) this.#touch(cell);
    this.#wrong = from.#wrong;
  }

  copy(): Trial {
    return new Trial(this.frame, this);
  }

  /** Why the counters cannot be true; null while they add up. What was wrong once stays wrong. */
  get wrong(): string | null {
    return this.#wrong;
  }

  /**
   * Adds to the open bucket.
   *
   * @param tally index into `TALLIES`
   * @param devices a whole number, not negative
   */
  count(stage: number, arm: Arm, stratum: number, slice: number, tally: number, devices: number): void {
    const { stages, strata, slices } = this.frame;
    const known =
      stage >= 0 && stage < stages && stratum >= 0 && stratum < strata && slice >= 0 && slice < slices;
    if (!known || !(tally >= 0 && tally < TALLY)) {
      this.#wrong ??= `a counter names stage ${stage}, stratum ${stratum}, slice ${slice}, which the rollout does not have`;
      return;
    }
    if (!Number.isInteger(devices) || devices < 0) {
      this.#wrong ??= `a counter of ${TALLIES[tally]} is ${devices}`;
      return;
    }
    const cell = (stage * strata + stratum) * slices + slice;
    const open = this.#sums.open[arm];
    const index = cell * TALLY + tally;
    open[index] = (open[index] as number) + devices;
    this.#touch(cell);
  }

  /** The same for one device: in each of its slices, of which the whole is the first. */
  countDevice(stage: number, arm: Arm, stratum: number, slices: ArrayLike<number>, tally: number): void {
    this.count(stage, arm, stratum, slices[0] ?? -1, tally, 1);
    const open = this.#sums.open[arm];
    const from = (stage * this.frame.strata + stratum) * this.frame.slices;
    for (let index = 1; index < slices.length; index++) {
      const slice = slices[index] as number;
      if (!(slice < this.frame.slices)) return this.count(stage, arm, stratum, slice, tally, 1);
      const at = (from + slice) * TALLY + tally;
      open[at] = (open[at] as number) + 1;
      this.#touch(from + slice);
    }
  }

  #touch(cell: number): void {
    if (this.#isTouched[cell] === 1) return;
    this.#isTouched[cell] = 1;
    this.#touched.push(cell);
  }

  /** @param bucket number of the bucket that ends, rising; buckets without counters may be left out */
  closeBucket(bucket: number): void {
    if (bucket <= this.#exposedTo) {
      this.#wrong ??= `bucket ${bucket} comes after bucket ${this.#exposedTo}: time went backwards`;
      return;
    }
    if (this.#exposedTo >= 0) this.#expose(bucket - this.#exposedTo);
    this.#exposedTo = bucket;
    this.#weighCells();
    for (const row of this.#moved) this.#weighRow(row);
    this.#moved.clear();
  }

  /** Each cell of the open bucket into its log-rank sums. */
  #weighCells(): void {
    const { strata, slices } = this.frame;
    const contrasts = new Set<number>();
    for (const cell of this.#touched) {
      const stage = Math.floor(cell / (strata * slices));
      const slice = cell % slices;
      const place = stage * slices + slice;
      for (let channel = 0; channel < FOLLOWED; channel++) {
        const any = this.#weighCell(cell, place, channel);
        if (any && slice === 0) contrasts.add(stage * EVERY + channel);
      }
      const failed = this.#countInstalls(cell, place);
      if (failed && slice === 0) contrasts.add(stage * EVERY + INSTALL);
    }
    for (const pair of contrasts) this.#weighContrast(Math.floor(pair / EVERY), pair % EVERY);
    for (const cell of this.#touched) this.#settle(cell);
    this.#touched.length = 0;
  }

  /** @returns whether an offered device had an event */
  #weighCell(cell: number, place: number, channel: number): boolean {
    const { atRisk, open, logRank, events } = this.#sums;
    const at = cell * FOLLOWED + channel;
    const from = cell * TALLY;
    const eventsOffered = open[OFFERED][from + EVENT + channel] as number;
    const eventsControl = open[CONTROL][from + EVENT + channel] as number;
    if (eventsOffered + eventsControl === 0) return false;
    const counts = {
      offered: (atRisk[OFFERED][at] as number) + (open[OFFERED][from + ENTERED] as number),
      control: Math.max(
        0,
        (atRisk[CONTROL][at] as number) - (open[CONTROL][from + LEFT + channel] as number) - eventsControl,
      ),
      eventsOffered,
      eventsControl,
    };
    const row = place * EVERY + channel;
    this.#moved.add(row);
    events[OFFERED][row] = (events[OFFERED][row] as number) + eventsOffered;
    events[CONTROL][row] = (events[CONTROL][row] as number) + eventsControl;
    const { ratios, tolerance } = GRID[channel] as (typeof GRID)[number];
    for (let index = 0; index < RATIOS; index++) {
      const sum = row * RATIOS + index;
      logRank[sum] = (logRank[sum] as number) + logRankFactor(ratios[index] as number, tolerance, counts);
    }
    return eventsOffered > 0;
  }

  /** @returns whether an offered device failed to install */
  #countInstalls(cell: number, place: number): boolean {
    const { open, attempts, lost, entered } = this.#sums;
    const before = this.#installs(place);
    for (const arm of [CONTROL, OFFERED] as const) {
      const from = cell * TALLY;
      attempts[arm][place] = (attempts[arm][place] as number) + (open[arm][from + ATTEMPTED] as number);
      lost[arm][place] = (lost[arm][place] as number) + (open[arm][from + LOST] as number);
      entered[arm][place] = (entered[arm][place] as number) + (open[arm][from + ENTERED] as number);
      if (lost[arm][place] > attempts[arm][place])
        this.#wrong ??= `more devices failed to install than tried (${lost[arm][place]} of ${attempts[arm][place]})`;
    }
    if (this.#installs(place) !== before) this.#moved.add(place * EVERY + INSTALL);
    return (open[OFFERED][cell * TALLY + LOST] as number) > 0;
  }

  /** Which values the events of a stage's offered devices fall on, against where they should. */
  #weighContrast(stage: number, channel: number): void {
    const { contrast } = this.#sums;
    const { ratios } = GRID[channel] as (typeof GRID)[number];
    for (const slices of this.frame.attributes) {
      const expected = slices.map((slice) => this.#expected(stage, slice, channel));
      const whole = expected.reduce((sum, one) => sum + one, 0);
      const onValue = slices.map((slice) => this.#openEvents(stage, slice, channel));
      const all = onValue.reduce((sum, one) => sum + one, 0);
      if (whole <= 0 || all === 0) continue;
      slices.forEach((slice, position) => {
        const chance = (expected[position] as number) / whole;
        const row = ((stage * this.frame.slices + slice) * EVERY + channel) * RATIOS;
        for (let index = 0; index < RATIOS; index++)
          contrast[row + index] =
            (contrast[row + index] as number) +
            contrastFactor(ratios[index] as number, chance, onValue[position] as number, all);
      });
    }
  }

  /** In proportion to the events that the devices with a value should have. */
  #expected(stage: number, slice: number, channel: number): number {
    // Controls do not install, so every attempt counts alike.
    if (channel === INSTALL) return this.#sums.attempts[OFFERED][stage * this.frame.slices + slice] as number;
    return this.#hazard(stage, slice, channel) * this.#offeredAtRisk(stage, slice, channel);
  }

  /** The control's hazard for one value, drawn towards the hazard of all. */
  #hazard(stage: number, slice: number, channel: number): number {
    const { events, exposure } = this.#sums;
    const row = (stage * this.frame.slices + slice) * EVERY + channel;
    const whole = stage * this.frame.slices * EVERY + channel;
    const pooled = (events[CONTROL][whole] as number) / (exposure[whole] as number);
    if (!(pooled > 0) || !Number.isFinite(pooled)) return 1;
    return ((events[CONTROL][row] as number) + SHRINKAGE) / ((exposure[row] as number) + SHRINKAGE / pooled);
  }

  #sumStrata(stage: number, slice: number, read: (cell: number) => number): number {
    const { strata, slices } = this.frame;
    let sum = 0;
    for (let stratum = 0; stratum < strata; stratum++)
      sum += read((stage * strata + stratum) * slices + slice);
    return sum;
  }

  #offeredAtRisk(stage: number, slice: number, channel: number): number {
    const { atRisk, open } = this.#sums;
    return this.#sumStrata(
      stage,
      slice,
      (cell) =>
        (atRisk[OFFERED][cell * FOLLOWED + channel] as number) +
        (open[OFFERED][cell * TALLY + ENTERED] as number),
    );
  }

  #openEvents(stage: number, slice: number, channel: number): number {
    const tally = channel === INSTALL ? LOST : EVENT + channel;
    return this.#sumStrata(stage, slice, (cell) => this.#sums.open[OFFERED][cell * TALLY + tally] as number);
  }

  /** Risk sets after the bucket. */
  #settle(cell: number): void {
    const { atRisk, open } = this.#sums;
    for (const arm of [CONTROL, OFFERED] as const) {
      const from = cell * TALLY;
      for (let channel = 0; channel < FOLLOWED; channel++) {
        const at = cell * FOLLOWED + channel;
        const gone =
          (open[arm][from + EVENT + channel] as number) + (open[arm][from + LEFT + channel] as number);
        const rest = (atRisk[arm][at] as number) + (open[arm][from + ENTERED] as number) - gone;
        if (rest < 0)
          this.#wrong ??= `${gone} followed devices left where fewer were (${FOLLOWED_CHANNELS[channel]})`;
        atRisk[arm][at] = Math.max(0, rest);
      }
      open[arm].fill(0, from, from + TALLY);
    }
    this.#isTouched[cell] = 0;
  }

  #expose(buckets: number): void {
    const { atRisk, exposure } = this.#sums;
    const { stages, strata, slices } = this.frame;
    for (let stage = 0; stage < stages; stage++)
      for (let stratum = 0; stratum < strata; stratum++)
        for (let slice = 0; slice < slices; slice++)
          for (let channel = 0; channel < FOLLOWED; channel++) {
            const cell = (stage * strata + stratum) * slices + slice;
            const row = (stage * slices + slice) * EVERY + channel;
            exposure[row] =
              (exposure[row] as number) + buckets * (atRisk[CONTROL][cell * FOLLOWED + channel] as number);
          }
  }

  #weighRow(row: number): void {
    const channel = row % EVERY;
    const place = Math.floor(row / EVERY);
    const [stage, slice] = [Math.floor(place / this.frame.slices), place % this.frame.slices];
    this.#sums.weighted[row] =
      this.frame.weights.log(stage, channel, slice) + this.logEvidence(stage, channel, slice);
  }

  /** Moves with every attempt and every loss of a place. */
  #installs(place: number): number {
    const { attempts, lost } = this.#sums;
    return (
      (attempts[OFFERED][place] as number) +
      (attempts[CONTROL][place] as number) +
      (lost[OFFERED][place] as number) +
      (lost[CONTROL][place] as number)
    );
  }

  /** ln of the evidence of one line, without its weight. */
  logEvidence(stage: number, channel: number, slice: number): number {
    const place = stage * this.frame.slices + slice;
    const { attempts, lost, logRank } = this.#sums;
    if (channel === INSTALL)
      return installEvidence({
        attempts: attempts[OFFERED][place] as number,
        failed: lost[OFFERED][place] as number,
        controlAttempts: attempts[CONTROL][place] as number,
        controlLost: lost[CONTROL][place] as number,
      });
    return mixture(logRank, (place * EVERY + channel) * RATIOS, RATIOS, GRID[channel]?.belief);
  }

  /** ln of the evidence that a value, and not its attribute's other values, bears the harm. */
  logContrast(stage: number, channel: number, slice: number): number {
    return mixture(
      this.#sums.contrast,
      ((stage * this.frame.slices + slice) * EVERY + channel) * RATIOS,
      RATIOS,
    );
  }

  /** ln of the weighted evidence: the greatest of all lines. */
  logWeighted(): number {
    return greatest(this.#sums.weighted, () => true);
  }

  /**
   * The same without the install channel. A failed install leaves a device on the version that it has; more of
   * them do less harm than not knowing, so they halt a rollout and do not pause it.
   */
  logPausing(): number {
    return greatest(this.#sums.weighted, (row) => row % EVERY !== INSTALL);
  }

  /** What one line is made of. */
  countsOf(stage: number, channel: number, slice: number, arm: Arm): LineCounts {
    const place = stage * this.frame.slices + slice;
    const { attempts, lost, entered, events, atRisk } = this.#sums;
    if (channel === INSTALL)
      return {
        followed: attempts[arm][place] as number,
        atRisk: (attempts[arm][place] as number) - (lost[arm][place] as number),
        events: lost[arm][place] as number,
      };
    return {
      followed: entered[arm][place] as number,
      atRisk: this.#sumStrata(stage, slice, (cell) => atRisk[arm][cell * FOLLOWED + channel] as number),
      events: events[arm][place * EVERY + channel] as number,
    };
  }
}

function greatest(weighted: Float64Array, counts: (row: number) => boolean): number {
  let most = -Infinity;
  for (let row = 0; row < weighted.length; row++)
    if ((weighted[row] as number) > most && counts(row)) most = weighted[row] as number;
  return most;
}

export interface LineCounts {
  /** Devices that were ever followed. */
  readonly followed: number;
  /** Of them, still at risk. */
  readonly atRisk: number;
  readonly events: number;
}
