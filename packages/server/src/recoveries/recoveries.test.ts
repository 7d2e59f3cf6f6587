/** Recovery campaigns over HTTP, with real reports: what is open, who is healed by what, and that the sums add up. */
import {
  type CampaignStanding,
  type CampaignView,
  type CheckInAnswer,
  isRefused,
  type PlanCampaignRequest,
  type RefusalCode,
} from '@tuesday/protocol';
import { firstBroken } from '@tuesday/trust';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listAudit } from '../audit/list.ts';
import { publish, publishTwo, type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import type { DeviceSide } from '../ingest/assembly.ts';
import { deviceSide, enrolDevices, NEW, OLD, outcome, report, tokenOf } from '../testing/fleet.ts';
import { addPerson } from '../testing/people.ts';
import { findCampaign } from './campaign.ts';

const HOUR = 3_600_000;
const MENDED = '3.2.6';
let plane: TestPlane;
let side: DeviceSide;
let devices: string[];
let recovery: string;

beforeAll(async () => {
  plane = await testPlane();
  const signers = await publishTwo(plane);
  await publish(plane, signers, MENDED, { wayBack: OLD, recovery: true });
  side = deviceSide(plane.database, plane.clock);
  devices = await enrolDevices(plane.database.pool, 12);
  for (const device of devices) await checkIn(device, NEW, { health: { ok: false, failing: 'mqtt' } });
  // All of them fall silent.
  await later(10 * HOUR);
}, 60_000);
afterAll(async () => {
  await side.stop();
  await plane[Symbol.asyncDispose]();
});

async function send(verb: 'check-in' | 'outcomes', device: string, body: object): Promise<string> {
  const answer = await side.door.answer(verb, tokenOf(device), Buffer.from(JSON.stringify(body)));
  if (answer.status !== 200) throw new Error(`${verb} of ${device}: ${answer.status} ${answer.body}`);
  await side.contacts.flush();
  return answer.body;
}

async function checkIn(device: string, version: string, change: Parameters<typeof report>[0] = {}) {
  return JSON.parse(await send('check-in', device, report(change, version))) as CheckInAnswer;
}

async function later(millis: number): Promise<void> {
  plane.clock.time += millis;
  await side.contacts.flush();
}

async function tookMended(device: string, road?: object): Promise<void> {
  const told = outcome('confirmed', { offer: `rescue.${MENDED}.2`, rollout: 'rescue', running: MENDED });
  await send('outcomes', device, { ...told, ...(road === undefined ? {} : { road }) });
  await checkIn(device, MENDED, { updates: 2 });
}

const because = 'they are cold';
const plan = (change: Partial<PlanCampaignRequest> = {}) =>
  plane.client.call('planRecovery', {
    body: { title: 'Cold thermostats', devices, release: MENDED, because, ...change },
  });
const seen = () => plane.client.call('viewRecovery', { params: { recovery } });
const rows = async (standing?: CampaignStanding) =>
  (await plane.client.call('listRecoveryDevices', { params: { recovery }, query: { standing } })).devices;
const row = async (device: string) => (await rows()).find((one) => one.device === device);

async function refusalOf(call: Promise<unknown>): Promise<{ code: RefusalCode; field?: string } | undefined> {
  try {
    await call;
    return undefined;
  } catch (cause) {
    const { refusal } = cause as { refusal?: { code: RefusalCode; field?: string } };
    return refusal ?? Promise.reject(cause);
  }
}

function addsUp({ standing, healedBy, devices: all }: CampaignView): void {
  expect(Object.values(standing).reduce((a, b) => a + b, 0)).toBe(all);
  expect(Object.values(healedBy).reduce((a, b) => a + b, 0)).toBe(standing.healed);
}

describe('a plan', () => {
  test('shows the roads before anything is written', async () => {
    const preview = await plane.client.call('previewRecovery', { body: { devices, release: MENDED } });
    expect(preview).toMatchObject({
      devices: 12,
      leftOut: 0,
      open: { http: 0, relay: 0, rescue: 12, technician: 12 },
    });
    expect(preview.first).toEqual({ http: 0, relay: 0, rescue: 12, technician: 0 });
    expect(preview.groups).toMatchObject([{ hardware: 'th-2', devices: 12, try: null }]);
    expect((await plane.client.call('listRecoveries')).recoveries).toEqual([]);
  });

  test('says what to publish when no device would take the release by itself', async () => {
    const preview = await plane.client.call('previewRecovery', { body: { devices, release: OLD } });
    expect(preview.open).toMatchObject({ relay: 0, rescue: 0 });
    expect(preview.first.technician).toBe(12);
    expect(preview.groups[0]?.because).toContain('not signed as a recovery');
    expect(preview.groups[0]?.try).toContain('tuesday release create --recovery');
  });

  test.each<[string, Partial<PlanCampaignRequest>, RefusalCode, string]>([
    ['of no devices', { devices: undefined }, 'bad-request', 'devices'],
    ['of devices in two ways', { filter: 'healthy==false' }, 'bad-request', 'devices'],
    ['of a device that is not there', { devices: ['nobody'] }, 'not-found', 'devices'],
    ['of an incident that is not there', { devices: undefined, incident: 'i-0' }, 'not-found', 'incident'],
    [
      'by a filter that cannot be read',
      { devices: undefined, filter: 'healthy=' },
      'filter-invalid',
      'filter.8',
    ],
    ['by a filter that nothing fits', { devices: undefined, filter: 'id==x' }, 'no-devices', 'filter'],
    ['of a release that nobody published', { release: '9.9.9' }, 'release-not-published', 'release'],
    ['with a road named twice', { roads: ['http', 'http'] }, 'bad-request', 'roads'],
  ])('%s is refused with its field', async (_, change, code, field) => {
    expect(await refusalOf(plan(change))).toMatchObject({ code, field });
  });

  test('who is in contact and well is left out', async () => {
    await checkIn('d11', NEW, { updates: 9 });
    const preview = await plane.client.call('previewRecovery', {
      body: { filter: 'id==*', release: MENDED },
    });
    expect(preview).toMatchObject({ devices: 11, leftOut: 1 });
    expect(await refusalOf(plan({ devices: ['d11'] }))).toMatchObject({
      code: 'no-devices',
      field: 'devices',
    });
  });

  test('is a draft: nothing happens, and nobody is healed by it', async () => {
    ({ recovery } = await plan({ devices: devices.slice(0, 10), visitsPerDay: 2 }));
    const view = await seen();
    addsUp(view);
    expect(view).toMatchObject({ state: 'draft', devices: 10, standing: { waiting: 10 }, relays: 0 });
    expect(view.summary.what).toContain('Nothing happens before it is started');
    expect(view.mayNot).toMatchObject({ start: null, stop: null, visit: { code: 'conflict' } });
    expect(
      await refusalOf(
        plane.client.call('visitRecoveryDevice', { params: { recovery, device: 'd0' }, body: { because } }),
      ),
    ).toMatchObject({ code: 'conflict' });
  });
});

describe('neighbours', () => {
  const hears = (heard: string[], gives = true) => ({ relay: { gives, heard, others: 0 } });

  test('in contact that hear a device open its relay road, those that were in contact last first', async () => {
    await checkIn('d10', NEW, hears(['d0', 'd1']));
    await later(60_000);
    await checkIn('d11', NEW, { ...hears(['d0']), updates: 10 });
    const one = await row('d0');
    expect(one?.road).toBe('relay');
    expect(one?.roads[1]).toMatchObject({ road: 'relay', open: true });
    expect(one?.roads[1]?.neighbours.map(({ device }) => device)).toEqual(['d11', 'd10']);
    expect((await row('d2'))?.roads[1]).toMatchObject({ open: false });
  });

  test('are asked to carry nothing before the start', async () => {
    expect((await checkIn('d10', NEW, { ...hears(['d0', 'd1']), updates: 7 })).carry).toBeUndefined();
  });

  test('after it they are told what to carry, when they give', async () => {
    const started = await plane.client.call('startRecovery', { params: { recovery }, body: { because } });
    expect(started).toMatchObject({ state: 'running', relays: 2 });
    expect(started.summary.next).toContain('2 neighbours are asked to carry');
    expect((await checkIn('d10', NEW, { ...hears(['d0', 'd1']), updates: 8 })).carry).toEqual([
      `${MENDED}/th-2.bundle`,
    ]);
    expect((await checkIn('d11', NEW, { ...hears(['d0'], false), updates: 11 })).carry).toBeUndefined();
    expect((await checkIn('d11', NEW, { ...hears(['d10']), updates: 12 })).carry).toBeUndefined();
  });

  test('a device that says that it hears itself opens no road', async () => {
    await checkIn('d3', NEW, { ...hears(['d3']), health: { ok: false, failing: 'mqtt' }, updates: 3 });
    expect((await row('d3'))?.roads[1]).toMatchObject({ open: false, neighbours: [] });
  });
});

describe('a campaign that runs', () => {
  test('is started once, and no device is in two', async () => {
    const again = plane.client.call('startRecovery', { params: { recovery }, body: { because } });
    expect(await refusalOf(again)).toMatchObject({ code: 'conflict' });
    const preview = await plane.client.call('previewRecovery', {
      body: { devices: ['d0', 'd1'], release: MENDED },
    });
    expect(preview).toMatchObject({ devices: 0, leftOut: 2 });
  });

  test('says for each device by what it was healed', async () => {
    await later(HOUR / 2);
    await tookMended('d0', { by: 'link', neighbour: 'd10' });
    await tookMended('d1', { by: 'mesh' });
    await tookMended('d2', { by: 'http' });
    await tookMended('d4');
    await checkIn('d5', NEW, { updates: 3 });
    await checkIn('d6', NEW, { health: { ok: false, failing: 'mqtt' }, updates: 3 });
    const view = await seen();
    addsUp(view);
    expect(view.healedBy).toEqual({ http: 1, relay: 2, technician: 0, itself: 1, unsaid: 1 });
    expect(view.standing).toMatchObject({ healed: 5, heard: 2, waiting: 3 });
    expect(view.through).toEqual([{ neighbour: 'd10', healed: 1 }]);
    expect(await row('d0')).toMatchObject({ through: 'd10', road: null });
    expect((await row('d0'))?.because).toBe(`healed by relay: took ${MENDED} through d10, on the link.`);
    expect((await rows('heard')).map(({ device }) => device)).toEqual(['d3', 'd6']);
  });

  test('hands who is still silent to technicians after the time that the plan gives, so many a day', async () => {
    await later(24 * HOUR);
    const view = await seen();
    addsUp(view);
    // The two that were heard have fallen silent again.
    expect(view.standing).toMatchObject({ technician: 5, healed: 5 });
    expect(view.summary.next).toContain('Send technicians to 5 devices, 2 a day');
    const listed = await rows('technician');
    expect(listed.map(({ device, day }) => [device, day])).toEqual([
      ['d3', 1],
      ['d6', 1],
      ['d7', 2],
      ['d8', 2],
      ['d9', 3],
    ]);
    const csv = await fetch(`${plane.url}/v1/recoveries/${recovery}/technicians`, {
      headers: { authorization: `Bearer ${plane.token}` },
    });
    const lines = (await csv.text()).trimEnd().split('\r\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^day,device,hardware,version,last seen,because,customer/);
    expect(lines[1]).toMatch(/^1,d3,th-2,/);
  });

  test('a visit counts against the day, and heals when the device comes back', async () => {
    for (const device of ['d3', 'd6', 'd7'])
      await plane.client.call('visitRecoveryDevice', { params: { recovery, device }, body: { because } });
    expect((await seen()).standing).toMatchObject({ visited: 3, technician: 2 });
    expect((await rows('technician')).map(({ day }) => day)).toEqual([2, 2]);
    await later(60_000);
    await tookMended('d3', { by: 'http' });
    expect(await row('d3')).toMatchObject({ standing: 'healed', healedBy: 'technician' });
    const stranger = plane.client.call('visitRecoveryDevice', {
      params: { recovery, device: 'd11' },
      body: { because },
    });
    expect(await refusalOf(stranger)).toMatchObject({ code: 'not-found' });
  });

  test('ends when nobody waits: every device is healed or given up', async () => {
    const finish = () => plane.client.call('finishRecovery', { params: { recovery }, body: { because } });
    expect(await refusalOf(finish())).toMatchObject({ code: 'conflict' });
    for (const { device } of (await rows()).filter(({ standing }) => standing !== 'healed'))
      await plane.client.call('giveUpRecoveryDevice', { params: { recovery, device }, body: { because } });
    const again = plane.client.call('giveUpRecoveryDevice', {
      params: { recovery, device: 'd9' },
      body: { because },
    });
    expect(await refusalOf(again)).toMatchObject({ code: 'conflict' });
    const view = await finish();
    addsUp(view);
    expect(view).toMatchObject({ state: 'finished', standing: { healed: 6, 'given-up': 4 } });
    expect(await refusalOf(finish())).toMatchObject({ code: 'conflict' });
    expect(
      (await checkIn('d10', NEW, { relay: { gives: true, heard: ['d9'], others: 0 }, updates: 20 })).carry,
    ).toBeUndefined();
  });

  test('who was given up and comes back is healed all the same', async () => {
    await later(60_000);
    await tookMended('d9', { by: 'link', neighbour: 'd11' });
    const view = await seen();
    addsUp(view);
    expect(view.standing).toMatchObject({ healed: 7, 'given-up': 3 });
    const last = view.progress.at(-1);
    expect(last).toMatchObject({ healed: 7, visited: 3, 'given-up': 3 });
    const points = view.progress.map((point) => point.healed);
    expect(points).toEqual([...points].sort((a, b) => a - b));
    expect(view.progress[0]?.healed).toBe(0);
  });

  test('every act is in the audit chain, which holds', async () => {
    const all = { after: 0, limit: 1_000 };
    const { entries } = await listAudit(plane.context, { roles: ['admin'] }, all);
    expect(firstBroken(entries)).toBeNull();
    const own = entries.filter(({ object }) => object === `recovery ${recovery}`);
    const verbs = own.map(({ verb }) => verb);
    expect(verbs).toEqual([
      'recovery.plan',
      'recovery.start',
      ...Array.from({ length: 3 }, () => 'recovery.visit'),
      ...Array.from({ length: 4 }, () => 'recovery.give-up'),
      'recovery.finish',
    ]);
  });
});

test('whoever may only look starts nothing', async () => {
  const vera = await addPerson(plane, 'vera', ['viewer']);
  const { recovery: other } = await plan({ devices: ['d10'], title: 'x' }).catch(async () => {
    await later(10 * HOUR);
    return plan({ devices: ['d10'], title: 'x' });
  });
  const start = vera.client.call('startRecovery', { params: { recovery: other }, body: { because } });
  expect(await refusalOf(start)).toMatchObject({ code: 'forbidden' });
  await plane.client.call('stopRecovery', { params: { recovery: other }, body: { because } });
  const found = await findCampaign(plane.context.db, other);
  expect(isRefused(found) || found.state).toBe('stopped');
});
