/** The roads of rescue in their order: the server, neighbours on the link, neighbours on the mesh. */
import type { Candidate, Input } from '@tuesday/agent';
import { type Instant, targetPath } from '@tuesday/protocol';
import { between, type Random } from '../../world/random.ts';
import type { Household } from './household.ts';
import { byHops, type Point, within } from './neighbourhood.ts';
import { RECOVERY, type RelaySetup } from './relay-setup.ts';
import { linkMillis, meshMillis } from './transfer-time.ts';

export interface RescueRoadOptions {
  readonly setup: RelaySetup;
  readonly households: readonly Household[];
  readonly points: readonly Point[];
  /** Whether this household has the relay turned on. */
  readonly gives: (index: number) => boolean;
  readonly random: Random;
  readonly later: (at: Instant, act: (now: Instant) => void) => void;
}

interface Transfer {
  readonly from: number | 'server';
  readonly to: number;
  readonly target: string;
}

const SECOND = 1_000;
/** `LanRoad` and `MeshRoad` listen for so long after asking. */
const LISTEN_MILLIS = { link: 1_500, mesh: 6_000 } as const;
/** `MeshRoad` asks so many sources in one go. */
const AT_MOST = 6;

export class RescueRoad {
  /** Who is heard on the mesh in one hop, nearest first, and who shares the house. */
  readonly near: readonly number[][];
  readonly #sameHouse: readonly number[][];
  /** Whole transfers, by the road that brought them. */
  readonly brought = { server: 0, link: 0, mesh: 0 };
  readonly #options: RescueRoadOptions;
  readonly #underWay = new Map<number, Transfer>();

  constructor(options: RescueRoadOptions) {
    this.#options = options;
    const { points, setup, gives } = options;
    const giving = (lists: number[][]) =>
      lists.map((list, index) => (gives(index) ? list.filter((other) => gives(other)) : []));
    this.near = giving(within(points, setup.geometry.meshMetres));
    this.#sameHouse = giving(within(points, setup.geometry.linkMetres));
  }

  /** Fresh metadata from the first road that has it; a road that knows of no recovery does not end the look. */
  seek(index: number, now: Instant): void {
    const here = this.#household(index);
    if (here.isOnline)
      return this.#tellMetadata(index, now, between(this.#options.random, 1, 5) * SECOND, now);
    const { setup } = this.#options;
    const { metadataBytes, limits, roads } = setup;
    if (roads !== 'relay' || !here.isUp) return this.#tellNothing(index, now);
    const onLink = this.#newest(this.#reached(index, 'link', now), now);
    if (onLink !== undefined && this.#lists(onLink.issuedAt) && onLink.giving.spend(metadataBytes, now)) {
      const took = LISTEN_MILLIS.link + linkMillis(metadataBytes, limits.bytesPerSecond, 1);
      return this.#tellMetadata(index, onLink.issuedAt, took, now);
    }
    const reached = this.#reached(index, 'mesh', now);
    const onMesh = this.#newest(reached, now);
    if (onMesh === undefined || !onMesh.giving.spend(metadataBytes, now))
      return this.#tellNothing(index, now);
    const hops = reached.find(({ household }) => household === onMesh)?.hops ?? 1;
    const took = LISTEN_MILLIS.mesh + meshMillis(metadataBytes, hops, setup.loss, this.#sharers(index));
    this.#tellMetadata(index, onMesh.issuedAt, took, now);
  }

  fetch(index: number, target: string, now: Instant): void {
    if (this.#underWay.has(index)) return;
    const here = this.#household(index);
    const { random, setup } = this.#options;
    if (here.isOnline) {
      const took = between(random, 5, 60) * SECOND;
      return this.#carry({ from: 'server', to: index, target }, 'server', took, now);
    }
    if (setup.roads === 'relay' && here.isUp) {
      for (const road of ['link', 'mesh'] as const) if (this.#fetchOver(road, index, target, now)) return;
    }
    this.#fail(index, target, now + LISTEN_MILLIS.link + LISTEN_MILLIS.mesh);
  }

  /** A household's link is down: what it gave or got is cut. */
  cut(index: number, now: Instant): void {
    for (const transfer of this.#underWay.values()) {
      if (transfer.to !== index && transfer.from !== index) continue;
      this.#end(transfer);
      this.#fail(transfer.to, transfer.target, now);
    }
  }

  /** What gave, or could have given: for comparing with the limits. */
  get givings() {
    return this.#options.households.map(({ giving }) => giving);
  }

  #fetchOver(road: 'link' | 'mesh', index: number, target: string, now: Instant): boolean {
    const { setup, random } = this.#options;
    const { imageBytes, limits, loss } = setup;
    const { hardware } = this.#household(index).resident;
    const reached = this.#reached(index, road, now);
    const holders = reached.filter(({ household }) => household.holds(RECOVERY, hardware, now));
    for (const { household } of reached) {
      if (this.#lists(household.issuedAt) && !household.holds(RECOVERY, hardware, now))
        household.carry(hardware, now, between(random, 5, 60) * SECOND);
    }
    for (const { from, household, hops } of holders.slice(0, AT_MOST)) {
      if (!household.giving.take(index, imageBytes, now)) continue;
      // The second place may be taken later: a giver's rate is divided by all its places from the beginning.
      const took =
        road === 'link'
          ? linkMillis(imageBytes, limits.bytesPerSecond, limits.neighbours)
          : meshMillis(imageBytes, hops, loss, this.#sharers(index) * household.giving.places);
      this.#carry({ from, to: index, target }, road, LISTEN_MILLIS[road] + took, now);
      return true;
    }
    return false;
  }

  #carry(transfer: Transfer, road: keyof RescueRoad['brought'], took: number, now: Instant): void {
    this.#underWay.set(transfer.to, transfer);
    this.#options.later(now + took, (then) => {
      if (this.#underWay.get(transfer.to) !== transfer) return;
      this.#end(transfer);
      this.brought[road] += 1;
      this.#answer(transfer.to, { is: 'downloaded', target: transfer.target }, then);
    });
  }

  #end({ from, to }: Transfer): void {
    this.#underWay.delete(to);
    if (from !== 'server') this.#household(from).giving.leave(to);
  }

  #reached(index: number, road: 'link' | 'mesh', now: Instant) {
    const { setup, households } = this.#options;
    const isUp = (other: number) => households[other]?.isUp === true;
    const [near, hops] = road === 'link' ? [this.#sameHouse, 1] : [this.near, setup.geometry.meshHops];
    return [...byHops(near, index, hops, isUp)]
      .map(([from, far]) => ({ from, hops: far as 1 | 2 | 3, household: this.#household(from) }))
      .filter(({ household }) => household.hasValidMetadata(now));
  }

  #newest(reached: readonly { readonly household: Household }[], now: Instant): Household | undefined {
    let newest: Household | undefined;
    for (const { household } of reached)
      if (household.hasValidMetadata(now) && household.issuedAt > (newest?.issuedAt ?? 0)) newest = household;
    return newest;
  }

  /** All in reach of the receiver send on its channel, because all of them pass everything on. */
  #sharers(index: number): number {
    return this.near[index]?.length ?? 0;
  }

  #lists(issuedAt: Instant): boolean {
    return issuedAt >= this.#options.setup.publishedAt;
  }

  #tellMetadata(index: number, issuedAt: Instant, took: number, now: Instant): void {
    const here = this.#household(index);
    const candidates = this.#lists(issuedAt) ? [this.#recovery(here.resident.hardware)] : [];
    this.#options.later(now + took, (then) => {
      here.issuedAt = Math.max(here.issuedAt, issuedAt);
      this.#answer(index, { is: 'rescue-found', candidates, root: 1 }, then);
    });
  }

  #tellNothing(index: number, now: Instant): void {
    const because = 'nobody in reach has metadata that verifies.';
    const then = now + LISTEN_MILLIS.link + LISTEN_MILLIS.mesh;
    this.#options.later(then, (at) => this.#answer(index, { is: 'rescue-not-found', because }, at));
  }

  #fail(index: number, target: string, at: Instant): void {
    const because = 'nobody in reach gave the bytes.';
    const input: Input = { is: 'step-failed', target, code: 'download-failed', because };
    this.#options.later(at, (then) => this.#answer(index, input, then));
  }

  #recovery(hardware: string): Candidate {
    return {
      target: targetPath(RECOVERY, hardware),
      signed: {
        length: this.#options.setup.imageBytes,
        sha256: '0'.repeat(64),
        custom: { tuesday: 1, version: RECOVERY, hardware, securityVersion: 0, recovery: true },
      },
    };
  }

  #answer(index: number, input: Input, now: Instant): void {
    this.#household(index).device?.answer(input, now);
  }

  #household(index: number): Household {
    const household = this.#options.households[index];
    if (household === undefined) throw new Error(`there is no household ${index}`);
    return household;
  }
}
