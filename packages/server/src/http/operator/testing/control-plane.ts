/** A control plane over a fresh database: real HTTP, real keys, a clock that stands, and no job that runs by itself. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  goldenRule,
  type OperatorClient,
  operatorClient,
  type ReleaseManifestInput,
} from '@tuesday/protocol';
import {
  assemble,
  createRoot,
  emptyTargets,
  generateKey,
  type KeyPair,
  signPayload,
  signRoot,
} from '@tuesday/trust';
import { readConfig } from '../../../config.ts';
import type { Context } from '../../../context.ts';
import { openUrgent } from '../../../db/pool.ts';
import { StopBoard } from '../../../rollouts/stop-board.ts';
import type { Actor } from '../../../audit/actor.ts';
import { newOperatorToken } from '../../../devices/tokens.ts';
import { firstToken } from '../../../identity/first-token.ts';
import { type FreshDatabase, freshDatabase } from '../../../testing/database.ts';
import { deviceSide, type HandClock, handClock } from '../../../testing/fleet.ts';
import { writePolicy } from '../../../policy/policy.ts';
import { freeHands } from '../../../testing/policy.ts';
import { makeApp } from '../../app.ts';
import { registerControlPlane } from '../register.ts';
import { oneFleet } from '../../../fleets/fleet-side.ts';

export interface TestPlane extends AsyncDisposable {
  readonly database: FreshDatabase;
  readonly clock: HandClock;
  readonly context: Context;
  readonly client: OperatorClient;
  readonly url: string;
  readonly token: string;
  /** The operator whose token it is. */
  readonly actor: Actor;
}

/** @param settings as the environment would give them */
export async function testPlane(settings: Readonly<Record<string, string>> = {}): Promise<TestPlane> {
  const database = await freshDatabase();
  const clock = handClock();
  const dataFolder = mkdtempSync(join(tmpdir(), 'tuesday-plane-'));
  const config = readConfig(['--data', dataFolder], settings);
  if ('problem' in config) throw new Error(config.problem);
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const urgent = openUrgent(database.url);
  const stops = StopBoard.open(join(dataFolder, 'halts.jsonl'));
  // Tests of a slow database ask for less; the others are about something else.
  stops.patience = 30_000;
  const context: Context = {
    db: database.db,
    pool: database.pool,
    urgent: urgent.db,
    stops,
    clock,
    random: seeded(7),
    config,
    log: silent,
    changes: { listen: () => () => undefined },
    reports: { listen: () => () => undefined },
    progress: { of: () => undefined },
    announce: async () => undefined,
    organisation: 'main',
    fleet: 'main',
  };
  const token = newOperatorToken();
  const actor: Actor = { label: 'carol', person: null, origin: '127.0.0.1', factor: null };
  await database.db
    .insertInto('installation.tokens')
    .values(firstToken(token, 'carol', 0))
    .execute();
  await writePolicy(database.db, freeHands({ zone: 'UTC', windows: goldenRule('UTC').windows }));
  const app = makeApp(silent, () => false, config.trustProxy);
  const { authenticate, door } = deviceSide(database, clock, [], stops);
  registerControlPlane(app, oneFleet({ context, authenticate, door }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return {
    database,
    clock,
    context,
    url,
    token,
    actor,
    client: operatorClient(url, token, fetch),
    async [Symbol.asyncDispose]() {
      await app.close();
      await stops.close();
      await urgent.close();
      await database.drop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** The same numbers every time (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Signers {
  readonly alice: KeyPair;
  readonly bob: KeyPair;
}

/** What a person with the keys would send to install trust. */
export function trustRequest(now: number) {
  const [rootA, rootB, alice, bob, snapshot, timestamp] = Array.from({ length: 6 }, generateKey) as [
    KeyPair,
    KeyPair,
    KeyPair,
    KeyPair,
    KeyPair,
    KeyPair,
  ];
  const root = createRoot({
    rootKeys: [rootA.public, rootB.public],
    targetsKeys: [alice.public, bob.public],
    snapshotKey: snapshot.public,
    timestampKey: timestamp.public,
    now,
  });
  const targets = emptyTargets({ now });
  const request = {
    root: signRoot(root, [rootA, rootB]),
    targets: assemble(
      targets,
      [alice, bob].map((key) => signPayload(targets, key)),
    ),
    online: { snapshot, timestamp },
    labels: { [alice.keyid]: 'alice', [bob.keyid]: 'bob' },
  };
  return { request, signers: { alice, bob } };
}

export async function installTrust({ client, clock }: Pick<TestPlane, 'client' | 'clock'>): Promise<Signers> {
  const { request, signers } = trustRequest(clock.now());
  await client.call('installTrust', { body: request });
  return signers;
}

export const bytesOf = (version: string) => Buffer.from(`firmware ${version} `.repeat(100));

export function manifestOf(
  version: string,
  change: Partial<ReleaseManifestInput> = {},
): ReleaseManifestInput {
  const bytes = bytesOf(version);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { version, artifacts: [{ hardware: 'th-2', size: bytes.length, sha256 }], ...change };
}

/** Declares, uploads, and signs with so many of the two keys. */
export async function publish(
  { client }: Pick<TestPlane, 'client'>,
  { alice, bob }: Signers,
  version: string,
  change: Partial<ReleaseManifestInput> = {},
): Promise<void> {
  await client.call('createRelease', { body: manifestOf(version, change) });
  await client.call('uploadArtifact', { params: { version, hardware: 'th-2' }, body: bytesOf(version) });
  const { payload, targetsVersion } = await client.call('viewSigning', { params: { version } });
  for (const key of [alice, bob])
    await client.call('addSignature', {
      params: { version },
      body: { ...signPayload(payload, key), targetsVersion },
    });
}

/** Two published releases, the second with the first as its way back. */
export async function publishTwo(plane: Pick<TestPlane, 'client' | 'clock'>): Promise<Signers> {
  const signers = await installTrust(plane);
  await publish(plane, signers, '3.2.4');
  await publish(plane, signers, '3.2.5', { wayBack: '3.2.4' });
  return signers;
}
