/** The gate of parity, through the API: real keys, real rows, devices that check in. */
import { hash } from 'node:crypto';
import {
  type Attestation,
  type Cell,
  type CellResult,
  isRefused,
  type MatrixStatement,
  type PlanInput,
  type PolicyInput,
  RefusedByServer,
} from '@tuesday/protocol';
import { generateKey, type KeyPair, signAttestation } from '@tuesday/trust';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bytesOf, publishTwo, testPlane, type TestPlane } from '../http/operator/testing/control-plane.ts';
import { writePolicy } from '../policy/policy.ts';
import { startRollout } from '../rollouts/start.ts';
import { tick } from '../rollouts/tick.ts';
import { countersAndRecount, deviceSide, enrolDevices, report, tokenOf } from '../testing/fleet.ts';
import { freeHands } from '../testing/policy.ts';
import { renewUntested } from './untested.ts';

const STAGING = 'mosquitto 2.0.15';
const SELF_HOSTED = 'mosquitto 2.0.18';
const HOUR = 3_600_000;

let plane: TestPlane;
let ci: KeyPair;
let began: number;

beforeAll(async () => {
  plane = await testPlane();
  began = plane.clock.time;
  await publishTwo(plane);
  ci = generateKey();
  await plane.client.call('addTester', { body: { name: 'ci', publicKey: ci.public.keyval.public } });
});
afterAll(() => plane[Symbol.asyncDispose]());

beforeEach(async () => {
  plane.clock.time = began;
  await plane.database.pool.query(
    `TRUNCATE rollouts, rollout_events, members, evidence_counts, attestations, attested_cells, devices, contacts,
     environment_counts, environment_values CASCADE`,
  );
  await policy({ dimensions: [{ name: 'broker', verb: 'runs', normalise: { cutAfterVersion: '-' } }] });
  await fleet(100, (index) => ({ broker: index < 15 ? SELF_HOSTED : STAGING }));
});

const policy = (parity: PolicyInput['parity']) => writePolicy(plane.database.db, { ...freeHands(), parity });

let updates = 0;

async function fleet(count: number, environment: (index: number) => Record<string, string>): Promise<void> {
  const devices = await enrolDevices(plane.database.pool, count);
  await Promise.all(devices.map((device, index) => checkIn(device, environment(index))));
}

/** @returns what it is told */
async function checkIn(device: string, environment: Record<string, string>, version = '3.2.4') {
  const { door } = deviceSide(plane.database, plane.clock);
  const body = JSON.stringify(report({ environment, updates: ++updates }, version));
  const answer = await door.answer('check-in', tokenOf(device), Buffer.from(body));
  return (JSON.parse(answer.body) as { offer: { kind: string; because?: string } }).offer;
}

type Seen = readonly [
  cell: Cell,
  result: CellResult,
  more?: Partial<MatrixStatement['predicate']['cells'][number]>,
];

function statement(
  seen: readonly Seen[],
  change: Partial<MatrixStatement['predicate']> = {},
): MatrixStatement {
  const { time } = plane.clock;
  const [release, hardware] = ['3.2.5', 'th-2'];
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: `${release}/${hardware}.bundle`, digest: { sha256: hash('sha256', bytesOf(release), 'hex') } },
    ],
    predicateType: 'urn:tuesday:matrix:v1',
    predicate: {
      release,
      hardware,
      startedAt: time,
      finishedAt: time,
      runner: 'test',
      dimensions: ['broker'],
      cells: seen.map(([cell, result, more]) => ({
        cell,
        result,
        because: result === 'failed' ? 'it died with 0x45 after 71 minutes' : '',
        devices: 3,
        finishedAt: time,
        soak: { realSeconds: 60, deviceSeconds: 14_400 },
        scenarios: [],
        log: null,
        ...more,
      })),
      ...change,
    },
  };
}

const attest = (attestation: Attestation) =>
  plane.client.call('attest', { params: { version: '3.2.5' }, body: attestation });
const tested = (...seen: Seen[]) => attest(signAttestation(statement(seen), ci));

const plan = (parity?: PlanInput['parity']): PlanInput => ({
  name: 'p',
  release: '3.2.5',
  coverage: 0,
  holdOut: 0,
  stages: [
    { share: 0.1, soak: '1h' },
    { share: 1, soak: '1h' },
  ],
  ...(parity ? { parity } : {}),
});

async function start(parity?: PlanInput['parity']) {
  const { rollout } = await plane.client.call('createRollout', { body: plan(parity) });
  const started = await startRollout(plane.context, plane.actor, rollout);
  return { rollout, started };
}

async function begin(parity?: PlanInput['parity']): Promise<string> {
  const { rollout, started } = await start(parity);
  if (isRefused(started)) throw new Error(started.refused.because);
  await tick(plane.context, rollout);
  return rollout;
}

async function states(rollout: string): Promise<Record<string, number>> {
  const { rows } = await plane.database.pool.query<{ state: string; devices: number }>(
    'SELECT state, count(*)::int AS devices FROM members WHERE rollout = $1 GROUP BY state ORDER BY state',
    [rollout],
  );
  return Object.fromEntries(rows.map(({ state, devices }) => [state, devices]));
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'taken',
    (error: unknown) => (error instanceof RefusedByServer ? error.refusal.code : error),
  );

describe('the incident on Tuesday', () => {
  test('tested on the broker of staging alone, it is refused in the sentence that was missing', async () => {
    await tested([{ broker: STAGING }, 'passed']);
    const { started } = await start();
    expect(started).toMatchObject({
      refused: {
        code: 'untested',
        because: `15 % of the fleet runs ${SELF_HOSTED}; 3.2.5 was never tested there.`,
      },
    });
    const { rows } = await plane.database.pool.query(
      "SELECT because FROM installation.audit_entries WHERE verb = 'rollout.start-refused'",
    );
    expect(rows.at(-1)).toEqual({
      because: `untested: 15 % of the fleet runs ${SELF_HOSTED}; 3.2.5 was never tested there.`,
    });
  });

  test('with the whole matrix the failing cell shows before anything ships', async () => {
    await tested([{ broker: STAGING }, 'passed'], [{ broker: SELF_HOSTED }, 'failed']);
    const parity = await plane.client.call('viewParity', { params: { version: '3.2.5' } });
    expect(parity).toMatchObject({ verdict: 'closed', uncovered: 0.15, devices: 100 });
    expect(parity.values.map(({ value, share, cover }) => [value, share, cover])).toEqual([
      [STAGING, 0.85, 'passed'],
      [SELF_HOSTED, 0.15, 'failed'],
    ]);
    expect((await start()).started).toMatchObject({
      refused: {
        because: `3.2.5 failed its test with broker = ${SELF_HOSTED}, hardware = th-2: it died with 0x45 after 71 minutes (15 % of the fleet).`,
      },
    });
  });

  test('tested where the fleet lives, it starts, and nobody is held', async () => {
    await tested([{ broker: STAGING }, 'passed'], [{ broker: `${SELF_HOSTED}-1+deb12` }, 'passed']);
    expect(await states(await begin())).toEqual({ waiting: 100 });
  });
});

describe('a plan that excludes what was not tested', () => {
  test('starts without those devices, says so, and offers them when the evidence arrives', async () => {
    await tested([{ broker: STAGING }, 'passed']);
    const rollout = await begin({ gap: 'exclude' });
    expect(await states(rollout)).toEqual({ untested: 15, waiting: 85 });
    const { events } = await plane.client.call('viewRollout', { params: { rollout } });
    expect(events[0]?.because).toContain('with 100 devices, 15 of them held for want of tests');
    expect(await checkIn('d3', { broker: SELF_HOSTED })).toEqual({
      kind: 'none',
      because: expect.stringMatching(/The stage of this device|held/) as string,
    });
    await plane.database.pool.query("UPDATE members SET stage = 0 WHERE device = 'd3'");
    expect(await checkIn('d3', { broker: SELF_HOSTED })).toEqual({
      kind: 'none',
      because: `This device is held: 3.2.5 was not tested for this device: broker = ${SELF_HOSTED} is untested, never tested.`,
    });
    plane.clock.time += HOUR;
    await tested([{ broker: SELF_HOSTED }, 'passed']);
    expect(await checkIn('d3', { broker: SELF_HOSTED })).toMatchObject({ kind: 'update' });
    expect(await states(rollout)).toEqual({ untested: 14, waiting: 86 });
  });

  test('is refused when nobody is left', async () => {
    await tested([{ broker: 'nats' }, 'passed']);
    expect((await start({ gap: 'exclude' })).started).toMatchObject({
      refused: { code: 'untested', because: 'every device that 3.2.5 is for is held for want of tests' },
    });
    expect(await plane.database.pool.query('SELECT 1 FROM members')).toMatchObject({ rowCount: 0 });
  });

  test('counts those who are held neither as offered nor as control', async () => {
    await tested([{ broker: STAGING }, 'passed']);
    const rollout = await begin({ gap: 'exclude' });
    const view = await plane.client.call('viewRollout', { params: { rollout } });
    const held = await plane.database.pool.query(
      "SELECT 1 FROM members WHERE state = 'untested' AND stage = 0",
    );
    expect(view.untested).toBe(15);
    expect(view.stages[0]?.evidence.offered).toBe(10 - (held.rowCount ?? 0));
    expect((view.stages[0]?.evidence.offered ?? 0) + view.control.devices).toBe(85);
  });
});

test('a value that appears during the rollout is held until it is covered', async () => {
  await tested([{ broker: STAGING }, 'passed'], [{ broker: SELF_HOSTED }, 'passed']);
  const rollout = await begin();
  await plane.database.pool.query("UPDATE members SET stage = 0 WHERE device = 'd50'");
  expect(await checkIn('d50', { broker: 'mosquitto 2.1.2' })).toMatchObject({
    kind: 'none',
    because: expect.stringContaining('broker = mosquitto 2.1.2 is untested') as string,
  });
  expect(await states(rollout)).toEqual({ untested: 1, waiting: 99 });
  plane.clock.time += HOUR;
  await tested([{ broker: 'mosquitto 2.1.2' }, 'passed']);
  expect(await checkIn('d50', { broker: 'mosquitto 2.1.2' })).toMatchObject({ kind: 'update' });
});

test('a cell that fails while the rollout goes on holds its devices', async () => {
  await tested([{ broker: STAGING }, 'passed'], [{ broker: SELF_HOSTED }, 'passed']);
  const rollout = await begin();
  plane.clock.time += HOUR / 2;
  await tested([{ broker: SELF_HOSTED }, 'failed']);
  expect(await checkIn('d3', { broker: SELF_HOSTED })).toMatchObject({ kind: 'none' });
  expect(await states(rollout)).toMatchObject({ untested: 1 });
});

describe('a plan that is capped', () => {
  test('starts with everybody, and stops before the first stage beyond its cap', async () => {
    await tested([{ broker: STAGING }, 'passed']);
    const rollout = await begin({ gap: 'cap', upTo: 0.1 });
    expect(await states(rollout)).toEqual({ waiting: 100 });
    expect(await plane.client.call('viewRollout', { params: { rollout } })).toMatchObject({ stage: 0 });
  });

  test('does not begin with a stage that is beyond its cap', async () => {
    await tested([{ broker: STAGING }, 'passed']);
    const rollout = await begin({ gap: 'cap', upTo: 0.05 });
    expect(await plane.client.call('viewRollout', { params: { rollout } })).toMatchObject({
      stage: null,
      because: `Stage 1 waits: the plan goes no further than 5 % of the fleet before that is tested: 15 % of the fleet runs ${SELF_HOSTED}; 3.2.5 was never tested there.`,
    });
  });

  test('holds those whose cell failed all the same', async () => {
    await tested([{ broker: STAGING }, 'passed'], [{ broker: SELF_HOSTED }, 'failed']);
    expect(await states(await begin({ gap: 'cap', upTo: 0.1 }))).toEqual({ untested: 15, waiting: 85 });
  });
});

test('results that grow old during the rollout hold who is not through', async () => {
  await tested([{ broker: STAGING }, 'passed'], [{ broker: SELF_HOSTED }, 'passed']);
  const rollout = await begin();
  plane.clock.time += 91 * 24 * HOUR;
  expect(
    await plane.database.db.transaction().execute((trx) => renewUntested(trx, plane.clock.time)),
  ).toEqual([rollout]);
  expect(await checkIn('d3', { broker: SELF_HOSTED })).toMatchObject({ kind: 'none' });
  expect(await states(rollout)).toMatchObject({ untested: 1 });
});

test('a release can ask for more staging than the policy', async () => {
  await plane.database.pool.query(
    `UPDATE releases SET manifest = manifest || '{"stagingSoak":"3h"}' WHERE version = '3.2.5'`,
  );
  await tested([{ broker: STAGING }, 'passed'], [{ broker: SELF_HOSTED }, 'passed']);
  const soak = () => plane.client.call('viewParity', { params: { version: '3.2.5' } });
  expect(await soak()).toMatchObject({ verdict: 'closed', values: [{ cover: 'short' }, { cover: 'short' }] });
  await policy({ dimensions: [{ name: 'broker' }], acceleratedSoak: true });
  expect(await soak()).toMatchObject({ verdict: 'open', values: [{ soakSeconds: 14_400 }, {}] });
  await plane.database.pool.query(`UPDATE releases SET manifest = manifest - 'stagingSoak'`);
});

test('counters stay what counting the members gives', async () => {
  await tested([{ broker: STAGING }, 'passed']);
  const rollout = await begin({ gap: 'exclude' });
  for (const index of [0, 20, 40, 60])
    await checkIn(`d${index}`, { broker: index < 30 ? STAGING : 'mosquitto 2.1.2' });
  plane.clock.time += HOUR;
  await tested([{ broker: 'mosquitto 2.1.2' }, 'passed']);
  await checkIn('d40', { broker: 'mosquitto 2.1.2' });
  await checkIn('d60', { broker: SELF_HOSTED });
  const { counters, recount } = await countersAndRecount(plane.database.pool, rollout);
  expect(counters).toEqual(recount);
  expect(await states(rollout)).toEqual({ untested: 15, waiting: 85 });
});

describe('an attestation', () => {
  const good = () => signAttestation(statement([[{ broker: STAGING }, 'passed']]), ci);
  const altered = (attestation: Attestation, from: string, to: string): Attestation => ({
    ...attestation,
    payload: Buffer.from(
      Buffer.from(attestation.payload, 'base64').toString('utf8').replace(from, to),
    ).toString('base64'),
  });
  test.each<[string, () => Attestation, string]>([
    [
      'by nobody that the fleet knows',
      () => signAttestation(statement([[{ broker: STAGING }, 'passed']]), generateKey()),
      'attestation-unsigned',
    ],
    ['without a signature', () => ({ ...good(), signatures: [] }), 'attestation-unsigned'],
    ['that was altered', () => altered(good(), 'passed', 'failed'), 'attestation-altered'],
    [
      'of another release',
      () => signAttestation(statement([[{ broker: STAGING }, 'passed']], { release: '3.2.4' }), ci),
      'attestation-elsewhere',
    ],
    [
      'of another model',
      () => signAttestation(statement([[{ broker: STAGING }, 'passed']], { hardware: 'th-1' }), ci),
      'attestation-elsewhere',
    ],
    [
      'about other bytes',
      () =>
        signAttestation(
          {
            ...statement([[{ broker: STAGING }, 'passed']]),
            subject: [{ name: '3.2.5/th-2.bundle', digest: { sha256: '0'.repeat(64) } }],
          },
          ci,
        ),
      'attestation-elsewhere',
    ],
    [
      'from the future',
      () =>
        signAttestation(
          statement([[{ broker: STAGING }, 'passed', { finishedAt: plane.clock.time + HOUR }]]),
          ci,
        ),
      'bad-request',
    ],
  ])('%s is refused, and nothing is kept', async (_, make, code) => {
    expect(await codeOf(attest(make()))).toBe(code);
    expect(await plane.client.call('listAttestations', { params: { version: '3.2.5' } })).toEqual({
      attestations: [],
    });
  });

  test('that is sent twice counts once', async () => {
    const one = good();
    const view = await attest(one);
    expect(view).toMatchObject({ tester: 'ci', passed: 1, failed: 0, notRun: 0 });
    plane.clock.time += HOUR;
    await attest(one);
    const params = { version: '3.2.5' };
    expect(await plane.client.call('listAttestations', { params })).toEqual({ attestations: [view] });
    expect(
      await plane.client.call('viewAttestation', { params: { ...params, digest: view.sha256 } }),
    ).toEqual(one);
  });

  test('of a tester that is revoked does not count any more, and its key never again', async () => {
    const key = generateKey();
    const { public: of } = key;
    const body = { name: 'lab', publicKey: of.keyval.public };
    await plane.client.call('addTester', { body });
    expect(await codeOf(plane.client.call('addTester', { body }))).toBe('conflict');
    await attest(
      signAttestation(
        statement([
          [{ broker: STAGING }, 'passed'],
          [{ broker: SELF_HOSTED }, 'passed'],
        ]),
        key,
      ),
    );
    expect(await plane.client.call('viewParity', { params: { version: '3.2.5' } })).toMatchObject({
      verdict: 'open',
    });
    const { testers } = await plane.client.call('revokeTester', {
      params: { name: 'lab' },
      body: { because: 'leaked' },
    });
    expect(testers.find(({ name }) => name === 'lab')).toMatchObject({
      name: 'lab',
      revokedAt: plane.clock.time,
    });
    expect(await plane.client.call('viewParity', { params: { version: '3.2.5' } })).toMatchObject({
      verdict: 'closed',
    });
    expect(await codeOf(plane.client.call('addTester', { body: { ...body, name: 'lab-2' } }))).toBe(
      'conflict',
    );
    expect(
      await codeOf(
        plane.client.call('revokeTester', { params: { name: 'lab' }, body: { because: 'again' } }),
      ),
    ).toBe('not-found');
  });
});
