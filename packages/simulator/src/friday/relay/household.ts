/** One household of the relay story, as its neighbours see it: what it knows, what it holds, what it may give. */
import type { Instant } from '@tuesday/protocol';
import type { WorldDevice } from '../../world/device.ts';
import type { Resident } from '../../world/population.ts';
import { Giving, type Limits } from './giving.ts';

/** A timestamp is valid for a day; whoever has an older one cannot help. */
const VALID_MILLIS = 86_400_000;

export class Household {
  readonly resident: Resident;
  /** Has a route to the server while its link is up. */
  readonly hasUplink: boolean;
  /** The dead device; absent where 3.2.5 works. */
  device: WorldDevice | undefined;
  readonly giving: Giving;
  /** Uplink and radio, which go together. */
  isUp = true;
  /** When the server issued the newest metadata that is here. */
  issuedAt: Instant;
  /** Fetched on behalf of neighbours: of which hardware, and when it is whole. One at a time. */
  #carried: { readonly hardware: string; readonly from: Instant } | null = null;

  constructor(resident: Resident, hasUplink: boolean, limits: Limits, now: Instant) {
    this.resident = resident;
    this.hasUplink = hasUplink;
    this.giving = new Giving(limits, now);
    this.issuedAt = now;
  }

  get isOnline(): boolean {
    return this.hasUplink && this.isUp;
  }

  hasValidMetadata(now: Instant): boolean {
    return this.isUp && now < this.issuedAt + VALID_MILLIS;
  }

  holds(version: string, hardware: string, now: Instant): boolean {
    if (this.device?.confirmed === version && this.resident.hardware === hardware) return true;
    return this.#carried !== null && this.#carried.hardware === hardware && now >= this.#carried.from;
  }

  /** Asked for what it lacks: fetches it, unless it fetches or gives already. */
  carry(hardware: string, now: Instant, millis: number): void {
    if (!this.isOnline || this.giving.places > 0) return;
    if (this.#carried !== null && (this.#carried.hardware === hardware || now < this.#carried.from)) return;
    this.#carried = { hardware, from: now + millis };
  }
}
