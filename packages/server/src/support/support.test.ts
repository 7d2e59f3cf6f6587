import { createHash } from 'node:crypto';
import { request as ask } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  installTrust,
  publish,
  type Signers,
  type TestPlane,
  testPlane,
} from '../http/operator/testing/control-plane.ts';
import { enrolDevices } from '../testing/fleet.ts';
import { choose } from './language.ts';
import { Pace } from './pace.ts';

const evil = `</p><script>alert("1")</script><img src=x onerror='alert(2)'>`;
const texts = {
  de: { title: 'Kein Netz', meaning: 'Es ist weg.', customer: 'Warten Sie.' },
  ar: { title: 'لا شبكة', meaning: 'x', customer: '' },
};
const codes = [
  {
    code: '0x45',
    title: 'No network',
    meaning: 'It is gone.',
    customer: 'Wait.',
    severity: 'critical' as const,
    failsHealth: true,
    texts,
  },
  { code: '0x46', title: evil.slice(0, 120), meaning: evil, failsHealth: false },
];

let plane: TestPlane;
let signers: Signers;
let address = 1;
beforeAll(async () => {
  plane = await testPlane({ TUESDAY_TRUST_PROXY: '127.0.0.1' });
  signers = await installTrust(plane);
  await publish(plane, signers, '3.2.4', { errorCodes: codes });
});
afterAll(() => plane[Symbol.asyncDispose]());
// Each test comes from a network of its own, and asks about what is true now.
beforeEach(() => void address++);

interface Page {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

function get(path: string, headers: Record<string, string> = {}): Promise<Page> {
  return new Promise((resolve, reject) => {
    const all = { 'x-forwarded-for': `10.0.0.${address}`, ...headers };
    ask(`${plane.url}${path}`, { headers: all }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('the page of a code', () => {
  test.each([
    '/support/0x45',
    '/support/0x045',
    '/support/0X45',
    '/support/0x45/',
    '/fleets/main/support/0x45',
  ])('%s says what it means and what to do', async (path) => {
    const { status, text, headers } = await get(path);
    expect(status).toBe(200);
    for (const words of ['<title>0x45: No network</title>', 'It is gone.', 'Wait.', 'Serious'])
      expect(text).toContain(words);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'/,
    );
  });

  test('may be styled as it is: its policy has the digest of its one style', async () => {
    const { text, headers } = await get('/support/0x45');
    const styles = [...text.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style = '']) => style);
    expect(styles.length).toBe(1);
    const digest = createHash('sha256')
      .update(styles[0] ?? '')
      .digest('base64');
    expect(headers['content-security-policy']).toContain(`'sha256-${digest}'`);
    expect(text).not.toMatch(/ style=| on\w+=/);
  });

  test('says it in the language that was asked for, else in that of the browser, else in English', async () => {
    const title = async (path: string, accept?: string) =>
      /<h1 lang="(\w+)" dir="(\w+)">([^<]*)/
        .exec((await get(path, accept ? { 'accept-language': accept } : {})).text)
        ?.slice(1);
    const german = ['de', 'ltr', 'Kein Netz'];
    const english = ['en', 'ltr', 'No network'];
    expect(await title('/support/0x45?lang=de')).toEqual(german);
    expect(await title('/support/0x45', 'de-AT,en;q=0.5')).toEqual(german);
    expect(await title('/support/0x45?lang=en', 'de')).toEqual(english);
    expect(await title('/support/0x45', 'fr, de;q=0.2')).toEqual(german);
    expect(await title('/support/0x45', 'fr')).toEqual(english);
    expect(await title('/support/0x45?lang=xx-%3Cscript%3E')).toEqual(english);
    expect(await title('/support/0x45?lang=ar')).toEqual(['ar', 'rtl', 'لا شبكة']);
    expect((await get('/support/0x45', { 'accept-language': 'de' })).text).toContain(
      '<html lang="de" dir="ltr">',
    );
  });

  test('lets nothing that people wrote become markup', async () => {
    const { text } = await get('/support/0x46');
    expect(text).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
    expect(text).not.toMatch(/<script|<img/);
    const { text: odd } = await get('/support?code=%22%3E%3Cscript%3E&lang=%22%3E%3Cscript%3E');
    expect(odd).not.toMatch(/<script/);
  });

  test('tells nothing of devices, and no figures', async () => {
    await enrolDevices(plane.database.pool, 3);
    await plane.database.pool.query(
      `INSERT INTO code_stubs (code, opened_at, seen_by, first_device, first_release, first_environment, devices, entry)
       VALUES ('0x77', 0, 'device', 'th-secret', '9.9.9', '{"broker":"hidden"}', 4711, '{"title":"Valve","meaning":"It sticks."}')`,
    );
    for (const path of ['/support/0x77', '/v1/support/codes/0x77']) {
      const { status, text } = await get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(text).toContain('It sticks.');
      for (const secret of ['th-secret', '9.9.9', 'hidden', '4711']) expect(text).not.toContain(secret);
    }
    expect((await get('/support/0x77')).text).toContain('We are finding out what causes it.');
  });

  test('of a code that nobody knows says so, asks for word to support, and changes nothing', async () => {
    const before = await plane.database.pool.query('SELECT * FROM code_stubs');
    const { status, text } = await get('/support/0x99');
    expect(status).toBe(404);
    expect(text).toContain('We do not know 0x99 yet');
    expect(text).toContain('tell support');
    expect((await plane.database.pool.query('SELECT * FROM code_stubs')).rows).toEqual(before.rows);
  });

  test('is the same for a fleet that is not there', async () => {
    const here = await get('/fleets/main/support/0x99');
    const nowhere = await get('/fleets/nowhere/support/0x99');
    expect(nowhere.text).toBe(here.text.replaceAll('/fleets/main', '/fleets/nowhere'));
    expect((await get('/fleets/nowhere/v1/support/codes/0x45')).text).toBe(
      (await get('/v1/support/codes/0x99')).text.replace('0x99', '0x45'),
    );
  });

  test('is looked up by the form, with or without 0x', async () => {
    expect((await get('/support')).text).toContain('<form action="/support" method="get"');
    expect((await get('/support?code=0X45')).headers['location']).toBe('/support/0x45');
    expect((await get('/support?code=45&lang=de')).headers['location']).toBe('/support/0x45?lang=de');
    expect((await get('/fleets/main/support?code=45')).headers['location']).toBe('/fleets/main/support/0x45');
    expect((await get('/support?code=help')).status).toBe(404);
    expect((await get('/support/help')).status).toBe(404);
  });
});

describe('the JSON of a code', () => {
  test('has what help desks show', async () => {
    const { text } = await get('/v1/support/codes/0x045?lang=de');
    expect(JSON.parse(text)).toEqual({
      code: '0x45',
      severity: 'critical',
      fix: 'none',
      language: 'de',
      ...texts.de,
    });
    expect(JSON.parse((await get('/v1/support/codes/0x99')).text)).toMatchObject({
      refused: { code: 'not-found', because: 'we do not know the code 0x99 yet' },
    });
  });
});

test('a network that asks without end is asked to wait, and another is not', async () => {
  const statuses = new Set<number>();
  for (let asked = 0; asked < 250; asked++) statuses.add((await get('/support/0x45')).status);
  expect(statuses).toEqual(new Set([200, 429]));
  expect((await get('/support/0x45', { 'x-forwarded-for': '10.9.9.9' })).status).toBe(200);
});

describe('pace', () => {
  const clock = { rate: 1, time: 30_000, now: () => clock.time, sleep: () => Promise.resolve() };
  test('lets so many through in a minute, and says how long to wait', () => {
    const pace = new Pace(2, clock);
    expect([1, 2, 3].map(() => pace.ask('192.0.2.7'))).toEqual([0, 0, 30]);
    expect(pace.ask('192.0.2.8')).toBe(0);
    expect(pace.ask('2001:db8::1')).toBe(0);
    expect(pace.ask('2001:db8::2')).toBe(0);
    expect(pace.ask('2001:db8::3')).toBe(30);
    clock.time = 60_000;
    expect(pace.ask('192.0.2.7')).toBe(0);
  });
});

describe('whether a fix is under way', () => {
  // Answers are good for some seconds, so each is asked of another code.
  const path = (code: string) => `/v1/support/codes/${code}`;
  async function rollout(phase: string, release: string, wayBack: string): Promise<void> {
    await plane.database.pool.query('TRUNCATE rollouts CASCADE');
    await plane.database.pool.query(
      `INSERT INTO rollouts (rollout, name, release, way_back, plan, plan_digest, seed, state, phase, created_at)
       VALUES ('r', 'r', $2, $3, '{}', '', '', '{}', $1, 0)`,
      [phase, release, wayBack],
    );
  }
  const failing = (code: string) => ({ code, title: 'T', meaning: 'M', failsHealth: true });
  beforeAll(async () => {
    await publish(plane, signers, '3.2.5', {
      wayBack: '3.2.4',
      errorCodes: [failing('0x51'), failing('0x52')],
    });
    await publish(plane, signers, '3.2.6', { wayBack: '3.2.5', errorCodes: [failing('0x52')] });
  });

  test.each([
    ['a halted update that can show it', 'halted', '3.2.5', '3.2.4', '0x52', 'stopped'],
    ['one on its way back', 'recalling', '3.2.5', '3.2.4', '0x45', 'none'],
    ['an update that no longer shows it', 'soaking', '3.2.6', '3.2.5', '0x51', 'coming'],
  ])('%s', async (_, phase, release, wayBack, code, fix) => {
    await rollout(phase, release, wayBack);
    // The first test of all has asked about 0x45, whose answer is still good; it was the same.
    expect(JSON.parse((await get(path(code))).text)).toMatchObject({ code, fix });
  });
});

test('a fleet that does not want to explains nothing', async () => {
  const { policy } = await plane.client.call('viewPolicy');
  const closed = { ...policy, codes: { ...policy.codes, supportPage: false } };
  await plane.client.call('setPolicy', { body: { policy: closed, because: 'a test' } });
  // Asked about for the first time, so that no earlier answer is given again.
  await publish(plane, signers, '3.2.7', { wayBack: '3.2.5', errorCodes: [{ ...codes[0]!, code: '0x60' }] });
  expect((await get('/support/0x60')).status).toBe(404);
  expect((await get('/v1/support/codes/0x60')).status).toBe(404);
});

test.each([
  [['en', 'de'], '', 'de', 'de'],
  [['en', 'de'], '', '*', 'en'],
  [['en', 'pt-BR'], 'pt', undefined, 'pt-BR'],
  [['en', 'de'], '', ',;q=,', 'en'],
  [['en', 'de'], '', 'de;q=0', 'en'],
  [['en', 'de'], '', 'de,'.repeat(5_000), 'en'],
])('of %j, asked for "%s" and accepting %s, it is %s', (available, lang, accept, expected) => {
  expect(choose(available, lang, accept)).toBe(expected);
});
