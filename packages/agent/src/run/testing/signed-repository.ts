/** A small signed repository: people, online keys, and the metadata that they make for one release. */
import { createHash } from 'node:crypto';
import { targetPath } from '@tuesday/protocol';
import * as trust from '@tuesday/trust';

export interface RepositoryKeys {
  /** Two, for root and targets. */
  readonly people: readonly trust.KeyPair[];
  readonly snapshot: trust.KeyPair;
  readonly timestamp: trust.KeyPair;
}

export function makeKeys(people: readonly trust.KeyPair[] = twoPeople()): RepositoryKeys {
  return { people, snapshot: trust.generateKey(), timestamp: trust.generateKey() };
}

function twoPeople(): trust.KeyPair[] {
  return [trust.generateKey(), trust.generateKey()];
}

/** @param signers of a rotation: the people of the root before */
export function rootOf(
  { people, snapshot, timestamp }: RepositoryKeys,
  now: number,
  version = 1,
  signers: readonly trust.KeyPair[] = people,
): string {
  const publicKeys = people.map((key) => key.public);
  const root = trust.createRoot({
    rootKeys: publicKeys,
    targetsKeys: publicKeys,
    snapshotKey: snapshot.public,
    timestampKey: timestamp.public,
    now,
    version,
  });
  return trust.signRoot(root, signers);
}

export interface Signed {
  readonly now: number;
  /** Of snapshot and timestamp. */
  readonly version?: number;
  /** Of the targets; both people by default. */
  readonly signers?: readonly trust.KeyPair[];
  readonly hardware?: string;
  /** The hardware that its signed facts name; the same by default. */
  readonly isFor?: string;
  readonly recovery?: true;
}

/** Files by path behind `/device/v1/`: the metadata of 3.2.5 with way back 3.2.4, and its bytes. */
export function signedFiles(keys: RepositoryKeys, release: Buffer, how: Signed): Map<string, Buffer> {
  const { now, version = 1, signers = keys.people, hardware = 'th-1', isFor = hardware, recovery } = how;
  const sha256 = createHash('sha256').update(release).digest('hex');
  const wayBack = { version: '3.2.4', target: targetPath('3.2.4', hardware) };
  const custom = {
    tuesday: 1,
    version: '3.2.5',
    hardware: isFor,
    securityVersion: 0,
    ...(recovery === undefined ? {} : { recovery }),
    wayBack,
  } as const;
  const entry = { path: targetPath('3.2.5', hardware), size: release.length, sha256, custom };
  const payload = trust.addTargets(trust.emptyTargets({ now }), [entry], { now });
  const targets = trust.assemble(
    payload,
    signers.map((key) => trust.signPayload(payload, key)),
  );
  const snapshot = trust.makeSnapshot(targets, { version, now }, keys.snapshot);
  const timestamp = trust.makeTimestamp(snapshot, { version, now }, keys.timestamp);
  return new Map([
    ['trust/metadata/2.targets.json', Buffer.from(targets)],
    [`trust/metadata/${version}.snapshot.json`, Buffer.from(snapshot)],
    ['trust/metadata/timestamp.json', Buffer.from(timestamp)],
    [`trust/targets/3.2.5/${sha256}.${hardware}.bundle`, release],
  ]);
}
