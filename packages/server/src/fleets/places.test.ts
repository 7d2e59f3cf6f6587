import { type OperatorClient, operatorClient, type Role, routes } from '@tuesday/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { firstBroken } from '@tuesday/trust';
import { hashToken } from '../devices/tokens.ts';
import { addPerson, type TestPerson } from '../testing/people.ts';
import { addToken, type TestInstallation, testInstallation } from './testing/installation.ts';

let place: TestInstallation;
/** Of acme, once it is there. */
let people: Record<'admin' | 'viewer', TestPerson>;
beforeAll(async () => {
  place = await testInstallation();
});
afterAll(() => place[Symbol.asyncDispose]());

const organisation = (name: string, change: object = {}) => ({
  organisation: name,
  name: `The ${name}`,
  fleet: `${name}-one`,
  admin: { name: `${name}-admin`, display: 'Ada', email: 'ada@example.com' },
  ...change,
});
const refusal = (code: string, field?: string) => ({
  refusal: expect.objectContaining(field === undefined ? { code } : { code, field }) as object,
});

async function everything(): Promise<string> {
  const { rows } = await sql<{ row: string }>`
    SELECT 'schema ' || nspname AS row FROM pg_namespace WHERE nspname LIKE 'fleet%'
    UNION ALL SELECT o::text FROM installation.organisations o UNION ALL SELECT f::text FROM installation.fleets f
    UNION ALL SELECT p::text FROM installation.people p UNION ALL SELECT r::text FROM installation.roles r
    UNION ALL SELECT i::text FROM installation.invitations i
    UNION ALL SELECT a::text FROM installation.audit_entries a ORDER BY 1`.execute(place.database.db);
  return rows.map(({ row }) => row).join('\n');
}

async function chainOf(name: string) {
  return place.database.db
    .selectFrom('installation.audit_entries')
    .selectAll()
    .where('organisation', '=', name)
    .orderBy('seq')
    .execute();
}

describe('a new organisation', () => {
  test('has a fleet of its own, and an admin who is invited and nothing else', async () => {
    const made = await place.first.call('createOrganisation', { body: organisation('acme') });
    expect(routes.createOrganisation.answer.parse(made)).toEqual(made);
    expect(made.person).toMatchObject({ state: 'invited', roles: { 'acme-one': ['admin'] }, factors: [] });
    expect(made.path).toBe(`/join#invitation=${made.invitation}`);
    expect(made.expiresAt - place.clock.now()).toBe(72 * 3_600_000);
    const { rows } = await sql`SELECT person FROM installation.invitations
      WHERE hash = ${hashToken(made.invitation)} AND used_at IS NULL`.execute(place.database.db);
    expect(rows).toEqual([{ person: 'acme-admin' }]);
    expect((await place.contextOf('acme-one')).organisation).toBe('acme');
  });

  test('is the first entry of its own chain, and one of the chain of who made it', async () => {
    for (const name of ['acme', 'main']) {
      const chain = await chainOf(name);
      expect(chain.at(-1)).toMatchObject({
        verb: 'organisation.create',
        object: 'organisation acme',
        actor: 'operator',
        fleet: null,
      });
      expect(firstBroken(chain)).toBeNull();
    }
    expect((await chainOf('acme')).map(({ seq }) => seq)).toEqual([1]);
  });

  const rows: [sentence: string, change: object, code: string, field: string][] = [
    ['the name of another', { organisation: 'acme' }, 'name-taken', 'organisation'],
    ['the fleet of another', { fleet: 'acme-one' }, 'name-taken', 'fleet'],
    ['the first fleet of all', { fleet: 'main' }, 'name-taken', 'fleet'],
    ['the person of another', { admin: { name: 'acme-admin', display: 'x' } }, 'name-taken', 'admin.name'],
    ['a name that is no name', { organisation: 'A b' }, 'bad-request', 'organisation'],
    ['a fleet that would leave its schema', { fleet: 'x"; drop' }, 'bad-request', 'fleet'],
  ];
  test.each(rows)('with %s is refused, and nothing of it is made', async (_, change, code, field) => {
    const before = await everything();
    const body = organisation('late', change);
    await expect(place.first.call('createOrganisation', { body })).rejects.toMatchObject(
      refusal(code, field),
    );
    expect(await everything()).toBe(before);
  });

  test('that breaks half-way leaves nothing', async () => {
    const { db } = place.database;
    await sql`CREATE SCHEMA fleet_broken_one; CREATE TABLE fleet_broken_one.settings ()`.execute(db);
    const before = await everything();
    const body = organisation('broken');
    await expect(place.first.call('createOrganisation', { body })).rejects.toThrow('500');
    expect(await everything()).toBe(before);
    await sql`DROP SCHEMA fleet_broken_one CASCADE`.execute(db);
    await place.first.call('createOrganisation', { body });
  });

  test('that is asked for twice at once is made once, and whole', async () => {
    const asked = await Promise.allSettled(
      Array.from({ length: 6 }, () =>
        place.first.call('createOrganisation', { body: organisation('twice') }),
      ),
    );
    expect(asked.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    const reasons = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as object] : []));
    for (const reason of reasons) expect(reason).toMatchObject(refusal('name-taken', 'organisation'));
    expect((await chainOf('twice')).length).toBe(1);
    expect(firstBroken(await chainOf('main'))).toBeNull();
  });

  test('is made with the token of the first run only', async () => {
    const context = await place.contextOf('main');
    const { secret } = await addToken(context, 'all-roles');
    const body = organisation('other');
    for (const client of [
      operatorClient(place.url, secret, fetch),
      (await addPerson({ context, url: place.url }, 'mina', ['admin'])).client,
    ]) {
      await expect(client.call('createOrganisation', { body })).rejects.toMatchObject(refusal('forbidden'));
      await expect(client.call('listOrganisations')).rejects.toMatchObject(refusal('forbidden'));
    }
  });
});

describe('a further fleet', () => {
  beforeAll(async () => {
    const url = `${place.url}/fleets/acme-one`;
    const context = await place.contextOf('acme-one');
    people = {
      admin: await addPerson({ context, url }, 'ada', ['admin']),
      viewer: await addPerson({ context, url }, 'vic', ['viewer']),
    };
  });
  const create = (client: OperatorClient, fleet: string) => {
    place.clock.time += 1_000;
    return client.call('createFleet', { body: { fleet, name: 'A second' } });
  };

  test('belongs to the organisation of who makes it, and has them as its admin', async () => {
    const { fleets } = await create(people.admin.client, 'acme-two');
    expect(fleets.map(({ fleet }) => fleet)).toEqual(['acme-one', 'acme-two']);
    const { organisation: of, pool } = await place.contextOf('acme-two');
    expect(of).toBe('acme');
    const { rows } = await pool.query(
      'SELECT count(*)::int AS devices, current_schema() AS schema FROM devices',
    );
    expect(rows).toEqual([{ devices: 0, schema: 'fleet_acme_two' }]);
    const client = signedInAt(people.admin.secret, 'acme-two');
    expect((await client.call('createFleetKey', { body: { because: 'x' } })).fleetKey).toMatch(
      /^tsf2\.acme-two\./,
    );
    const chain = await chainOf('acme');
    expect(chain.at(-2)).toMatchObject({ verb: 'fleet.create', fleet: null, person: 'ada' });
    expect(chain.at(-1)).toMatchObject({ verb: 'fleet-key.create', fleet: 'acme-two' });
    expect(firstBroken(chain)).toBeNull();
  });

  test('that a token makes is left to the admins of the fleet where it was made', async () => {
    const { secret } = await addToken(await place.contextOf('acme-one'), 'robot', ['admin']);
    await create(operatorClient(place.url, secret, fetch), 'acme-three');
    const { rows } =
      await sql`SELECT person, role FROM installation.roles WHERE fleet = 'acme-three'`.execute(
        place.database.db,
      );
    expect(rows).toEqual([{ person: 'ada', role: 'admin' }]);
  });

  test.each<[string, string, string]>([
    ['a name that another organisation uses', 'twice-one', 'name-taken'],
    ['a name that it uses itself', 'acme-one', 'name-taken'],
    ['a name that is none', 'ACME', 'bad-request'],
  ])('with %s is refused', async (_, fleet, code) => {
    const before = await everything();
    await expect(create(people.admin.client, fleet)).rejects.toMatchObject(refusal(code, 'fleet'));
    expect(await everything()).toBe(before);
  });

  test('too many are refused, also when the last ones are asked for at once', async () => {
    const { db } = place.database;
    await sql`INSERT INTO installation.fleets SELECT 'full-' || n, 'twice', 'x', 'fleet_full_' || n, 0
      FROM generate_series(1, 18) AS n`.execute(db);
    const { secret } = await addToken(await place.contextOf('twice-one'), 'filler', ['admin']);
    const client = operatorClient(place.url, secret, fetch);
    const asked = await Promise.allSettled(['a', 'b', 'c'].map((tail) => create(client, `more-${tail}`)));
    expect(asked.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    for (const one of asked)
      if (one.status === 'rejected') expect(one.reason).toMatchObject(refusal('forbidden'));
    await sql`DELETE FROM installation.fleets WHERE fleet LIKE 'full-%'`.execute(db);
  });

  test('is not for a viewer to make', async () => {
    await expect(create(people.viewer.client, 'acme-nine')).rejects.toMatchObject(refusal('forbidden'));
  });

  test('is seen by those who have a role in it, and by admins', async () => {
    const seen = async (client: OperatorClient) =>
      (await client.call('listFleets')).fleets.map(({ fleet }) => fleet);
    expect(await seen(people.viewer.client)).toEqual(['acme-one']);
    expect(await seen(people.admin.client)).toEqual(['acme-one', 'acme-two', 'acme-three']);
    await grant('vic', 'acme-two', 'operator');
    expect(await seen(people.viewer.client)).toEqual(['acme-one', 'acme-two']);
    const { secret } = await addToken(await place.contextOf('acme-two'), 'reader', ['viewer']);
    expect(await seen(operatorClient(place.url, secret, fetch))).toEqual(['acme-two']);
  });
});

describe('without a fleet in its path', () => {
  const addressed = async (client: OperatorClient) => {
    await place.database.pool.query(`DELETE FROM tickets`);
    for (const fleet of ['main', 'acme-one', 'acme-two', 'acme-three']) {
      const { pool } = await place.contextOf(fleet);
      await pool.query(`INSERT INTO tickets VALUES ($1, '0x1', NULL, 0) ON CONFLICT DO NOTHING`, [fleet]);
    }
    return (await client.call('listTickets')).tickets[0]?.ticket;
  };
  beforeEach(async () => {
    await place.database.pool.query(`DELETE FROM installation.roles WHERE person = 'vic'`);
  });

  test('a token means its own fleet, and that of the first run the first', async () => {
    const { secret } = await addToken(await place.contextOf('acme-three'), 'three', ['viewer']);
    expect(await addressed(operatorClient(place.url, secret, fetch))).toBe('acme-three');
    expect(await addressed(place.first)).toBe('main');
  });

  test('a person means the only fleet where they have a role, and of several the oldest', async () => {
    const client = signedInAt(people.viewer.secret, undefined);
    await grant('vic', 'acme-two', 'viewer');
    expect(await addressed(client)).toBe('acme-two');
    await grant('vic', 'acme-three', 'viewer');
    expect(await addressed(client)).toBe('acme-two');
    await grant('vic', 'acme-one', 'viewer');
    expect(await addressed(client)).toBe('acme-one');
  });

  test('a person without any role means a fleet of their organisation, and reads nothing there', async () => {
    const client = signedInAt(people.viewer.secret, undefined);
    await expect(client.call('listTickets')).rejects.toMatchObject(refusal('forbidden'));
    expect((await client.call('listFleets')).fleets).toEqual([]);
  });
});

function signedInAt(secret: string, fleet: string | undefined): OperatorClient {
  const base = fleet === undefined ? place.url : `${place.url}/fleets/${fleet}`;
  return operatorClient(base, undefined, (to, init) => {
    const headers = new Headers(init.headers);
    headers.set('cookie', `tuesday_session=${secret}`);
    headers.set('origin', place.url);
    return fetch(to, { ...init, headers });
  });
}

async function grant(person: string, fleet: string, role: Role): Promise<void> {
  await place.database.db.insertInto('installation.roles').values({ person, fleet, role }).execute();
}
