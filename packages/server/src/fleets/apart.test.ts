/** What two fleets share by nature, kept apart: bytes under one digest, one data folder, locks and channels of one database. */
import { createHash } from 'node:crypto';
import { type OperatorClient, operatorClient } from '@tuesday/protocol';
import { signPayload } from '@tuesday/trust';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Change, type Context, notify } from '../context.ts';
import { hashToken, newDeviceToken } from '../devices/tokens.ts';
import { installTrust, type Signers } from '../http/operator/testing/control-plane.ts';
import { startRollout } from '../testing/fleet.ts';
import { Sweep } from '../ingest/sweep.ts';
import { FollowUp } from '../trial/follow-up.ts';
import { refreshTrust } from '../trust/refresh.ts';
import { openOnlineKey } from '../trust/seal.ts';
import { post } from '../testing/server.ts';
import { addToken, type TestInstallation, testInstallation } from './testing/installation.ts';

interface Fleet {
  readonly name: string;
  readonly context: Context;
  readonly client: OperatorClient;
  readonly signers: Signers;
  readonly deviceToken: string;
}

let place: TestInstallation;
let one: Fleet;
let two: Fleet;

beforeAll(async () => {
  place = await testInstallation();
  one = await fleet('one');
  two = await fleet('two');
});
afterAll(() => place[Symbol.asyncDispose]());

async function fleet(name: string): Promise<Fleet> {
  await place.first.call('createFleet', { body: { fleet: name, name } });
  const context = await place.contextOf(name);
  const { secret } = await addToken(context, `token-${name}`);
  const client = operatorClient(`${place.url}/fleets/${name}`, secret, fetch);
  const signers = await installTrust({ client, clock: place.clock });
  const deviceToken = newDeviceToken(name, `device-${name}`);
  await context.pool.query(
    `INSERT INTO devices (device, hardware, token_hash, enrolled_at) VALUES ($1, 'th-2', $2, 0)`,
    [`device-${name}`, hashToken(deviceToken)],
  );
  return { name, context, client, signers, deviceToken };
}

const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function declare({ client }: Fleet, version: string, bytes: Buffer): Promise<void> {
  const artifacts = [{ hardware: 'th-2', size: bytes.length, sha256: digestOf(bytes) }];
  await client.call('createRelease', { body: { version, artifacts } });
}

async function publish({ client, signers }: Fleet, version: string, bytes: Buffer): Promise<void> {
  await client.call('uploadArtifact', { params: { version, hardware: 'th-2' }, body: bytes });
  const { payload, targetsVersion } = await client.call('viewSigning', { params: { version } });
  for (const key of [signers.alice, signers.bob])
    await client.call('addSignature', {
      params: { version },
      body: { ...signPayload(payload, key), targetsVersion },
    });
}

async function fetchBytes({ name, deviceToken }: Fleet, version: string, sha256: string) {
  const path = `/fleets/${name}/device/v1/trust/targets/${version}/${sha256}.th-2.bundle`;
  const response = await fetch(`${place.url}${path}`, {
    headers: { authorization: `Bearer ${deviceToken}` },
  });
  return response.status === 200 ? await response.text() : response.status;
}

describe('the same version in two fleets', () => {
  const bytes = { one: Buffer.from('bytes of one'), two: Buffer.from('other bytes of two') };

  test('is two releases: each device gets the bytes of its own', async () => {
    for (const which of [one, two]) await declare(which, '1.0.0', bytes[which.name as 'one']);
    await publish(one, '1.0.0', bytes.one);
    await publish(two, '1.0.0', bytes.two);
    expect(await fetchBytes(one, '1.0.0', digestOf(bytes.one))).toBe('bytes of one');
    expect(await fetchBytes(two, '1.0.0', digestOf(bytes.two))).toBe('other bytes of two');
    // Asked for again, so that what was remembered for one fleet would answer the other.
    expect(await fetchBytes(one, '1.0.0', digestOf(bytes.two))).toBe(404);
    expect(await fetchBytes(two, '1.0.0', digestOf(bytes.one))).toBe(404);
  });

  test('does not get the bytes of another fleet by naming their digest', async () => {
    const secret = Buffer.from('only of one');
    const artifacts = [{ hardware: 'th-2', size: secret.length, sha256: digestOf(secret) }];
    const body = { version: '1.1.0', artifacts, wayBack: '1.0.0' };
    for (const { client } of [one, two]) await client.call('createRelease', { body });
    await publish(one, '1.1.0', secret);
    expect(await fetchBytes(one, '1.1.0', digestOf(secret))).toBe('only of one');
    await expect(two.client.call('viewSigning', { params: { version: '1.1.0' } })).rejects.toMatchObject({
      refusal: { code: 'release-not-ready' },
    });
    expect(await fetchBytes(two, '1.1.0', digestOf(secret))).toBe(404);
  });
});

describe('trust', () => {
  test('is a root of its own, and metadata of its own', async () => {
    const keys = await Promise.all(
      [one, two].map(async ({ client }) =>
        (await client.call('trust')).roles['targets']?.keys.map(({ keyid }) => keyid),
      ),
    );
    expect(keys[0]).not.toEqual(keys[1]);
    expect((await place.first.call('trust')).installed).toBe(false);
  });

  test('online keys of one fleet cannot be opened for another, wherever their rows are put', async () => {
    const { rows } = await one.context.pool.query<{ keyid: string; sealed: Buffer }>(
      `SELECT keyid, sealed FROM trust_online_keys WHERE role = 'timestamp'`,
    );
    const { keyid, sealed } = rows[0]!;
    expect(openOnlineKey(one.context, 'timestamp', keyid, sealed).privateKeyPem).toContain('PRIVATE KEY');
    for (const { context } of [two, { context: place.fleets.first.context }])
      expect(() => openOnlineKey(context, 'timestamp', keyid, sealed)).toThrow(/sealed with another/);
  });
});

describe('a device id', () => {
  test('that two fleets enrol at the same moment becomes one device of one of them', async () => {
    const keys = await Promise.all(
      [one, two].map(({ client }) => client.call('createFleetKey', { body: { because: 'a race' } })),
    );
    let wins = 0;
    for (let round = 0; round < 20; round++) {
      const body = JSON.stringify({ protocol: 1, device: `race-${round}`, hardware: 'th-2' });
      const answers = await Promise.all(
        [one, two].map(({ name }, index) =>
          post({ url: `${place.url}/fleets/${name}` }, '/device/v1/enrol', keys[index]?.fleetKey, body),
        ),
      );
      expect(answers.map(({ status }) => String(status)).sort()).toEqual(['200', '409']);
      if (answers[0]?.status === 200) wins += 1;
    }
    const counted = await Promise.all(
      [one, two].map(({ context }) => context.pool.query(`SELECT FROM devices WHERE device LIKE 'race-%'`)),
    );
    expect(counted.map(({ rowCount }) => rowCount)).toEqual([wins, 20 - wins]);
  });
});

describe('what one fleet is doing', () => {
  /** Holds the locks of a fleet: sweep, follow-up, starting, trust. */
  const holding = async ({ context }: Fleet, meanwhile: () => Promise<void>) => {
    await context.db.transaction().execute(async (trx) => {
      for (const lock of [7_205_760, 7_205_763, 7_205_762, 7_205_764])
        await sql`SELECT pg_advisory_xact_lock(${sql.lit(lock)}, hashtext(current_schema()))`.execute(trx);
      await meanwhile();
    });
  };
  const steps = async ({ context: { pool } }: Fleet) => ({
    swept: await new Sweep(pool, 0).sweepOnce(place.clock.now()),
    followed: await new FollowUp(pool, 0).followOnce(place.clock.now()),
  });

  test('does not hold up another: each lock is of its own fleet', async () => {
    for (const { context, name } of [one, two]) {
      await startRollout(context.pool, [`device-${name}`]);
      await context.pool.query(`UPDATE rollouts SET trial_layout = '{}', followed_stage = 9`);
    }
    place.clock.time += 13 * 3_600_000;
    await holding(one, async () => {
      expect(await steps(one)).toEqual({ swept: null, followed: null });
      expect(await steps(two)).toEqual({ swept: expect.any(Object) as object, followed: 0 });
      expect(await refreshTrust(two.context)).toBe('timestamp');
      await expect(
        two.client.call('startRollout', { params: { rollout: 'r-none' }, body: {} }),
      ).rejects.toMatchObject({
        refusal: { code: 'not-found' },
      });
    });
    expect(await steps(one)).toEqual({ swept: expect.any(Object) as object, followed: 0 });
  });

  test('is told to that fleet only, on every server', async () => {
    const heard: Record<string, Change[]> = { one: [], two: [] };
    for (const { name, context } of [one, two]) context.changes.listen((change) => heard[name]?.push(change));
    await notify(one.context.db, { kind: 'rollout', rollout: 'r-1' });
    await notify(two.context.db, { kind: 'rollout', rollout: 'r-2' });
    await notify(place.fleets.first.context.db, { kind: 'offers' });
    await notify(one.context.db, { kind: 'rollout', rollout: 'r-3' });
    // One connection hears them in the order in which they were committed.
    while (heard['one']!.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(heard).toEqual({
      one: [
        { kind: 'rollout', rollout: 'r-1' },
        { kind: 'rollout', rollout: 'r-3' },
      ],
      two: [{ kind: 'rollout', rollout: 'r-2' }],
    });
  });
});
