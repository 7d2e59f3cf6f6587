/**
 * The Friday incident again, with people: what was one click is refused, what took two people and a plane takes one
 * and a minute, and the log of it all can be proved. Each scene is the real server at the hour of that scene.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Person } from '@tuesday/cli';
import { formatClock, type PlanInput, RefusedByServer, type Role, startClock } from '@tuesday/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ScriptedDevice } from './testing/scripted-device.ts';
import { root, ServerProcess } from './testing/server-process.ts';
import { publishSigned, trustAliceAndBob } from './testing/signed-release.ts';

const ZONE = 'America/New_York';
const FRIDAY_1730 = Date.parse('2026-11-20T17:30:00-05:00');
const TUESDAY_0910 = Date.parse('2026-11-24T09:10:00-05:00');
const SATURDAY_1030 = Date.parse('2026-11-28T10:30:00-05:00');

const everybody: PlanInput = {
  name: 'deploy to all',
  release: '3.2.5',
  stages: [{ share: 1, soak: '24h' }],
  coverage: 0,
  holdOut: 0,
};
const staged: PlanInput = {
  name: 'thermostat 3.2.5',
  release: '3.2.5',
  stages: [
    { share: 0.5, soak: '24h' },
    { share: 1, soak: '48h' },
  ],
  coverage: 2,
};

/** What the log must tell, in this order. */
const STORY = [
  'alice rollout.start-refused',
  'alice rollout.cancel',
  'alice approval.request',
  'bob approval.consent by totp',
  'alice rollout.start',
  'alice watch.acknowledge',
  'judge rollout.stage-opened',
  'alice rollout.halt',
  'alice rollout.recall',
];

let server: ServerProcess;
let alice: Person;
let bob: Person;
let devices: ScriptedDevice[];
let rollout = '';

/** Ends the server and starts it at the hour of the next scene. */
async function scene(at: number): Promise<void> {
  await server.end('SIGTERM');
  server.clock = formatClock(startClock(at, 1));
  await server.start();
  // A session does not last for days.
  await alice.signInAgain();
}

async function refusalOf(doing: Promise<unknown>) {
  const refused = await doing.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refused instanceof RefusedByServer)) throw new Error('it was not refused', { cause: refused });
  return refused.refusal;
}

async function invite(name: string, roles: Role[]): Promise<Person> {
  const { invitation } = await server.operator.call('invitePerson', {
    body: { name, display: name, roles: { main: roles } },
  });
  return Person.join(server.url, invitation, { name, password: 'four plain words do' });
}

beforeAll(async () => {
  server = await ServerProcess.make(formatClock(startClock(FRIDAY_1730, 1)));
  await server.start();
  await trustAliceAndBob(server);
  await publishSigned(server, '3.2.4');
  await publishSigned(server, '3.2.5', '--way-back', '3.2.4');
  alice = await invite('alice', ['operator', 'approver', 'commander']);
  bob = await invite('bob', ['operator', 'approver']);
  await server.operator.call('setPolicy', {
    body: {
      policy: {
        preset: 'golden-rule',
        calendar: {
          zone: ZONE,
          windows: [{ days: ['tuesday', 'wednesday'], from: '09:00', to: '12:00' }],
        },
        holidays: { country: 'US' },
      },
      because: 'never again on a Friday',
    },
  });
  await alice.client.call('setRoster', {
    body: {
      roster: {
        zone: ZONE,
        rotations: [{ name: 'on call', people: ['alice'], from: '2026-11-16', days: 28 }],
      },
      because: 'November',
    },
  });
  devices = Array.from(
    { length: 40 },
    (_, index) => new ScriptedDevice(server.url, `th-${index}`, { region: 'us-east' }, false, '3.2.4'),
  );
  for (const device of devices) {
    await device.enrol(server.secret('fleet.json', 'fleetKey'));
    await device.round(FRIDAY_1730);
  }
}, 120_000);
afterAll(() => server.remove());

describe('Friday 17:30', () => {
  test('"deploy to all" is refused, with the reason and the earliest time', async () => {
    const created = await alice.client.call('createRollout', { body: everybody });
    const refused = await refusalOf(
      alice.client.call('startRollout', { params: { rollout: created.rollout }, body: {} }),
    );
    expect(refused.code).toBe('outside-window');
    expect(refused.because).toContain('Friday 17:30');
    expect(refused.because).toContain('Tue 24 Nov 09:00');
    await alice.client.call('cancelRollout', {
      params: { rollout: created.rollout },
      body: { because: 'the product was right' },
    });
  });

  test('a staged plan wants a second person, and its author is not one', async () => {
    ({ rollout } = await alice.client.call('createRollout', { body: staged }));
    const asked = await alice.client.call('requestApproval', { params: { rollout }, body: {} });
    const proof = { digest: asked.digest, factor: await alice.factor() };
    const params = { approval: asked.approval };
    const own = await refusalOf(alice.client.call('approve', { params, body: proof }));
    expect(own.code).toBe('own-request');
    const body = { digest: asked.digest, factor: await bob.factor() };
    const given = await bob.client.call('approve', { params, body });
    expect(given.state).toBe('approved');
    await alice.client.call('startRollout', { params: { rollout }, body: { schedule: true } });
    const view = await alice.client.call('viewRollout', { params: { rollout } });
    expect(view.phase).toBe('scheduled');
    for (const device of devices) await device.round(FRIDAY_1730);
    expect(devices.filter(({ version }) => version === '3.2.5')).toEqual([]);
  });
});

describe('Tuesday 09:10', () => {
  test('the first stage opens once somebody has said that they watch it, and not before', async () => {
    await scene(TUESDAY_0910);
    await expect
      .poll(async () => (await alice.client.call('viewRollout', { params: { rollout } })).because, {
        timeout: 15_000,
      })
      .toContain('acknowledge');
    await alice.client.call('acknowledgeWatch', { params: { rollout }, body: {} });
    await expect
      .poll(async () => (await alice.client.call('viewRollout', { params: { rollout } })).phase, {
        timeout: 15_000,
      })
      .toBe('soaking');
    // Once for the offer, once for its outcomes.
    for (const device of [...devices, ...devices]) await device.round(TUESDAY_0910);
    expect(devices.filter(({ version }) => version === '3.2.5').length).toBeGreaterThanOrEqual(10);
  });
});

describe('Saturday 10:30, and bob is on a plane', () => {
  test('one person halts and sends the fleet back, within a minute by the clock', async () => {
    await scene(SATURDAY_1030);
    const before = (await alice.client.call('status')).now;
    const halted = await alice.client.call('haltRollout', {
      params: { rollout },
      body: { because: '340 tickets with 0x45' },
    });
    expect(halted.durable).toBe(true);
    await alice.client.call('recallRollout', { params: { rollout }, body: { because: 'back to 3.2.4' } });
    for (const device of [...devices, ...devices]) await device.round(SATURDAY_1030);
    const after = (await alice.client.call('status')).now;
    expect(devices.filter(({ version }) => version !== '3.2.4')).toEqual([]);
    // Clock time of the story, which one person's two requests do not stretch; not a benchmark.
    expect(after - before).toBeLessThan(60_000);
  });
});

describe('afterwards', () => {
  test('the log tells the whole story, verifies without a server, and names the entry of any changed byte', async () => {
    await server.tuesday('audit', 'export', '--out', 'audit.jsonl');
    await server.end('SIGTERM');
    const file = join(server.folder, 'audit.jsonl');
    const verify = (path: string) =>
      promisify(execFile)(
        process.execPath,
        [join(root, 'packages/cli/bin/tuesday.mjs'), 'audit', 'verify', path],
        {
          cwd: server.folder,
          env: { ...process.env, TUESDAY_SERVER: '', TUESDAY_TOKEN: '' },
        },
      );
    expect((await verify(file)).stdout).toMatch(/\d+ entries/);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const told = lines.flatMap((line) => {
      const { entry } = JSON.parse(line) as { entry?: { verb: string; actor: string; factor?: string } };
      return entry ? [`${entry.actor} ${entry.verb}${entry.factor ? ` by ${entry.factor}` : ''}`] : [];
    });
    const places = STORY.map((what) => told.indexOf(what));
    expect(places, told.join('\n')).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    const halt = lines.findIndex((line) => line.includes('"rollout.halt"'));
    const forged = lines.map((line, index) => (index === halt ? line.replace('340', '341') : line));
    writeFileSync(file, `${forged.join('\n')}\n`);
    const seq = (JSON.parse(lines[halt] ?? '{}') as { entry: { seq: number } }).entry.seq;
    const failure = (await verify(file).catch((error: unknown) => error)) as {
      code: number;
      stderr: string;
      stdout: string;
    };
    expect(failure.code).toBe(1);
    expect(`${failure.stdout}${failure.stderr}`).toContain(`entry ${seq}`);
  });
});
