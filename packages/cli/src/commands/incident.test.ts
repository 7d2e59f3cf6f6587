import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Prices, refuse, type TemplatesView } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../index.ts';
import { incidentView } from '../testing/incident.ts';
import { workplace } from '../testing/run-tuesday.ts';
import { scriptedServer } from '../testing/scripted-server.ts';

const PRICES: Prices = {
  currency: 'USD',
  perTicket: 25,
  perVisit: 150,
  replacementsPerVisit: 39.641943734,
  perMillionReconnects: 31,
  goodwillPerHarmed: 100,
  ticketsPerHarmed: 0.2,
};
const prices = { prices: PRICES, setBy: null, setAt: null, source: 'Of the Friday incident.' };
const REPORT = '/v1/incidents/i-1/report';

describe('incident view', () => {
  test('says the server’s four sentences first, and marks what is not known', async () => {
    await using server = await scriptedServer({ viewIncident: () => incidentView() });
    using place = workplace(server);
    const { code, stdout } = await place.tuesday(['incident', 'view', 'i-1']);
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines.slice(2, 6)).toEqual([
      'Thermostat has halted.',
      '8 of 30 devices went wrong.',
      '6 of them are well again.',
      'next: Send back 1 device: tuesday rollout recall r1.',
    ]);
    expect(stdout).toMatch(/healed by relay, from a neighbour +0/);
    expect(stdout).toContain('0x45: 12');
    expect(stdout).toContain('culprit: broker = mosquitto 2.0.18');
    const json = await place.tuesday(['incident', 'view', 'i-1', '--json']);
    expect(JSON.parse(json.stdout)).toEqual(incidentView());
  });

  test('of a text prints that text alone, so that it can be piped', async () => {
    await using server = await scriptedServer({ viewIncident: () => incidentView() });
    using place = workplace(server);
    expect(await place.tuesday(['incident', 'text', 'i-1', 'status'])).toMatchObject({
      code: 0,
      stdout: 'Investigating\n',
    });
    expect((await place.tuesday(['incident', 'text', 'i-1', 'press'])).code).toBe(EXIT.usage);
  });

  test('an empty list teaches how to open one', async () => {
    await using server = await scriptedServer({ listIncidents: () => ({ incidents: [] }) });
    using place = workplace(server);
    expect((await place.tuesday(['incident', 'list'])).stdout).toContain('tuesday incident open --title');
  });
});

describe('acts on an incident', () => {
  const acts: Array<[string[], object]> = [
    [
      ['open', '--title', 'Cold', '--code', '0x45', '--because', 'phones'],
      { title: 'Cold', code: '0x45', because: 'phones' },
    ],
    [['note', 'i-1', 'it rains'], { text: 'it rains' }],
    [['hypothesis', 'add', 'i-1', 'it loops'], { text: 'it loops' }],
    [['hypothesis', 'support', 'i-1', 'h-1', '--because', 'x'], { verdict: 'supported', because: 'x' }],
    [['hypothesis', 'rule-out', 'i-1', 'h-1', '--because', 'x'], { verdict: 'ruled-out', because: 'x' }],
    [['visits', 'i-1', '12', '--because', 'van'], { visits: 12, because: 'van' }],
    [['mitigate', 'i-1', '--because', 'x'], { because: 'x' }],
    [['close', 'i-1', '--note', 'all are well'], { note: 'all are well' }],
    [['reopen', 'i-1', '--because', 'x'], { because: 'x' }],
  ];
  test.each(acts)('%j sends what was typed', async (args, body) => {
    const view = () => incidentView();
    await using server = await scriptedServer({
      openIncident: view,
      noteIncident: view,
      addHypothesis: view,
      judgeHypothesis: view,
      recordVisits: view,
      mitigateIncident: view,
      closeIncident: view,
      reopenIncident: view,
    });
    using place = workplace(server);
    expect(await place.tuesday(['incident', ...args])).toMatchObject({ code: 0, stderr: '' });
    expect(server.asked.map((one) => JSON.parse(one.body.toString()) as unknown)).toEqual([body]);
  });

  test.each([
    ['closing without a note', ['close', 'i-1'], EXIT.usage],
    ['opening without a title', ['open', '--because', 'x'], EXIT.usage],
    ['visits that are no number', ['visits', 'i-1', 'some', '--because', 'x'], EXIT.usage],
    ['a price that is no number', ['prices', 'set', '--visit', 'much', '--because', 'x'], EXIT.usage],
    ['a report in another format', ['report', 'i-1', '--out', 'report.docx'], EXIT.usage],
  ])('%s is refused here', async (_, args, exit) => {
    await using server = await scriptedServer({ viewPrices: () => prices });
    using place = workplace(server);
    expect((await place.tuesday(['incident', ...args])).code).toBe(exit);
    expect(server.asked.filter(({ route }) => route !== 'viewPrices')).toEqual([]);
  });

  test('of two who close it the second ends with an error, and reads who was first', async () => {
    const refused = refuse('conflict', 'bob has closed i-1 already');
    await using server = await scriptedServer({ closeIncident: { refused } });
    using place = workplace(server);
    const ran = await place.tuesday(['incident', 'close', 'i-1', '--note', 'x']);
    expect(ran.code).toBe(EXIT.error);
    expect(ran.stderr).toContain('bob has closed i-1 already');
  });
});

describe('files', () => {
  test('the report is written whole, in the format of its name', async () => {
    await using server = await scriptedServer({});
    server.files[REPORT] = '%PDF-1.3 …';
    using place = workplace(server);
    const ran = await place.tuesday(['incident', 'report', 'i-1', '--out', 'report.pdf']);
    expect(ran).toMatchObject({ code: 0, stdout: 'report.pdf: 12 bytes\n' });
    expect(readFileSync(join(place.folder, 'report.pdf'), 'utf8')).toBe('%PDF-1.3 …');
    expect(readdirSync(place.folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('without a file the report is Markdown on stdout, and the technicians are CSV', async () => {
    await using server = await scriptedServer({});
    server.files[REPORT] = '# T\n';
    server.files['/v1/incidents/i-1/technicians'] = 'device\r\nd1\r\n';
    using place = workplace(server);
    expect((await place.tuesday(['incident', 'report', 'i-1'])).stdout).toBe('# T\n');
    expect((await place.tuesday(['incident', 'technicians', 'i-1'])).stdout).toContain('d1');
    const json = await place.tuesday(['incident', 'report', 'i-1', '--json']);
    expect(JSON.parse(json.stdout)).toEqual({ incident: 'i-1', format: 'markdown', text: '# T\n' });
  });

  test('a refusal writes no file', async () => {
    const refused = refuse('not-found', 'there is no incident i-1');
    await using server = await scriptedServer({ reportIncident: { refused, status: 404 } });
    using place = workplace(server);
    const ran = await place.tuesday(['incident', 'report', 'i-1', '--out', 'report.md']);
    expect(ran.code).toBe(EXIT.error);
    expect(readdirSync(place.folder)).not.toContain('report.md');
  });
});

describe('incident prices set', () => {
  test('changes what is named and keeps the rest', async () => {
    await using server = await scriptedServer({ viewPrices: () => prices, setPrices: () => prices });
    using place = workplace(server);
    const ran = await place.tuesday([
      'incident',
      'prices',
      'set',
      '--currency',
      'EUR',
      '--visit',
      '180.5',
      '--tickets-per-device',
      '1',
      '--because',
      'x',
    ]);
    expect(ran.code).toBe(0);
    expect(JSON.parse(server.asked[1]?.body.toString() ?? '')).toEqual({
      prices: { ...PRICES, currency: 'EUR', perVisit: 180.5, ticketsPerHarmed: 1 },
      because: 'x',
    });
  });
});

const SAVED = {
  reader: 'customers' as const,
  text: 'We are on it: 4.',
  version: 3,
  by: 'sam',
  at: 0,
  changed: [{ name: 'harmed', before: '4', now: '8' }],
};
const TEMPLATES: TemplatesView = {
  templates: [{ reader: 'customers', text: 'Hello {title}', version: 2, setBy: 'sam', setAt: 0 }],
  placeholders: [{ name: 'title', means: 'the title of the incident' }],
};

describe('texts of people', () => {
  const scripted = () =>
    scriptedServer({
      viewIncident: () => incidentView({ savedTexts: [SAVED] }),
      saveIncidentText: () => incidentView({ savedTexts: [{ ...SAVED, version: 4 }] }),
      viewTemplates: () => TEMPLATES,
      setTemplate: () => TEMPLATES,
    });

  test('are kept with the version that was read, shown with what is older in them, and thrown away', async () => {
    await using server = await scripted();
    using place = workplace(server);
    writeFileSync(join(place.folder, 'draft.md'), 'Ours.');
    const text = ['incident', 'text', 'i-1', 'customers'];
    expect((await place.tuesday([...text, '--save', 'draft.md'])).stdout).toBe('kept as version 4\n');
    const shown = await place.tuesday([...text, '--saved']);
    expect(shown.stdout).toBe('We are on it: 4.\n');
    expect(shown.stderr).toContain('harmed: 4 then, 8 now');
    expect((await place.tuesday(text)).stderr).toContain('sam has kept another text');
    expect((await place.tuesday([...text, '--discard', '--read-version', '2'])).code).toBe(EXIT.ok);
    const sent = server.asked.filter(({ route }) => route === 'saveIncidentText');
    expect(sent.map(({ params, body }) => [params, JSON.parse(body.toString())])).toEqual([
      [['i-1', 'customers'], { text: 'Ours.', version: 3 }],
      [['i-1', 'customers'], { text: null, version: 2 }],
    ]);
  });

  test('that nobody has kept are not invented', async () => {
    await using server = await scripted();
    using place = workplace(server);
    const none = await place.tuesday(['incident', 'text', 'i-1', 'status', '--saved']);
    expect([none.code, none.stderr]).toEqual([EXIT.usage, expect.stringContaining('--save <file> does')]);
    const both = await place.tuesday(['incident', 'text', 'i-1', 'status', '--saved', '--discard']);
    expect(both.code).toBe(EXIT.usage);
  });

  test('come from templates, which are viewed with what may stand in them, and set with a reason', async () => {
    await using server = await scripted();
    using place = workplace(server);
    writeFileSync(join(place.folder, 't.md'), 'Dear {title}');
    const all = await place.tuesday(['incident', 'template', 'view']);
    expect(all.stdout).toContain('== customers (version 2, set by sam');
    expect(all.stdout).toMatch(/\{title\} +the title of the incident/);
    const one = await place.tuesday(['incident', 'template', 'view', 'customers']);
    expect(one.stdout).toBe('Hello {title}\n');
    const set = ['incident', 'template', 'set', 'customers', '--because', 'our words'];
    expect((await place.tuesday([...set, '--file', 't.md'])).code).toBe(EXIT.ok);
    expect((await place.tuesday([...set, '--own'])).code).toBe(EXIT.ok);
    expect((await place.tuesday(set)).stderr).toContain('use one of --file and --own');
    const sent = server.asked.filter(({ route }) => route === 'setTemplate');
    expect(sent.map(({ body }) => JSON.parse(body.toString()) as unknown)).toEqual([
      { reader: 'customers', text: 'Dear {title}', version: 2, because: 'our words' },
      { reader: 'customers', text: null, version: 2, because: 'our words' },
    ]);
  });
});
