/** A neighbour on the link that has what is signed: real trust folder, holdings, budget and answers, on its own disk. */
import type { Clock } from '@tuesday/protocol';
import { RelayBudget } from '../../relay/budget.ts';
import { Holdings } from '../../relay/holdings.ts';
import { Answers } from '../../relay/lan/answers.ts';
import type { Beacon } from '../../relay/lan/beacon.ts';
import { Neighbours } from '../../relay/lan/neighbours.ts';
import { LanRoad } from '../../rescue/lan-road.ts';
import { ProcessSlots } from '../../slots/process-slots.ts';
import type { Disk } from '../../storage/disk.ts';
import type { TrustFolder } from '../../trust/trust-folder.ts';
import { PretendDisk } from '../disk/pretend-disk.ts';
import type { PretendRelease } from '../pretend-release.ts';
import { exchangeOver } from './pretend-exchange.ts';
import { bytesOf, type SignedFleet } from './signed-fleet.ts';

const FOLDER = '/neighbour';
export const MAINS = () => Promise.resolve({ mains: true, battery: undefined });
export const PLENTY = { bytesPerSecond: 65_536, bytesPerDay: 67_108_864, neighbours: 2, minBattery: 50 };

/** The device at the other end of the link. */
export interface Hearing {
  readonly clock: Clock;
  readonly trust: TrustFolder;
  readonly disk: Disk;
  readonly hardware: string;
  /** From this byte of an artifact on the neighbour is gone. */
  readonly breaksAfter: number;
}

export class GivingNeighbour {
  readonly #disk = new PretendDisk();
  readonly #slots = new ProcessSlots(FOLDER, this.#disk);

  /** It holds all metadata, and runs this release. */
  async hold(fleet: SignedFleet, release: PretendRelease): Promise<void> {
    for (const role of ROLES) {
      const bytes = [...fleet.served].findLast(([name]) => name.endsWith(`${role}.json`))?.[1].at(-1);
      this.#disk.plant(`${FOLDER}/trust/${role}.json`, bytes ?? Buffer.alloc(0));
    }
    this.#disk.plant(`${FOLDER}/bundle`, bytesOf(release));
    await this.#slots.write('a', `${FOLDER}/bundle`, release.signed);
  }

  /** The road of a device that hears it. */
  road({ clock, trust, disk, hardware, breaksAfter }: Hearing): LanRoad {
    const own = { folder: `${FOLDER}/trust`, pinnedRoot: trust.pinnedRoot };
    const holdings = new Holdings(own, this.#slots, () => Promise.resolve(undefined), this.#disk);
    const budget = new RelayBudget(PLENTY, MAINS, clock, { file: `${FOLDER}/budget.json`, disk: this.#disk });
    const log = () => undefined;
    const read: Holdings['read'] = (content, from, length) => {
      if (from >= breaksAfter) throw new Error('the neighbour went away');
      return holdings.read(content, from, Math.min(length, breaksAfter - from));
    };
    const given = { artifact: holdings.artifact.bind(holdings), metadata: holdings.metadata, read };
    const answers = new Answers({ holdings: given, budget, carry: () => undefined, clock, log });
    const neighbours = new Neighbours(clock, () => 0.5);
    const beacon: Beacon = {
      relay: 1,
      is: 'beacon',
      port: 80,
      hardware: [hardware],
      holds: [],
      timestamp: 1,
    };
    return new LanRoad({
      neighbours,
      ask: () => neighbours.hear('192.0.2.1', beacon),
      trust,
      hardware,
      random: () => 0.5,
      clock,
      disk,
      exchange: exchangeOver(answers),
      log,
    });
  }
}

const ROLES = ['root', 'timestamp', 'snapshot', 'targets'];
