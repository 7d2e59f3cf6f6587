/** What a server serves of signed releases: metadata, version after version, and bytes, without a network. */
import type { Instant } from '@tuesday/protocol';
import * as trust from '@tuesday/trust';
import { makeKeys, type RepositoryKeys, rootOf } from '../../run/testing/signed-repository.ts';
import type { PretendRelease } from '../pretend-release.ts';

export class SignedFleet {
  /** The root that devices are made with. */
  readonly pinnedRoot: string;
  /** By path behind `/device/v1/`, as served now. */
  readonly files = new Map<string, Buffer>();
  /** All that was ever served under a name of metadata. */
  readonly served = new Map<string, Buffer[]>();
  #keys: RepositoryKeys;
  #root = 1;
  #version = 0;
  #targets: string;

  constructor(now: Instant) {
    this.#keys = makeKeys();
    this.pinnedRoot = rootOf(this.#keys, now);
    this.served.set('1.root.json', [Buffer.from(this.pinnedRoot)]);
    this.#targets = trust.emptyTargets({ now });
  }

  /** The next version, with these releases besides the earlier ones. */
  publish(now: Instant, ...releases: readonly PretendRelease[]): void {
    const entries = releases.map(({ target, signed }) => {
      const { length: size, sha256, custom } = signed;
      return { path: target, size, sha256, custom };
    });
    this.#targets = trust.addTargets(this.#targets, entries, { now });
    for (const release of releases) this.files.set(pathOf(release), bytesOf(release));
    this.#sign(now);
  }

  /** As the server does by itself: the same targets under a fresh timestamp. */
  refresh(now: Instant): void {
    this.#sign(now);
  }

  /** A new root with new online keys, signed by the same people. */
  rotate(now: Instant): void {
    this.#root += 1;
    this.#keys = makeKeys(this.#keys.people);
    this.#put(`${this.#root}.root.json`, rootOf(this.#keys, now, this.#root));
    this.#sign(now);
  }

  #sign(now: Instant): void {
    const { people, snapshot, timestamp } = this.#keys;
    const version = (this.#version += 1);
    const signatures = people.map((key) => trust.signPayload(this.#targets, key));
    const targets = trust.assemble(this.#targets, signatures);
    const listing = trust.makeSnapshot(targets, { version, now }, snapshot);
    this.#put(`${trust.headOf(targets).version}.targets.json`, targets);
    this.#put(`${version}.snapshot.json`, listing);
    this.#put('timestamp.json', trust.makeTimestamp(listing, { version, now }, timestamp));
  }

  #put(name: string, text: string): void {
    const bytes = Buffer.from(text);
    this.files.set(`trust/metadata/${name}`, bytes);
    this.served.set(name, [...(this.served.get(name) ?? []), bytes]);
  }
}

export function bytesOf({ chunks }: PretendRelease): Buffer {
  return Buffer.from(chunks.join(''));
}

function pathOf({ target, signed }: PretendRelease): string {
  const [version, name] = target.split('/');
  return `trust/targets/${version}/${signed.sha256}.${name}`;
}
