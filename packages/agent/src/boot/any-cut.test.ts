import type { SlotName } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { otherSlot } from '../core/journal.ts';
import { PowerCut } from '../testing/pretend-flash.ts';
import type { BootControl } from '../core/types.ts';
import type { Booted, BootPort } from './boot-port.ts';
import { type Bench, BENCHES, type MakeBench } from './testing/benches.ts';

const LIMIT = 3;

/** One update: how many of its boots die before one confirms it, and where power goes, in steps of the disk. */
interface Update {
  readonly deaths: number;
  /** The version says no to itself: the agent goes back without using its attempts up. */
  readonly gaveUp: boolean;
  readonly cuts: readonly number[];
}

const updates = fc.array(
  fc.record({
    deaths: fc.integer({ min: 0, max: 4 }),
    gaveUp: fc.boolean(),
    cuts: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 5 },
);

/** A device that follows the core's order of steps: nothing is written while something is tried, and so on. */
class Rig {
  readonly whole = new Set<SlotName>(['a']);
  readonly seen = { boots: 0, cuts: 0, confirmed: 0, back: 0, passedOver: 0 };
  /** What the journal says; it is written whole. */
  #tried: SlotName | null = null;
  #confirmed: SlotName = 'a';
  /** The version in this slot has said that it is good. */
  #saidYes: SlotName | null = null;
  #cuts: number[] = [];
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  async update({ deaths, gaveUp, cuts }: Update): Promise<void> {
    this.#cuts = [...cuts];
    let left = deaths;
    let staged = false;
    for (let boot = 0; boot < 30; boot++) {
      const result = await this.#life(async (port, { booted }) => {
        if (this.#tried === null) {
          if (staged) return 'over';
          await this.#stage(otherSlot(booted));
          staged = true;
          await port.write({ defaultSlot: booted, trialSlot: otherSlot(booted), attempts: 0 });
          return 'reboot';
        }
        if (left > 0) {
          left -= 1;
          return 'reboot';
        }
        if (!gaveUp) this.#saidYes = booted;
        const next = gaveUp ? this.#confirmed : booted;
        await port.write({ defaultSlot: next, trialSlot: null, attempts: 0 });
        return 'reboot';
      });
      if (result === 'over') return;
    }
    throw new Error('thirty boots did not end the update');
  }

  /** From power-on to reboot or power cut. */
  async #life(
    act: (port: BootPort, booted: Booted) => Promise<'reboot' | 'over'>,
  ): Promise<'reboot' | 'over'> {
    const cut = this.#cuts.shift();
    if (cut !== undefined) this.#bench.disk.cutAfter(cut);
    try {
      const found = await this.#powerOn();
      return (await this.#wake(found.port, found)) ? await act(found.port, found) : 'reboot';
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.seen.cuts += 1;
      this.#bench.disk.loseWhatWasNotSynced();
      return 'reboot';
    }
  }

  async #powerOn(): Promise<Booted & { port: BootPort }> {
    const { disk } = this.#bench;
    const chosen = await this.#bench.powerOn(LIMIT);
    if (chosen !== undefined && !this.whole.has(chosen)) this.seen.passedOver += 1;
    const loads = chosen !== undefined && !this.whole.has(chosen) ? otherSlot(chosen) : (chosen ?? 'a');
    const port = this.#bench.open(loads, this.whole);
    const found = await port.boot(LIMIT);
    this.seen.boots += 1;
    if (!this.whole.has(found.booted)) {
      throw new Error(`slot ${found.booted} boots and is not whole, at step ${disk.steps}`);
    }
    return { ...found, port };
  }

  /** @returns false when the device reboots at once */
  async #wake(port: BootPort, { booted, control, lost }: Booted): Promise<boolean> {
    const { defaultSlot, trialSlot } = control;
    const tried = this.#tried;
    if (tried === booted && trialSlot === booted) return true;
    if (tried === booted && defaultSlot === booted && !lost) {
      this.#tried = null;
      this.#confirmed = booted;
      this.seen.confirmed += 1;
      if (this.#saidYes !== booted) throw new Error(`slot ${booted} counts as confirmed, and never said so`);
    } else if (tried === booted) {
      await port.write({ defaultSlot: this.#confirmed, trialSlot: null, attempts: 0 });
      return false;
    } else if (tried !== null) {
      this.#tried = null;
      this.seen.back += 1;
    }
    if (lost || trialSlot !== null || control.attempts > 0 || defaultSlot !== booted) {
      await port.write({ defaultSlot: this.#confirmed, trialSlot: null, attempts: 0 });
    }
    return booted === this.#confirmed;
  }

  /** Power may go in the middle of it: the slot is not whole then. */
  async #stage(slot: SlotName): Promise<void> {
    this.whole.delete(slot);
    this.#saidYes = null;
    await this.#bench.disk.syncFolder('/slots');
    await this.#bench.disk.syncFolder('/slots');
    this.whole.add(slot);
    this.#tried = slot;
  }
}

async function live(make: MakeBench, story: readonly Update[], seed: number): Promise<Rig['seen']> {
  const rig = new Rig(make(seeded(seed)));
  for (const update of story) await rig.update(update);
  return rig.seen;
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

describe('whatever is cut off at whatever step', () => {
  test.each(BENCHES)('%s: the device boots a slot that is whole', async (_, make) => {
    const sum = { boots: 0, cuts: 0, confirmed: 0, back: 0, passedOver: 0 };
    const property = fc.asyncProperty(updates, fc.nat(), async (story, seed) => {
      const seen = await live(make, story, seed);
      for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += seen[key];
    });
    await fc.assert(property, { numRuns: 400, seed: 20_261_124 });
    expect(sum.boots).toBeGreaterThan(3_000);
    expect(sum.cuts).toBeGreaterThan(400);
    expect(sum.confirmed).toBeGreaterThan(150);
    expect(sum.back).toBeGreaterThan(300);
    // Where a write is atomic, the boot loader never even has to pass over a slot.
    if (make().open('a', new Set(['a'])).promises.atomicWrite) expect(sum.passedOver).toBe(0);
  });

  const promised = BENCHES.filter(([, make]) => make().open('a', BOTH).promises.atomicWrite);
  test.each(promised)('%s: a write leaves the old control or the new one, as promised', async (_, make) => {
    const seen = new Map([...CHANGES.keys()].map((change) => [change, { old: 0, new: 0 }]));
    for (const [change, [before, after, booted]] of CHANGES.entries()) {
      for (let seed = 0; seed < 300; seed++) {
        const bench = make(seeded(seed));
        bench.disk.unit = 512;
        await bench.open(booted, BOTH).write(before);
        bench.disk.cutAfter(seed % 7);
        await bench.open(booted, BOTH).write(after).catch(onlyPowerCut);
        bench.disk.loseWhatWasNotSynced();
        const found = await controlNow(bench, booted);
        const which =
          found === JSON.stringify(before) ? 'old' : found === JSON.stringify(after) ? 'new' : found;
        expect(['old', 'new']).toContain(which);
        (seen.get(change) ?? { old: 0, new: 0 })[which as 'old' | 'new'] += 1;
      }
    }
    expect(Math.min(...[...seen.values()].flatMap((counts) => [counts.old, counts.new]))).toBeGreaterThan(20);
  });
});

const BOTH: ReadonlySet<SlotName> = new Set(['a', 'b']);

/** Before, after, and the slot that runs meanwhile. */
const CHANGES: [BootControl, BootControl, SlotName][] = [
  [
    { defaultSlot: 'a', trialSlot: null, attempts: 0 },
    { defaultSlot: 'a', trialSlot: 'b', attempts: 0 },
    'a',
  ],
  [
    { defaultSlot: 'a', trialSlot: 'b', attempts: 2 },
    { defaultSlot: 'b', trialSlot: null, attempts: 0 },
    'b',
  ],
  [
    { defaultSlot: 'a', trialSlot: 'b', attempts: 3 },
    { defaultSlot: 'a', trialSlot: null, attempts: 0 },
    'b',
  ],
  [
    { defaultSlot: 'b', trialSlot: null, attempts: 0 },
    { defaultSlot: 'a', trialSlot: null, attempts: 0 },
    'b',
  ],
];

/** As the port reads it, before any boot loader has counted. */
async function controlNow(bench: Bench, booted: SlotName): Promise<string> {
  // A boot loader of ours counts when it is asked; its state is looked at instead.
  const file = bench.disk.look('/d/boot.json');
  if (file !== undefined) return file.toString();
  return JSON.stringify((await bench.open(booted, BOTH).boot(LIMIT)).control);
}

function onlyPowerCut(error: unknown): void {
  if (!(error instanceof PowerCut)) throw error;
}
