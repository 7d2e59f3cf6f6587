/** The bad night as an incident, over HTTP and with real reports. */
import { type IncidentView, isRefused, type RefusalCode, type RouteName } from '@tuesday/protocol';
import { firstBroken } from '@tuesday/trust';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listAudit } from '../audit/list.ts';
import { haltRollout } from '../rollouts/halt.ts';
import { NEW, OLD } from '../testing/fleet.ts';
import { addPerson, type TestPerson } from '../testing/people.ts';
import { listTechnicians } from './technicians.ts';
import { BadNight, BROKEN, MENDED, SITE } from './testing/bad-night.ts';

const HOUR = 3_600_000;

let night: BadNight;
let sam: TestPerson;
let vera: TestPerson;
let incident: string;

beforeAll(async () => {
  night = await BadNight.begin();
  sam = await addPerson(night.plane, 'sam', ['support']);
  vera = await addPerson(night.plane, 'vera', ['viewer']);
  await night.plane.client.call('addChannel', {
    body: { name: 'wall', to: { by: 'webhook', url: 'https://wall.example.com/hook' } },
  });
}, 60_000);
afterAll(() => night[Symbol.asyncDispose]());

const seen = () => night.plane.client.call('viewIncident', { params: { incident } });
const live = async () => (await night.plane.client.call('listIncidents', { query: {} })).incidents;

async function refusalOf(call: Promise<unknown>): Promise<RefusalCode | undefined> {
  try {
    await call;
    return undefined;
  } catch (cause) {
    return (cause as { refusal?: { code: RefusalCode } }).refusal?.code ?? Promise.reject(cause);
  }
}

async function file(name: RouteName, query = ''): Promise<Response> {
  const path = name === 'listTechnicians' ? 'technicians' : 'report';
  return fetch(`${night.plane.url}/v1/incidents/${incident}/${path}${query}`, {
    headers: { authorization: `Bearer ${night.plane.token}` },
  });
}

function addsUp({ recovery, harmed }: IncidentView): void {
  expect(Object.values(recovery).reduce((sum, count) => sum + count, 0)).toBe(harmed.devices);
  const { devices, exposed, ...states } = harmed;
  expect(Object.values(states).reduce((sum, count) => sum + count, 0)).toBe(devices);
  expect(exposed).toBeGreaterThanOrEqual(devices);
}

/** Whatever writes an incident fails in the middle. */
async function cutOff(work: () => Promise<unknown>): Promise<void> {
  const { pool } = night.plane.database;
  await pool.query(`CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'cut'; END $$`);
  await pool.query('CREATE TRIGGER cut BEFORE INSERT ON incidents FOR EACH ROW EXECUTE FUNCTION cut()');
  await expect(work()).rejects.toThrow('cut');
  await pool.query('DROP FUNCTION cut CASCADE');
}

describe('a rollout that halts by itself', () => {
  test('opens an incident in the transaction of the halt, about its rollout and release', async () => {
    expect(await live()).toEqual([]);
    expect(night.broken.length).toBeGreaterThan(5);
    const [, , failing = '', ...back] = night.broken;
    for (const device of back) await night.goesBack(device);
    await night.fails(failing);
    await cutOff(() => night.tick());
    expect(await live()).toEqual([]);
    expect((await night.plane.client.call('viewRollout', { params: { rollout: night.rollout } })).phase).toBe(
      'soaking',
    );
    expect(await night.tick()).toEqual(new Map([[night.rollout, 'events']]));
    const [one, ...more] = await live();
    expect(more).toEqual([]);
    expect(one).toMatchObject({ state: 'open', cause: 'halt', rollout: night.rollout, release: NEW });
    incident = one?.incident ?? '';
    const view = await seen();
    expect(view.openedBy).toBe('judge');
    expect(view.because).toContain(BROKEN);
    expect(view.blame[0]).toMatchObject({ attribute: 'broker', value: BROKEN });
    expect(view.harmed).toMatchObject({ failed: 1, rolledBack: back.length, silent: 0 });
    expect(view.recovery).toMatchObject({ itself: back.length, waiting: 1, technician: 0 });
    addsUp(view);
    expect(view.summary.next).toContain(`tuesday rollout recall ${night.rollout}`);
    expect(view.summary.what).toContain(`broker = ${BROKEN}`);
  });

  test('halting it again makes no second one, and no person can open one beside it', async () => {
    const { context, actor, client } = night.plane;
    const again = await haltRollout(context, actor, night.rollout, 'smoke');
    expect(isRefused(again)).toBe(false);
    const body = { title: 'again', rollout: night.rollout, because: 'x' };
    expect(await refusalOf(client.call('openIncident', { body }))).toBe('conflict');
    expect(await live()).toHaveLength(1);
  });

  test('is a log entry of its own, in one chain', async () => {
    const { entries } = await listAudit(
      night.plane.context,
      { roles: ['admin'] },
      { after: 0, limit: 5_000 },
    );
    expect(firstBroken(entries)).toBeNull();
    const opened = entries.filter(({ verb }) => verb === 'incident.open');
    expect(opened.map(({ actor, object }) => [actor, object])).toEqual([['judge', `incident ${incident}`]]);
  });
});

describe('what people add', () => {
  test('support notes and supposes; a hypothesis is supported or ruled out, with a reason', async () => {
    const params = { incident };
    await sam.client.call('noteIncident', { params, body: { text: '340 tickets overnight' } });
    const body = { text: 'the new MQTT client loops on reconnect' };
    const { hypotheses } = await sam.client.call('addHypothesis', { params, body });
    const [one] = hypotheses;
    expect(one).toMatchObject({ ...body, by: 'sam', verdict: 'open', because: null });
    const judged = await sam.client.call('judgeHypothesis', {
      params: { incident, hypothesis: one?.hypothesis ?? '' },
      body: { verdict: 'supported', because: 'a packet capture shows it' },
    });
    expect(judged.hypotheses[0]).toMatchObject({ verdict: 'supported', judgedBy: 'sam' });
    const unknown = {
      params: { incident, hypothesis: 'h-none' },
      body: { verdict: 'open' as const, because: 'x' },
    };
    expect(await refusalOf(sam.client.call('judgeHypothesis', unknown))).toBe('not-found');
  });

  test.each([
    [
      'a viewer notes nothing',
      () => vera.client.call('noteIncident', { params: { incident }, body: { text: 'x' } }),
      'forbidden',
    ],
    [
      'support closes nothing',
      () => sam.client.call('closeIncident', { params: { incident }, body: { note: 'x' } }),
      'forbidden',
    ],
    [
      'support sets no prices',
      () => sam.client.call('setPrices', { body: { prices: PRICES, because: 'x' } }),
      'forbidden',
    ],
    [
      'an empty note says nothing',
      () => sam.client.call('noteIncident', { params: { incident }, body: { text: ' ' } }),
      'bad-request',
    ],
    [
      'what is not there is not noted',
      () => sam.client.call('noteIncident', { params: { incident: 'i-none' }, body: { text: 'x' } }),
      'not-found',
    ],
    [
      'there is no such rollout',
      () => sam.client.call('openIncident', { body: { title: 't', rollout: 'r-none', because: 'x' } }),
      'not-found',
    ],
  ] as const)('%s', async (_, call, code) => {
    expect(await refusalOf(call())).toBe(code);
  });
});

describe('tickets', () => {
  test('belong by the code that its devices showed, or by the device; others do not', async () => {
    const [, , failing = ''] = night.broken;
    const at = night.plane.clock.now();
    const tickets = [
      ...Array.from({ length: 12 }, (_, index) => ({ ticket: `t-${index}`, code: '0x045', at })),
      { ticket: 'by-device', code: '0x11', device: failing, customer: 'Ada', at },
      { ticket: 'another code', code: '0x31', at },
      { ticket: 'long ago', code: '0x45', at: at - 30 * 24 * HOUR },
    ];
    await night.plane.client.call('addTickets', { body: { tickets } });
    const view = await seen();
    expect(view.tickets.codes).toContainEqual({ code: '0x45', tickets: 12 });
    expect(view.tickets.count).toBe(13);
    expect(view.cost.soFar.lines.find(({ item }) => item === 'support')).toMatchObject({ amount: 13 * 25 });
  });
});

const PRICES = {
  currency: 'EUR',
  perTicket: 10,
  perVisit: 200,
  replacementsPerVisit: 0,
  perMillionReconnects: 0,
  goodwillPerHarmed: 1,
  ticketsPerHarmed: 2,
};

describe('the cost', () => {
  test('is that of the Friday incident until the fleet has prices of its own, and says so', async () => {
    const { cost, harmed } = await seen();
    expect(cost.prices).toContain('as printed');
    expect(cost.soFar.currency).toBe('USD');
    expect(cost.soFar.total).toBe(13 * 25 + harmed.devices * 100);
    expect(cost.soFar.lines.find(({ item }) => item === 'cloud')).toMatchObject({ amount: null });
    expect(cost.ifNothing.lines.find(({ item }) => item === 'visits')).toMatchObject({ amount: 150 });
    expect(cost.wholeFleet?.total).toBeGreaterThan(cost.ifNothing.total);
  });

  test('follows the prices and the visits that people record', async () => {
    const set = await night.plane.client.call('setPrices', {
      body: { prices: PRICES, because: 'our contract' },
    });
    expect(set).toMatchObject({ prices: PRICES, setBy: 'carol' });
    const body = { visits: 3, because: 'the first van is back' };
    const { cost, visits, harmed } = await sam.client.call('recordVisits', { params: { incident }, body });
    expect([visits, cost.soFar.currency]).toEqual([3, 'EUR']);
    expect(cost.soFar.total).toBe(13 * 10 + 3 * 200 + harmed.devices);
  });

  test.each([
    ['prices.currency', { ...PRICES, currency: 'euros' }],
    ['prices.perVisit', { ...PRICES, perVisit: -1 }],
  ])('refuses a bad price list, and names %s', async (field, prices) => {
    const refused = night.plane.client.call('setPrices', { body: { prices, because: 'x' } });
    await expect(refused).rejects.toMatchObject({ refusal: { code: 'bad-request', field } });
  });
});

describe('recovery', () => {
  test('by recall, by rescue, from a neighbour, and what only a technician reaches', async () => {
    const [quiet = '', rescued = '', failing = '', relayed = '', ...back] = night.broken;
    const { client, clock } = night.plane;
    await client.call('recallRollout', {
      params: { rollout: night.rollout },
      body: { because: 'cold homes' },
    });
    clock.time += HOUR;
    for (const device of [...night.well, failing]) await night.runs(device, OLD, { updates: 3 });
    await night.sweep();
    const rescue = { rollout: 'rescue', offer: `rescue.${MENDED}.4`, running: MENDED };
    await night.say(rescued, 'confirmed', rescue);
    await night.runs(rescued, MENDED, { updates: 4 });
    const road = { by: 'link' as const, neighbour: night.well[0] ?? '' };
    await night.say(relayed, 'confirmed', { ...rescue, road });
    await night.runs(relayed, MENDED, { updates: 4 });
    clock.time += HOUR;
    for (const device of [...night.well, failing]) await night.runs(device, OLD, { updates: 4 });
    await night.sweep();
    await night.tick();
    const view = await seen();
    expect(view.recovery).toMatchObject({
      itself: back.length,
      recall: 1,
      rescue: 1,
      relay: 1,
      waiting: 0,
      technician: 1,
    });
    addsUp(view);
    expect(view.state).toBe('mitigated');
    expect(view.rollout?.phase).toBe('recalled');
    expect(view.summary.next).toContain(`tuesday incident technicians ${incident}`);
    const { devices } = await client.call('listIncidentDevices', {
      params: { incident },
      query: { recovery: 'technician' },
    });
    expect(devices.map(({ device }) => device)).toEqual([quiet]);
  });

  test('the list for technicians is CSV, with all that is known about where a device is', async () => {
    const [quiet = ''] = night.broken;
    const response = await file('listTechnicians');
    expect(response.headers.get('content-type')).toContain('text/csv');
    const [head, line, ...more] = (await response.text()).split('\r\n');
    expect(head).toBe('device,hardware,version,last seen,because,customer,broker,site');
    expect(line).toContain(`${quiet},th-2,${NEW},`);
    expect(line).toContain(`,${BROKEN},"${SITE.replaceAll('"', '""')}"`);
    expect(more).toEqual(['']);
  });

  test('the list has the addresses of the register, for who may read them, and the log says that they were read', async () => {
    const [quiet = ''] = night.broken;
    const { client } = night.plane;
    const body = Buffer.from(`device,customer,address,contact\n${quiet},Ada Byrne,12 Mill Lane,+44 1\n`);
    await client.call('importRegister', { query: { because: 'the CRM' }, body });
    const [head, line] = (await (await file('listTechnicians')).text()).split('\r\n');
    expect(head).toBe('device,hardware,version,last seen,because,customer,address,contact,broker,site');
    expect(line).toContain(',Ada Byrne,12 Mill Lane,');
    const read = await client.call('listAudit', { query: { verb: 'register.read' } });
    expect(read.entries.at(-1)).toMatchObject({
      because: `read with the technicians of incident ${incident}`,
      after: { addresses: 1 },
    });
    const seen = await listTechnicians(night.plane.context, vera.principal, incident);
    expect(isRefused(seen) ? '' : seen.file).toContain(`${quiet},th-2`);
    expect(isRefused(seen) ? '' : seen.file).not.toContain('Mill Lane');
    await client.call('deleteRegister', { body: { devices: null, because: 'done' } });
  });

  test('pages through the harmed devices in order, each once', async () => {
    const all: string[] = [];
    let after: string | undefined;
    do {
      const page = await night.plane.client.call('listIncidentDevices', {
        params: { incident },
        query: { limit: 2, ...(after === undefined ? {} : { after }) },
      });
      all.push(...page.devices.map(({ device }) => device));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(all).toEqual([...night.broken].sort());
  });
});

describe('the timeline', () => {
  test('is in order, and has what happened, who did what, what people were told, and notes', async () => {
    const { timeline, timelineCut } = await seen();
    expect(timelineCut).toBe(false);
    const ats = timeline.map(({ at }) => at);
    expect(ats).toEqual(ats.toSorted((a, b) => a - b));
    const has = (kind: string, what: string) =>
      expect(
        timeline.filter((one) => one.kind === kind && one.what.includes(what)),
        `${kind} ${what}`,
      ).toHaveLength(1);
    has('rollout', 'Stage 1 opened');
    has('rollout', 'was halted');
    has('rollout', 'recall began');
    has('act', 'incident was opened');
    has('act', 'Somebody else halted it');
    has('notice', 'has halted');
    has('ticket', 'first ticket');
    has('ticket', '10th ticket');
    has('note', 'Note');
    has('code', '0x45 was seen');
    expect(timeline.find(({ kind }) => kind === 'note')).toMatchObject({
      who: 'sam',
      because: '340 tickets overnight',
    });
    for (const { kind, path } of timeline)
      if (kind === 'rollout' || kind === 'notice') expect(path).toBe(`/rollouts/${night.rollout}`);
  });
});

describe('texts and report', () => {
  test('the texts say what is known, and no more', async () => {
    const { texts, recovery } = await seen();
    expect(recovery.technician).toBe(1);
    expect(texts.customers).toContain('we will call you');
    expect(texts.support).toContain('0x45 (12 tickets)');
    expect(texts.management).toContain('EUR');
    expect(texts.status).toMatch(/^Monitoring, /);
  });

  test('the report has every part, as Markdown', async () => {
    const response = await file('reportIncident');
    expect(response.headers.get('content-type')).toContain('text/markdown');
    const text = await response.text();
    for (const part of [
      'In short',
      'Devices',
      'Cause',
      'Tickets',
      'Cost',
      'Emergency access',
      'Timeline',
      'How it ended',
    ])
      expect(text).toContain(`\n## ${part}\n`);
    expect(text).toContain('the new MQTT client loops on reconnect');
    expect(text).toContain('It is not closed.');
  });
});

describe('the end', () => {
  test('is a note; of two who close it the second hears that it is closed', async () => {
    const params = { incident };
    const { client } = night.plane;
    const both = await Promise.allSettled([
      client.call('closeIncident', { params, body: { note: 'all but one are well' } }),
      client.call('closeIncident', { params, body: { note: 'all but one are well' } }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const view = await seen();
    expect(view).toMatchObject({ state: 'closed', closedBy: 'carol', closingNote: 'all but one are well' });
    expect(view.summary.next).toContain('it is closed');
    expect(view.texts.status).toMatch(/^Resolved, /);
    expect(await refusalOf(client.call('mitigateIncident', { params, body: { because: 'x' } }))).toBe(
      'conflict',
    );
  });

  test('was too early: it is opened again, and only what is closed is', async () => {
    const params = { incident };
    const { client } = night.plane;
    const view = await client.call('reopenIncident', { params, body: { because: 'it is back' } });
    expect(view).toMatchObject({ state: 'open', closedAt: null, closingNote: null });
    expect(await refusalOf(client.call('reopenIncident', { params, body: { because: 'x' } }))).toBe(
      'conflict',
    );
  });
});

describe('by hand, before any counter moves', () => {
  test('support opens one for a code; the devices that show it are counted, and each act is in the log', async () => {
    const [device = ''] = night.well;
    const body = { title: 'Boilers are cold', code: '0x077', because: 'the phones ring' };
    const opened = await sam.client.call('openIncident', { body });
    expect(opened).toMatchObject({ cause: 'hand', openedBy: 'sam', code: '0x77', rollout: null });
    expect(opened.summary.harmed).toContain('No device is known');
    await night.runs(device, OLD, { errors: ['0x77'], updates: 9 });
    const view = await night.plane.client.call('viewIncident', { params: { incident: opened.incident } });
    expect(view.harmed.devices).toBe(1);
    expect(view.recovery.waiting).toBe(1);
    addsUp(view);
    const { entries } = await listAudit(
      night.plane.context,
      { roles: ['admin'] },
      { after: 0, limit: 5_000, verb: 'incident' },
    );
    const verbs = new Set(entries.map(({ verb }) => verb));
    expect(verbs).toEqual(
      new Set(
        ['open', 'note', 'suppose', 'judge', 'visits', 'mitigate', 'close', 'reopen'].map(
          (verb) => `incident.${verb}`,
        ),
      ),
    );
  });
});

describe('a recall by a broken glass', () => {
  test('opens one, too; the glass and its review belong to it', async () => {
    const { client, database, clock } = night.plane;
    await client.call('closeIncident', { params: { incident }, body: { note: 'over' } });
    await database.pool.query(
      `UPDATE rollouts SET phase = 'completed', state = jsonb_set(state, '{phase}', '"completed"') WHERE rollout = $1`,
      [night.rollout],
    );
    const kim = await addPerson(night.plane, 'kim', ['commander']);
    const bob = await addPerson(night.plane, 'bob', ['approver']);
    clock.time += HOUR;
    const { glass } = await kim.client.call('breakGlass', {
      body: { act: 'recall', object: night.rollout, because: '340 tickets', factor: kim.factor() },
    });
    const one = (await live()).find(({ cause }) => cause === 'recall');
    expect(one).toMatchObject({ state: 'open', rollout: night.rollout });
    incident = one?.incident ?? '';
    expect((await seen()).glasses.map((each) => [each.glass, each.review.closedAt])).toEqual([[glass, null]]);
    await bob.client.call('closeReview', { params: { glass }, body: { finding: 'it was right' } });
    const view = await seen();
    expect(view.openedBy).toBe('kim');
    expect(view.timeline.filter(({ kind }) => kind === 'glass').map(({ what }) => what)).toEqual([
      'The glass was broken: recall',
      'The broken glass was reviewed',
    ]);
    expect(await (await file('reportIncident')).text()).toContain('bob: it was right');
  });

  test('cannot be crowded out by an older one that is opened again', async () => {
    const older = (await live()).find(({ state, cause }) => state === 'closed' && cause === 'halt');
    const params = { incident: older?.incident ?? '' };
    expect(
      await refusalOf(night.plane.client.call('reopenIncident', { params, body: { because: 'x' } })),
    ).toBe('conflict');
  });
});
