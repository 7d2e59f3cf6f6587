/**
 * Boot control through RAUC. The order of the slots, and how often each may still be tried, is the boot loader's,
 * and RAUC's to change. RAUC knows no trial: a slot that was made active and one that was confirmed look alike. So
 * the agent keeps a record of the trial beside it, and the order of the writes is what makes the two one:
 *
 * - To try: record, RAUC, record again as begun. A cut before the last one is a trial that may not have begun.
 * - To confirm: record, then RAUC. A cut in between is mended at the next boot.
 * - To go back: RAUC, then record. A cut in between is a trial that the boot loader gave up.
 */
import type { SlotName } from '@tuesday/protocol';
import type { BootPromises } from '../boot/boot-port.ts';
import type { ControlStore } from '../boot/control-store.ts';
import { otherSlot } from '../core/journal.ts';
import type { BootControl } from '../core/types.ts';
import type { Rauc } from './rauc.ts';
import type { TrialRecord, TrialRecordFile } from './trial-record.ts';

export const RAUC_PROMISES: BootPromises = {
  name: 'rauc',
  countsWithoutAgent: true,
  atomicWrite: false,
  wholeMachine: true,
  cannot: [
    'Who counts boot attempts is the boot loader behind RAUC, as its script is written; with bootloader=noop nobody does.',
    'The order of the slots and the record of the trial stand in two places: a power cut in between costs a repetition or an attempt.',
    'RAUC does not tell how many boots were counted: after a trial that never reached the agent the configured number is reported.',
    'Boot loaders of RAUC count every boot: a confirmed version that dies before the agent has marked the boot good ends on the other slot as well.',
    'rauc-mark-good.service would confirm a version by itself: it has to be masked.',
    'Without activate-installed=false a power cut right after the installation boots the new slot before the agent asked for it; it goes back then.',
    'What somebody installs with the rauc command beside the agent is reported under the version from before.',
    'The bytes of an artifact cannot be got back from a slot: no deltas from it, and nothing for neighbours.',
  ],
};

export interface RaucStoreOptions {
  readonly rauc: Pick<Rauc, 'mark' | 'primary'>;
  /** RAUC's names of the two slots. */
  readonly names: Readonly<Record<SlotName, string>>;
  readonly booted: SlotName;
  readonly record: TrialRecordFile;
  /** Boots that the boot loader gives a slot that was made active. */
  readonly bootAttempts: number;
  /** What tells this boot from others. */
  readonly bootId: string;
}

export class RaucStore implements ControlStore {
  readonly promises = RAUC_PROMISES;
  readonly #options: RaucStoreOptions;

  constructor(options: RaucStoreOptions) {
    this.#options = options;
  }

  /** Counts this boot, once. Outside of a trial it also tells the boot loader that this boot was a good one. */
  async read(): Promise<BootControl | undefined> {
    const { record, booted } = this.#options;
    const kept = await record.read();
    if (kept === undefined) return undefined;
    const { defaultSlot, trialSlot, attempts } = kept;
    if (trialSlot === null) {
      if (booted === defaultSlot) await this.#mark('good', booted);
      return { defaultSlot, trialSlot, attempts };
    }
    if (booted === trialSlot) return this.#count(kept);
    if (kept.begun) return this.#givenUp(kept);
    return { defaultSlot, trialSlot, attempts };
  }

  async write(control: BootControl): Promise<void> {
    const { record, booted, bootId } = this.#options;
    const { trialSlot, defaultSlot } = control;
    if (trialSlot !== null) return this.#begin(control, trialSlot);
    const settled = () => record.write({ ...control, begun: false, bootId });
    const left = [(await record.read())?.trialSlot, booted].find((slot) => slot && slot !== defaultSlot);
    if (!left) {
      await settled();
      await this.#mark('good', defaultSlot);
      return this.#makePrimary(defaultSlot);
    }
    await this.#mark('bad', left);
    await this.#mark('active', defaultSlot);
    await settled();
  }

  async #begin(control: BootControl, trialSlot: SlotName): Promise<void> {
    const { record, bootId } = this.#options;
    await record.write({ ...control, begun: false, bootId });
    // The way back has all its boots before it may be needed.
    await this.#mark('good', otherSlot(trialSlot));
    await this.#mark('active', trialSlot);
    await record.write({ ...control, begun: true, bootId });
  }

  async #count(kept: TrialRecord): Promise<BootControl> {
    const { record, bootId } = this.#options;
    const counted = kept.bootId === bootId && kept.attempts > 0;
    const attempts = counted ? kept.attempts : kept.attempts + 1;
    if (!counted) await record.write({ ...kept, attempts, begun: true, bootId });
    return { defaultSlot: kept.defaultSlot, trialSlot: kept.trialSlot, attempts };
  }

  /** The boot loader went back by itself. What it counted without the agent it does not tell. */
  #givenUp({ defaultSlot, attempts }: TrialRecord): BootControl {
    return { defaultSlot, trialSlot: null, attempts: Math.max(attempts, this.#options.bootAttempts) };
  }

  async #makePrimary(slot: SlotName): Promise<void> {
    const { rauc, names } = this.#options;
    if ((await rauc.primary()) !== names[slot]) await this.#mark('active', slot);
  }

  #mark(mark: 'good' | 'bad' | 'active', slot: SlotName): Promise<void> {
    return this.#options.rauc.mark(mark, this.#options.names[slot]);
  }
}
