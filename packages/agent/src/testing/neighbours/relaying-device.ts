/** What of a device gives to neighbours, from power-on to power-off: the real parts, on a disk that loses power. */
import { join } from 'node:path';
import { type BudgetOptions, RelayBudget } from '../../relay/budget.ts';
import { Carrier } from '../../relay/carrier.ts';
import { Freshness } from '../../relay/freshness.ts';
import { Holdings } from '../../relay/holdings.ts';
import { Answers } from '../../relay/lan/answers.ts';
import { ProcessSlots } from '../../slots/process-slots.ts';
import { TrustFolder } from '../../trust/trust-folder.ts';
import { FOLDER } from '../device/home.ts';
import { oneLife } from '../disk/one-life.ts';
import type { PretendDisk } from '../disk/pretend-disk.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { MAINS } from './giving-neighbour.ts';
import { exchangeOf } from './pretend-exchange.ts';
import type { SignedFleet } from './signed-fleet.ts';

export interface RelayingSetup {
  readonly disk: PretendDisk;
  readonly clock: VirtualClock;
  /** What its server serves. */
  readonly fleet: SignedFleet;
  readonly budget: BudgetOptions;
}

const LIMIT = 1_048_576;

export class RelayingDevice {
  readonly clock: VirtualClock;
  readonly slots: ProcessSlots;
  readonly holdings: Holdings;
  readonly answers: Answers;
  readonly freshness: Freshness;
  readonly budget: RelayBudget;

  constructor({ disk: platter, clock, fleet, budget: terms }: RelayingSetup) {
    const disk = oneLife(platter);
    this.clock = clock;
    const log = () => undefined;
    const random = () => 0.5;
    // Whoever asks meanwhile finds it half-way.
    const exchange = exchangeOf(fleet.files, () => clock.sleep(3_000));
    const link = { server: 'http://pretend', token: 'secret', clock, random, log, disk, exchange };
    const trust = new TrustFolder({
      folder: join(FOLDER, 'trust'),
      pinnedRoot: fleet.pinnedRoot,
      clock,
      disk,
    });
    const carrier = new Carrier({ ...link, folder: FOLDER, limit: LIMIT });
    const memory = { file: join(FOLDER, 'relay', 'budget.json'), disk };
    this.budget = new RelayBudget(terms, MAINS, clock, memory);
    this.slots = new ProcessSlots(FOLDER, disk);
    this.holdings = new Holdings(trust, this.slots, () => carrier.content(), disk);
    const onRecoveries = carrier.list.bind(carrier);
    this.freshness = new Freshness({ ...link, trust, everyMillis: LIMIT, onRecoveries });
    const carry = (sha256: string) => carrier.want(sha256);
    this.answers = new Answers({ holdings: this.holdings, budget: this.budget, carry, clock, log });
  }
}
