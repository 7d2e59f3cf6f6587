/** A TUF repository of one case: honest by default, and as dishonest as its case wants. */
import { createHash } from 'node:crypto';
import { type Instant, type TargetCustom, targetPath } from '@tuesday/protocol';
import * as trust from '@tuesday/trust';

export interface Signed {
  readonly target: string;
  readonly bytes: Buffer;
  readonly custom: TargetCustom;
}

/** File below `trust/metadata/` → text. */
export type Metadata = Map<string, string>;

export interface Terms {
  /** Of timestamp and snapshot; targets has one more. */
  readonly version: number;
  readonly now: Instant;
  /** Whose signatures the targets carry; both people by default. */
  readonly signers?: readonly trust.KeyPair[];
  /** Milliseconds that the timestamp is good for; below zero it has expired. */
  readonly timestampLifetime?: number;
}

const pair = () => [trust.generateKey(), trust.generateKey()] as const;

/** Keys of everybody, and what they sign. */
export class Repository {
  readonly people = pair();
  readonly rootKeys = pair();
  readonly #snapshot = trust.generateKey();
  readonly #timestamp = trust.generateKey();

  /** @param version with the version before it signed by `before`, when it is not the first */
  root(now: Instant, version = 1, before?: Repository): string {
    const plan = {
      rootKeys: this.rootKeys.map((key) => key.public),
      targetsKeys: this.people.map((key) => key.public),
      snapshotKey: this.#snapshot.public,
      timestampKey: this.#timestamp.public,
      now,
      version,
    };
    return trust.signRoot(trust.createRoot(plan), [...(before?.rootKeys ?? []), ...this.rootKeys]);
  }

  metadata(listed: readonly Signed[], terms: Terms): Metadata {
    const { version, now, signers = this.people, timestampLifetime } = terms;
    const payload = this.#targets(listed, version + 1, now);
    const targets = trust.assemble(
      payload,
      signers.map((key) => trust.signPayload(payload, key)),
    );
    const snapshot = trust.makeSnapshot(targets, { version, now }, this.#snapshot);
    const lifetime = timestampLifetime === undefined ? {} : { lifetime: timestampLifetime };
    const timestamp = trust.makeTimestamp(snapshot, { version, now, ...lifetime }, this.#timestamp);
    return new Map([
      [`${version + 1}.targets.json`, targets],
      [`${version}.snapshot.json`, snapshot],
      ['timestamp.json', timestamp],
    ]);
  }

  /** Other metadata under the snapshot and timestamp of this: each file is signed, together they are a lie. */
  mixed(honest: Metadata, other: Metadata, version: number): Metadata {
    const name = `${version + 1}.targets.json`;
    return new Map([...honest, [name, other.get(name) ?? '']]);
  }

  /** One person's signature, twice, under snapshot and timestamp that fit. */
  signedTwice(listed: readonly Signed[], terms: Terms): Metadata {
    const [person] = this.people;
    const metadata = this.metadata(listed, { ...terms, signers: [person] });
    const name = `${terms.version + 1}.targets.json`;
    const once = metadata.get(name) ?? '';
    const [signature] = trust.signaturesOf(once);
    const payload = trust.payloadOf(once);
    const twice = `{"signatures":${trust.canonical([signature, signature])},"signed":${payload}}`;
    return this.#overTargets(twice, name, terms);
  }

  #overTargets(targets: string, name: string, { version, now }: Terms): Metadata {
    const snapshot = trust.makeSnapshot(targets, { version, now }, this.#snapshot);
    const timestamp = trust.makeTimestamp(snapshot, { version, now }, this.#timestamp);
    return new Map([
      [name, targets],
      [`${version}.snapshot.json`, snapshot],
      ['timestamp.json', timestamp],
    ]);
  }

  #targets(listed: readonly Signed[], version: number, now: Instant): trust.Payload {
    const entries = listed.map(({ target, bytes, custom }) => ({
      path: target,
      size: bytes.length,
      sha256: sha256Of(bytes),
      custom,
    }));
    const payload = trust.addTargets(trust.emptyTargets({ now }), entries, { now });
    return trust.canonical({ ...(JSON.parse(payload) as object), version });
  }
}

export function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Path below `trust/targets/` under which the bytes of a target lie. */
export function artifactPath(target: string, bytes: Buffer): string {
  const slash = target.lastIndexOf('/') + 1;
  return `${target.slice(0, slash)}${sha256Of(bytes)}.${target.slice(slash)}`;
}

export { targetPath };
