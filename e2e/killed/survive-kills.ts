/** The server is killed again and again in the middle of a rollout, and nothing that it promised is lost. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clockOf, formatClock, type MemberState, type RolloutView, startClock } from '@tuesday/protocol';
import { expect } from 'vitest';
import { ScriptedDevice } from '../testing/scripted-device.ts';
import { ServerProcess } from '../testing/server-process.ts';

const DEVICES = 60;
/** A minute of the rollout takes a second. */
const setting = startClock(Date.parse('2026-11-24T09:00:00Z'), 60);
const clock = clockOf(setting);

let server: ServerProcess;
async function publish(version: string, more: string[]): Promise<void> {
  if (version === '1.0.0') {
    await server.tuesday('keys', 'init', '--dir', 'keys', '--names', 'alice,bob');
    await server.tuesday('keys', 'install', '--dir', 'keys');
  }
  writeFileSync(join(server.folder, `${version}.bundle`), `firmware ${version}`);
  await server.tuesday(
    'release',
    'create',
    '--version',
    version,
    '--artifact',
    `th-2=${version}.bundle`,
    ...more,
  );
  for (const who of ['alice', 'bob'])
    await server.tuesday('release', 'sign', version, '--key', `keys/offline/${who}.targets.json`);
}

async function startRollout(): Promise<string> {
  const everyDay = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
  const calendar = { zone: 'UTC', windows: [{ days: [...everyDay], from: '00:00', to: '24:00' }] };
  await server.operator.call('setPolicy', {
    body: {
      policy: { calendar, watch: { required: false }, approvals: { needed: 0 } },
      because: 'a test that knows no night',
    },
  });
  const gate = { maxBadShare: 0.3, minProvenShare: 0.6, minBadDevices: 20 };
  const { rollout } = await server.operator.call('createRollout', {
    body: {
      name: 'killed again and again',
      release: '1.1.0',
      stages: [0.2, 0.6, 1].map((share) => ({ share, soak: '20m', gate })),
      silentAfter: '20m',
      probation: '0s',
      watch: '20m',
      coverage: 4,
      holdOut: 0.05,
    },
  });
  await server.operator.call('startRollout', { params: { rollout }, body: {} });
  return rollout;
}

function requireSound(view: RolloutView): void {
  for (const { evidence } of view.stages) {
    const { offered, pending, installed, proven, failed, rolledBack, silent } = evidence;
    expect(pending + installed + proven + failed + rolledBack + silent).toBe(offered);
  }
  const opened = view.events.map(({ event }) => event).filter((event) => event.kind === 'stage-opened');
  expect(opened.map(({ stage }) => stage)).toEqual(opened.map((_, index) => index));
}

/** The fleet asks on, whatever becomes of the server. */
function keepAsking(devices: readonly ScriptedDevice[]): () => Promise<void> {
  const done = new AbortController();
  const asking = devices.map(async (device) => {
    while (!done.signal.aborted) {
      await device.round(clock.now()).catch(() => undefined);
      await clock.sleep(20_000 + Math.random() * 20_000);
    }
  });
  return async () => {
    done.abort();
    await Promise.all(asking);
  };
}

interface Standing {
  readonly stage: number;
  readonly state: MemberState;
}

/** Where every device stands, by its own page. */
async function standings(
  devices: readonly ScriptedDevice[],
  rollout: string,
): Promise<Map<string, Standing>> {
  const states = new Map<string, Standing>();
  for (const { device } of devices) {
    const { memberships } = await server.operator.call('viewDevice', { params: { device } });
    const own = memberships.find((membership) => membership.rollout === rollout);
    if (own) states.set(device, own);
  }
  return states;
}

/**
 * A rollout of three stages in which the server is killed so many times, each time in the middle of something.
 * No stage opens twice, no accepted outcome is lost, the evidence adds up.
 */
export async function surviveKills(kills: number): Promise<void> {
  server = await ServerProcess.make(formatClock(setting));
  try {
    await server.start();
    await publish('1.0.0', []);
    await publish('1.1.0', ['--way-back', '1.0.0']);
    await killAgainAndAgain(kills);
  } finally {
    await server.remove();
  }
}

async function killAgainAndAgain(kills: number): Promise<void> {
  const devices = Array.from(
    { length: DEVICES },
    (_, index) =>
      new ScriptedDevice(
        server.url,
        `d-${index}`,
        { region: index % 2 === 0 ? 'north' : 'south' },
        index % 12 === 5,
      ),
  );
  const fleetKey = server.secret('fleet.json', 'fleetKey');
  for (const device of devices) {
    await device.enrol(fleetKey);
    await device.round(clock.now());
  }
  const rollout = await startRollout();
  const stop = keepAsking(devices);
  for (let kill = 0; kill < kills; kill++) {
    await clock.sleep(Math.random() * 60_000);
    await server.end('SIGKILL');
    await server.start();
    requireSound(await server.operator.call('viewRollout', { params: { rollout } }));
  }
  // Whoever was told "accepted" can look it up.
  await clock.sleep(5 * 60_000);
  await stop();
  const view = await server.operator.call('viewRollout', { params: { rollout } });
  requireSound(view);
  const states = await standings(devices, rollout);
  for (const { device, accepted } of devices) {
    const last = accepted.at(-1);
    if (last === 'confirmed' || last === 'installed')
      expect(['installed', 'proven', 'silent'], device).toContain(states.get(device)?.state);
    if (last === 'rolled-back') expect(states.get(device)?.state, device).toBe('rolled-back');
  }
  // The hold-out has no stage of its own in the view.
  const told = devices.filter(({ accepted }) => accepted.length > 0);
  const inStages = told.filter(({ device }) => (states.get(device)?.stage ?? 0) < view.stages.length);
  const heard = view.stages.map(({ evidence }) => evidence.offered - evidence.pending);
  expect(heard.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(inStages.length);
  // The test means nothing unless the rollout moved while it was being killed.
  expect(view.events.filter(({ event }) => event.kind === 'stage-opened').length).toBeGreaterThanOrEqual(2);
  expect(told.length).toBeGreaterThanOrEqual(DEVICES / 4);
}
