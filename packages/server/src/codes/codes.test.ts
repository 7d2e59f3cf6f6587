/** Codes that no release documents: from the check-in of a device to the pager, and what people make of it. */
import type { DeclaredErrorCode } from '@tuesday/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  installTrust,
  publish,
  type Signers,
  type TestPlane,
  testPlane,
} from '../http/operator/testing/control-plane.ts';
import type { DeviceSide } from '../ingest/assembly.ts';
import { deviceSide, enrolDevices, report, tokenOf } from '../testing/fleet.ts';
import { addPerson } from '../testing/people.ts';
import { settleCodes } from './settle-codes.ts';

let plane: TestPlane;
let signers: Signers;
let sides: [DeviceSide, DeviceSide];
const documented: DeclaredErrorCode = {
  code: '0x45',
  title: 'No session',
  meaning: 'The broker dropped it.',
  customer: 'Wait.',
  severity: 'critical',
  failsHealth: true,
  texts: {},
};

beforeAll(async () => {
  plane = await testPlane();
  signers = await installTrust(plane);
  await publish(plane, signers, '3.2.4', { errorCodes: [documented] });
  await enrolDevices(plane.database.pool, 20);
  sides = [
    deviceSide(plane.database, plane.clock),
    deviceSide(plane.database, plane.clock, ['--shard', '1']),
  ];
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(async () => {
  await plane.database.pool.query(
    `TRUNCATE code_sightings, code_stubs, outbox, notice_channels CASCADE; UPDATE devices SET report = NULL, report_hash = NULL`,
  );
  await plane.database.pool.query(
    `INSERT INTO notice_channels (channel, name, kinds, by, shown, sealed, created_at)
     VALUES ('n-mail', 'mail', '{}', 'email', '', '', 0), ('n-pager', 'pager', '{}', 'pagerduty', '', '', 0),
       ('n-gates', 'gates', '{gate-passed}', 'slack', '', '', 0)`,
  );
});

async function say(device: string, errors: string[], side = sides[0], more = {}): Promise<void> {
  const body = Buffer.from(JSON.stringify(report({ errors, ...more })));
  expect((await side.door.answer('check-in', tokenOf(device), body)).status).toBe(200);
}

const settle = () => settleCodes(plane.context);
const list = async (state?: 'stub' | 'written' | 'documented') =>
  (await plane.client.call('listCodes', { query: state ? { state } : {} })).codes.map(
    ({ code, state, devices }) => `${code} ${state} ${devices}`,
  );

async function told(): Promise<string[]> {
  const { rows } = await plane.database.pool.query<{
    channel: string;
    effect: { notice: { kind: string; title: string } };
  }>('SELECT channel, effect FROM outbox ORDER BY id');
  return rows.map(({ channel, effect: { notice } }) => `${channel} ${notice.kind}: ${notice.title}`);
}

describe('a code that no release documents', () => {
  test('opens a stub with where it was seen first, and tells who wants to hear', async () => {
    await say('d3', ['0x077'], sides[0], { environment: { broker: 'mosquitto 2.0.18' } });
    expect(await settle()).toEqual({ told: ['0x77'], paged: [] });
    const view = await plane.client.call('viewCode', { params: { code: '0x0077' } });
    expect(view).toMatchObject({
      code: '0x77',
      state: 'stub',
      now: null,
      releases: [],
      stub: {
        openedAt: plane.clock.now(),
        seenBy: 'device',
        firstDevice: 'd3',
        firstRelease: '3.2.4',
        firstEnvironment: { broker: 'mosquitto 2.0.18' },
        devices: 1,
        pagedAt: null,
      },
    });
    expect(await told()).toEqual(['n-mail unknown-code: 0x77 was seen, and no release documents it']);
    expect(await settle()).toEqual({ told: [], paged: [] });
  });

  test('calls people when so many devices have it, once, and every channel', async () => {
    for (const device of ['d0', 'd1']) await say(device, ['0x77']);
    await settle();
    await say('d2', ['0x77']);
    await say('d2', ['0x77'], sides[0], { updates: 3 });
    expect(await settle()).toEqual({ told: [], paged: ['0x77'] });
    await say('d3', ['0x77']);
    expect(await settle()).toEqual({ told: [], paged: [] });
    expect((await told()).slice(1)).toEqual(
      ['n-gates', 'n-mail', 'n-pager'].map(
        (channel) =>
          `${channel} unknown-code-spreads: 0x77 is on 3 devices, and nobody has said what it means`,
      ),
    );
    expect(await list('stub')).toEqual(['0x77 stub 4']);
  });

  test('is counted once a device, whichever server hears it and whoever settles', async () => {
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        for (const side of sides) await say(`d${index}`, ['0x77', '0x78'], side, { updates: index });
      }),
    );
    const settled = await Promise.all([settle(), settle(), settle(), settle()]);
    await settle();
    const paged = settled.flatMap((one) => one?.paged ?? []);
    expect(paged.toSorted()).toEqual(['0x77', '0x78']);
    expect(await list('stub')).toEqual(['0x77 stub 20', '0x78 stub 20']);
    expect((await told()).filter((line) => line.startsWith('n-pager'))).toHaveLength(2);
  });

  test('is told together with others when there are many', async () => {
    await say('d0', ['0x71', '0x72', '0x73', '0x74']);
    await settle();
    expect(await told()).toEqual(['n-mail unknown-code: 4 codes were seen that no release documents']);
  });

  test('costs a device that invents codes no more than its share', async () => {
    for (let round = 0; round < 10; round++) {
      const errors = Array.from(
        { length: 32 },
        (_, index) => `0x${(1_000 + round * 32 + index).toString(16).toUpperCase()}`,
      );
      await say('d0', errors);
    }
    const { rows } = await plane.database.pool.query('SELECT FROM code_sightings');
    expect(rows.length).toBe(64);
  });

  test('and one that is documented leave no trace of the latter', async () => {
    await say('d0', ['0x45', '0x045']);
    expect(await settle()).toEqual({ told: [], paged: [] });
    const { rows } = await plane.database.pool.query('SELECT FROM code_sightings');
    expect(rows).toEqual([]);
  });

  test('leaves nothing half-done when settling breaks', async () => {
    await say('d0', ['0x77']);
    await plane.database.pool.query(
      'ALTER TABLE outbox ADD CONSTRAINT broken CHECK (channel IS NULL) NOT VALID',
    );
    await expect(settle()).rejects.toThrow('broken');
    await plane.database.pool.query('ALTER TABLE outbox DROP CONSTRAINT broken');
    expect(await list('stub')).toEqual([]);
    expect(await settle()).toEqual({ told: ['0x77'], paged: [] });
    expect(await told()).toHaveLength(1);
  });
});

describe('what a person writes down', () => {
  const entry = { title: 'Valve <stuck>', meaning: 'It does not move.', because: 'seen twice' };
  const write = (code: string) => plane.client.call('documentCode', { params: { code }, body: entry });

  test('fills the stub, keeps people from being called, and is in the log', async () => {
    await say('d0', ['0x77']);
    await settle();
    const view = await write('0x77');
    expect(view).toMatchObject({ state: 'written', now: { title: 'Valve <stuck>', severity: 'warning' } });
    for (const device of ['d1', 'd2', 'd3']) await say(device, ['0x77']);
    expect(await settle()).toEqual({ told: [], paged: [] });
    const { rows } = await plane.database.pool.query(
      `SELECT verb, object, because FROM installation.audit_entries ORDER BY seq DESC LIMIT 2`,
    );
    expect(rows).toEqual([
      { verb: 'code.document', object: 'code 0x77', because: 'seen twice' },
      { verb: 'code.open', object: 'code 0x77', because: 'seen, and documented by no release' },
    ]);
  });

  test('is refused where a release says it, and where nobody has seen the code', async () => {
    await expect(write('0x45')).rejects.toMatchObject({ refusal: { code: 'conflict', field: 'code' } });
    await expect(write('0x99')).rejects.toMatchObject({ refusal: { code: 'not-found', field: 'code' } });
  });

  test('takes the role that files tickets', async () => {
    await say('d0', ['0x77']);
    await settle();
    const vera = await addPerson(plane, 'vera', ['viewer']);
    const sam = await addPerson(plane, 'sam', ['support']);
    const call = { params: { code: '0x77' }, body: entry };
    await expect(vera.client.call('documentCode', call)).rejects.toMatchObject({
      refusal: { code: 'forbidden' },
    });
    expect((await sam.client.call('documentCode', call)).stub?.writtenBy).toBe('sam');
  });
});

describe('a release', () => {
  const other: DeclaredErrorCode = {
    ...documented,
    code: '0x079',
    title: 'New',
    severity: 'info',
    failsHealth: false,
  };
  test('that documents the code closes the stub, and what earlier ones said stays', async () => {
    await say('d0', ['0x79', '0x7A']);
    await settle();
    await publish(plane, signers, '3.2.5', {
      wayBack: '3.2.4',
      errorCodes: [{ ...documented, title: 'Out of sockets', failsHealth: false }, other],
    });
    expect(await list()).toEqual(['0x45 documented 0', '0x79 documented 1', '0x7A stub 1']);
    const { stub } = await plane.client.call('viewCode', { params: { code: '0x79' } });
    expect(stub).toMatchObject({ closedBy: '3.2.5', closedAt: plane.clock.now() });
    const { now, releases } = await plane.client.call('viewCode', { params: { code: '0x45' } });
    expect([now?.title, now?.failsHealth]).toEqual(['Out of sockets', false]);
    expect(releases.map(({ release, title, failsHealth }) => [release, title, failsHealth])).toEqual([
      ['3.2.5', 'Out of sockets', false],
      ['3.2.4', 'No session', true],
    ]);
    await say('d1', ['0x79']);
    expect(await settle()).toEqual({ told: [], paged: [] });
  });

  test('that can raise what it does not document is refused, and the codes are named', async () => {
    const body = {
      version: '3.2.6',
      wayBack: '3.2.4',
      artifacts: [{ hardware: 'th-2', size: 1, sha256: 'a'.repeat(64) }],
      errorCodes: [documented],
      raises: ['0x40-0x5F', '0x9'],
    };
    await expect(plane.client.call('createRelease', { body })).rejects.toMatchObject({
      refusal: {
        code: 'codes-undocumented',
        field: 'raises',
        because:
          'release 3.2.6 can raise codes that it does not document: 0x9, 0x40, 0x41, 0x42, 0x43, 0x44, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F, 0x50, 0x51, 0x52, 0x53, and 12 more',
      },
    });
    const fit = { ...body, raises: ['0x45'] };
    expect((await plane.client.call('createRelease', { body: fit })).version).toBe('3.2.6');
  });
});

test('the catalogue is searched and paged by number', async () => {
  const codes = async (query: object) =>
    (await plane.client.call('listCodes', { query })).codes.map(({ code }) => code);
  await say('d0', ['0x10', '0x9', '0x100']);
  await settle();
  expect(await codes({ state: 'stub' })).toEqual(['0x9', '0x10', '0x100']);
  expect(await codes({ state: 'stub', limit: 1, after: '0x9' })).toEqual(['0x10']);
  expect(await codes({ search: 'SOCKETS' })).toEqual(['0x45']);
  expect(await codes({ search: '%' })).toEqual([]);
  expect(await codes({ severity: 'info' })).toEqual(['0x79']);
  expect((await plane.client.call('listCodes', { query: { limit: 2 } })).next).toBe('0x10');
});
