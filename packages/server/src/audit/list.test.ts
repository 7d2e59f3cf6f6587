import { RefusedByServer } from '@tuesday/protocol';
import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../db/schema.ts';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { addPerson } from '../testing/people.ts';
import { JUDGE } from './actor.ts';
import { listAudit } from './list.ts';
import { append } from './testing/log.ts';

let plane: TestPlane;
const MANY = 60_000;

beforeAll(async () => {
  plane = await testPlane();
  const { pool } = plane.database;
  await pool.query(`INSERT INTO installation.organisations VALUES ('acme', 'Acme', 0)`);
  await pool.query(
    `INSERT INTO installation.fleets VALUES ('second', 'main', 'Second', 'second', 0), ('theirs', 'acme', 'T', 'theirs', 0)`,
  );
  const say = async (verb: string, object: string, change: Parameters<typeof append>[1] = {}) => {
    plane.clock.time += 1_000;
    await append(plane.context, { verb, object, ...change });
  };
  const token = { label: 'ci', person: 'bob', origin: '192.0.2.1', factor: null };
  await say('rollout.create', 'rollout r-1');
  await say('rollout.start', 'rollout r-1', { actor: token });
  await say('rollout.halted', 'rollout r-1', { actor: JUDGE });
  await say('rollouts.tidy', 'rollout r-12');
  await say('device.hold', 'device d-1');
  await say('person.invite', 'person zoe', { place: { organisation: 'main', fleet: null } });
  await say('rollout.halt', 'rollout r-9', { place: { organisation: 'main', fleet: 'second' } });
  await say('rollout.halt', 'rollout r-1', { place: { organisation: 'acme', fleet: 'theirs' } });
});
afterAll(() => plane[Symbol.asyncDispose]());

const search = async (query: object, roles: Parameters<typeof listAudit>[1]['roles'] = ['admin']) =>
  (await listAudit(plane.context, { roles }, { after: 0, limit: 100, ...query })).entries.map(
    ({ seq }) => seq,
  );

describe('a search', () => {
  const at = (seq: number) => 1_795_510_800_000 + seq * 1_000;
  const rows: Array<[string, object, number[]]> = [
    ['for nothing shows this fleet and what concerns all', {}, [1, 2, 3, 4, 5, 6]],
    ['for a person', { actor: 'alice' }, [1, 4, 5, 6]],
    ['for the label of a token', { actor: 'ci' }, [2]],
    ['for the person behind a token', { actor: 'bob' }, [2]],
    ['for the judge', { actor: 'judge' }, [3]],
    ['for a part of a name finds nobody', { actor: 'ali' }, []],
    ['for the first word of a verb', { verb: 'rollout' }, [1, 2, 3]],
    ['for a whole verb', { verb: 'rollout.halted' }, [3]],
    ['for the beginning of a verb finds nothing', { verb: 'rollout.halt' }, []],
    ['for an object', { object: 'rollout r-1' }, [1, 2, 3]],
    ['for what stands after the first word of an object', { object: 'r-1' }, [1, 2, 3]],
    ['for the first word of an object finds nothing', { object: 'rollout' }, []],
    ['for a pattern finds nothing', { object: '%' }, []],
    ['from an instant, itself included', { from: at(3) }, [3, 4, 5, 6]],
    ['until an instant, itself not', { until: at(3) }, [1, 2]],
    [
      'for all of it together',
      { verb: 'rollout', object: 'r-1', actor: 'bob', from: at(2), until: at(3) },
      [2],
    ],
  ];
  test.each(rows)('%s', async (_, query, expected) => {
    expect(await search(query)).toEqual(expected);
  });

  test('comes in pages that leave nothing out', async () => {
    const seen: number[] = [];
    for (let after: number | null = 0; after !== null;) {
      const page: Awaited<ReturnType<typeof listAudit>> = await listAudit(
        plane.context,
        { roles: ['admin'] },
        { after, limit: 2, verb: 'rollout' },
      );
      seen.push(...page.entries.map(({ seq }) => seq));
      after = page.next;
    }
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe('who sees what', () => {
  test.each(['viewer', 'support', 'operator', 'approver', 'commander'] as const)(
    'a %s sees the fleet and not what concerns the whole organisation',
    async (role) => {
      expect(await search({}, [role])).toEqual([1, 2, 3, 4, 5]);
      expect(await search({ object: 'zoe' }, [role])).toEqual([]);
    },
  );

  test('a viewer may not take the log along, and an admin of one of two fleets may not either', async () => {
    const viewer = await addPerson(plane, 'vera', ['viewer']);
    const admin = await addPerson(plane, 'adam', ['admin']);
    const ask = (cookie: string) =>
      fetch(`${plane.url}/v1/audit/export`, { headers: { cookie: `tuesday_session=${cookie}` } });
    expect([(await ask(viewer.secret)).status, (await ask(admin.secret)).status]).toEqual([403, 403]);
    await expect(viewer.client.call('exportAudit')).rejects.toThrow(RefusedByServer);
    await expect(admin.client.call('exportAudit')).rejects.toThrow('adam is no admin of second');
    await plane.database.pool.query(`INSERT INTO installation.roles VALUES ('adam', 'second', 'admin')`);
    const answer = await ask(admin.secret);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'application/x-ndjson; charset=utf-8',
    ]);
    expect(await answer.text()).not.toContain('acme');
  });
});

test('in a long log every search goes by an index', async () => {
  const { pool } = plane.database;
  await pool.query(
    `INSERT INTO installation.audit_entries
     SELECT 'main', 100 + n, 1795510800000 + n * 1000, CASE n % 10 WHEN 0 THEN 'second' ELSE 'main' END,
       'p' || n % 50, 'p' || n % 50, '192.0.2.1', NULL, 'x' || n % 40 || '.y', 'device d' || n, '', NULL, NULL, '', ''
     FROM generate_series(1, ${MANY}) AS n`,
  );
  await pool.query('ANALYZE installation.audit_entries');
  const plans: string[] = [];
  for (const query of [
    {},
    { actor: 'bob' },
    { verb: 'rollout.halted' },
    { verb: 'rollout' },
    { object: 'r-1' },
    { object: 'device d777' },
    { from: 1_795_510_800_000, until: 1_795_510_805_000 },
    { after: MANY - 50 },
  ])
    plans.push(await explain(query));
  for (const plan of plans) expect(plan).not.toContain('Seq Scan');
  expect(plans).toHaveLength(8);
  for (const plan of plans) {
    const removed = [...plan.matchAll(/Rows Removed by Filter: (\d+)/g)].map(([, rows]) => Number(rows));
    expect(Math.max(0, ...removed)).toBeLessThan(200);
  }
});

/** The plan of the statement that the search really sends. */
async function explain(query: object): Promise<string> {
  const { pool } = plane.database;
  const sent: CompiledQuery[] = [];
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    log: (event) => void sent.push(event.query),
  });
  await listAudit({ ...plane.context, db }, { roles: ['admin'] }, { after: 0, limit: 100, ...query });
  expect(sent).toHaveLength(1);
  const [statement] = sent;
  const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ${statement?.sql}`,
    [...(statement?.parameters ?? [])],
  );
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
