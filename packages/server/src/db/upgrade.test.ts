/** A database of the first version, before there were people: nothing that was in it is lost. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { policySchema, wallClock } from '@tuesday/protocol';
import { type ChainedEntry, firstBroken, GENESIS, hashEntry } from '@tuesday/trust';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAudit } from '../audit/list.ts';
import { viewCode } from '../codes/view-code.ts';
import { hashToken } from '../devices/tokens.ts';
import { readPolicy } from '../policy/policy.ts';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { migrate } from './migrate.ts';

const FIRST = ['0001-first.sql', '0002-trial.sql', '0003-tickets.sql'];
const calendar = {
  zone: 'Europe/Berlin',
  windows: [{ days: ['thursday'], from: '10:00', to: '11:00' }],
  freezes: [{ name: 'fair', from: '2026-11-24', to: '2026-11-25' }],
};

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  const { pool } = database;
  await pool.query('DROP SCHEMA public CASCADE; DROP SCHEMA installation CASCADE; CREATE SCHEMA public');
  await pool.query('CREATE TABLE migrations (name text PRIMARY KEY, applied_at timestamptz DEFAULT now())');
  for (const name of FIRST) {
    await pool.query(readFileSync(join(import.meta.dirname, 'migrations', name), 'utf8'));
    await pool.query('INSERT INTO migrations (name) VALUES ($1)', [name]);
  }
  await pool.query('INSERT INTO operator_tokens VALUES ($1, $2, 7)', [hashToken('tso1.old'), 'operator']);
  await pool.query(`INSERT INTO settings VALUES ('calendar', $1), ('session:abc', '{"label":"x"}')`, [
    JSON.stringify(calendar),
  ]);
  await pool.query(
    `INSERT INTO releases (version, state, manifest, created_at, published_at) VALUES ('1.0.0', 'published', $1, 5, 6), ('1.1.0', 'draft', $1, 7, NULL)`,
    [
      JSON.stringify({
        version: '1.0.0',
        errorCodes: [{ code: '0x045', title: 'T', meaning: 'M', failsHealth: true }],
      }),
    ],
  );
  await pool.query(`INSERT INTO tickets (ticket, code, at) VALUES ('1', '0x045', 5), ('2', '0x0', 5)`);
  let previous = GENESIS;
  for (const seq of [1, 2, 3]) {
    const entry: ChainedEntry = {
      seq,
      at: seq,
      fleet: null,
      actor: 'operator',
      person: null,
      origin: null,
      factor: null,
      verb: 'rollout.halt',
      object: `rollout r-${seq}`,
      because: 'smoke',
      before: { phase: 'soaking' },
      after: null,
      previous,
    };
    const hash = hashEntry(entry);
    await pool.query(
      `INSERT INTO audit_entries (seq, at, actor, verb, object, because, before, after, previous, hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8, $9)`,
      [
        seq,
        seq,
        entry.actor,
        entry.verb,
        entry.object,
        entry.because,
        JSON.stringify(entry.before),
        previous,
        hash,
      ],
    );
    previous = hash;
  }
  await migrate(pool);
});
afterAll(() => database.drop());

test('the token of the first run still opens everything in the first fleet', async () => {
  const { rows } = await database.pool.query(
    'SELECT label, fleet, installation, roles FROM installation.tokens WHERE hash = $1',
    [hashToken('tso1.old')],
  );
  expect(rows).toEqual([
    {
      label: 'operator',
      fleet: 'main',
      installation: true,
      roles: ['viewer', 'support', 'operator', 'approver', 'commander', 'admin'],
    },
  ]);
});

test('the log is whole, in one chain, and an admin reads it', async () => {
  const parts = { db: database.db, organisation: 'main', fleet: 'main' };
  const { entries } = await listAudit(parts, { roles: ['admin'] }, { after: 0, limit: 10 });
  expect(entries.map(({ seq, object }) => [seq, object])).toEqual([
    [1, 'rollout r-1'],
    [2, 'rollout r-2'],
    [3, 'rollout r-3'],
  ]);
  expect(firstBroken(entries)).toBeNull();
});

test('the calendar that people had chosen is that of the policy; what it did not have is the golden rule’s', async () => {
  const policy = await readPolicy(database.db);
  expect(policy).toEqual(policySchema.parse({ preset: 'custom', calendar }));
  expect([policy.approvals.needed, policy.watch.required]).toEqual([1, true]);
});

test('sessions of before are ended', async () => {
  const { rows } = await database.pool.query(`SELECT key FROM settings WHERE key LIKE 'session:%'`);
  expect(rows).toEqual([]);
});

test('the codes of releases that were published are in the catalogue, in the form in which they are asked for', async () => {
  const parts = { db: database.db, clock: { ...wallClock(), now: () => 8 } };
  expect(await viewCode(parts, '0x45')).toMatchObject({
    state: 'documented',
    now: { title: 'T', severity: 'warning', customer: '', texts: {} },
    releases: [{ release: '1.0.0', publishedAt: 6 }],
    tickets: { lastDay: 1, dayBefore: 0 },
  });
  const { rows } = await database.pool.query('SELECT code FROM tickets ORDER BY ticket');
  expect(rows).toEqual([{ code: '0x45' }, { code: '0x0' }]);
});
