/** A whole repository with its keys, and a loopback server that serves what it is given. For tests. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import {
  addTargets,
  assemble,
  createRoot,
  emptyTargets,
  generateKey,
  type KeyPair,
  makeSnapshot,
  makeTimestamp,
  type Payload,
  signPayload,
  signRoot,
} from '../index.ts';

export const NOW = Date.UTC(2200, 0, 1);
export const BYTES = Buffer.from('firmware 3.2.5 of the thermostat');
export const SHA256 = createHash('sha256').update(BYTES).digest('hex');
export const TARGET = '3.2.5/th-2.bundle';

export interface Keys {
  root: [KeyPair, KeyPair];
  targets: [KeyPair, KeyPair];
  snapshot: KeyPair;
  timestamp: KeyPair;
}

export function makeKeys(): Keys {
  return {
    root: [generateKey(), generateKey()],
    targets: [generateKey(), generateKey()],
    snapshot: generateKey(),
    timestamp: generateKey(),
  };
}

export function rootPlanOf(keys: Keys) {
  return {
    rootKeys: keys.root.map((key) => key.public),
    targetsKeys: keys.targets.map((key) => key.public),
    snapshotKey: keys.snapshot.public,
    timestampKey: keys.timestamp.public,
    now: NOW,
  };
}

export function signBy(payload: Payload, ...signers: KeyPair[]): string {
  return assemble(
    payload,
    signers.map((signer) => signPayload(payload, signer)),
  );
}

/** path below `metadata/` or `targets/` → body. */
export type Served = Record<string, string | Buffer>;

/** Targets version 2 with one target, signed by these keys. */
export function targetsSigned(signers: KeyPair[], change: { size?: number; sha256?: string } = {}): string {
  const entry = { path: TARGET, size: BYTES.length, sha256: SHA256, ...change };
  const custom = { tuesday: 1, version: '3.2.5', hardware: 'th-2', securityVersion: 0 } as const;
  return signBy(addTargets(emptyTargets({ now: NOW }), [{ ...entry, custom }], { now: NOW }), ...signers);
}

/** Everything a client fetches, with one version for snapshot and timestamp. */
export function publish(keys: Keys, targets: string, version = 1, now = NOW): Served {
  const snapshot = makeSnapshot(targets, { version, now: NOW }, keys.snapshot);
  return {
    'metadata/1.root.json': signRoot(createRoot(rootPlanOf(keys)), keys.root),
    'metadata/2.targets.json': targets,
    [`metadata/${version}.snapshot.json`]: snapshot,
    'metadata/timestamp.json': makeTimestamp(snapshot, { version, now }, keys.timestamp),
    [`targets/3.2.5/${SHA256}.th-2.bundle`]: BYTES,
  };
}

export interface LoopbackServer extends AsyncDisposable {
  url: string;
  served: Served;
}

export async function serve(first: Served): Promise<LoopbackServer> {
  const state = { served: first };
  const server = createServer((request, response) => {
    const body = state.served[(request.url ?? '/').slice(1)];
    if (body === undefined) response.writeHead(404).end();
    else response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
