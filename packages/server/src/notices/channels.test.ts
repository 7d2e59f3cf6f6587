import type { ChannelRequest } from '@tuesday/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { jsonOf, type Listener, listener } from '../testing/listener.ts';
import { addPerson, type TestPerson } from '../testing/people.ts';

let plane: TestPlane;
let ada: TestPerson;
let service: Listener;
beforeAll(async () => {
  plane = await testPlane();
  ada = await addPerson(plane, 'ada', ['admin']);
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(async () => {
  service = await listener();
  await plane.database.pool.query('TRUNCATE notice_channels CASCADE');
});
afterEach(() => service[Symbol.asyncDispose]());

type Body = Omit<ChannelRequest, 'kinds'> & { kinds?: ChannelRequest['kinds'] };
const add = (body: Body) => ada.client.call('addChannel', { body });
const list = async () => (await ada.client.call('listChannels')).channels;

describe('a channel', () => {
  test('shows its signing secret once, and keeps no secret readable', async () => {
    const url = `${service.url}/services/T0/B0/verysecretpath`;
    const made = await add({ name: 'hook', to: { by: 'webhook', url } });
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    await add({ name: 'pd', to: { by: 'pagerduty', url, routingKey: 'routing-key-0123' } });
    const { rows } = await plane.database.pool.query('SELECT * FROM notice_channels');
    const audit = await plane.database.pool.query('SELECT * FROM installation.audit_entries');
    const shown = JSON.stringify([await list(), rows, audit.rows]);
    for (const secret of ['verysecretpath', 'routing-key-0123', made.secret ?? '?'])
      expect(shown).not.toContain(secret);
    expect(rows.some(({ sealed }) => (sealed as Buffer).includes('verysecretpath'))).toBe(false);
  });

  test('is not for who only operates, and each change is in the log with who made it', async () => {
    const olga = await addPerson(plane, 'olga', ['operator']);
    const to = { by: 'slack', url: service.url } as const;
    await expect(olga.client.call('addChannel', { body: { name: 'x', to } })).rejects.toMatchObject({
      refusal: { code: 'forbidden' },
    });
    const { channel } = await add({ name: 'x', to });
    const params = { channel: channel.channel };
    await ada.client.call('testChannel', { params });
    await ada.client.call('removeChannel', { params });
    const { rows } = await plane.database.pool.query<{ actor: string; verb: string }>(
      `SELECT actor, verb FROM installation.audit_entries WHERE verb LIKE 'notices.%' ORDER BY seq DESC LIMIT 3`,
    );
    expect(rows.map(({ actor, verb }) => `${actor} ${verb}`)).toEqual([
      'ada notices.remove',
      'ada notices.test',
      'ada notices.add',
    ]);
  });

  const slack = (url: string): Body => ({ name: 'x', to: { by: 'slack', url } });
  test.each<[string, Body, string, string]>([
    ['without https', slack('http://hooks.example/x'), 'bad-request', 'to.url'],
    ['at an address of the link', slack('http://169.254.169.254/latest'), 'bad-request', 'to.url'],
    ['that looks like loopback', slack('http://127.0.0.1.evil.example/'), 'bad-request', 'to.url'],
    ['with a password in its address', slack('https://user:pass@hooks.example/x'), 'bad-request', 'to.url'],
    ['of another scheme', slack('file:///etc/passwd'), 'bad-request', 'to.url'],
    ['without a name', { ...slack('https://hooks.example/x'), name: ' ' }, 'bad-request', 'name'],
    [
      'of mail, where this server sends none',
      { name: 'x', to: { by: 'email', addresses: ['a@example.com'] } },
      'bad-request',
      'to.by',
    ],
    [
      'of mail, with a line break in an address',
      { name: 'x', to: { by: 'email', addresses: ['a@example.com\r\nBcc: b@example.com'] } },
      'bad-request',
      'to.addresses.0',
    ],
  ])('%s is refused', async (_, body, code, field) => {
    await expect(add(body)).rejects.toMatchObject({ refusal: { code, field } });
    expect(await list()).toEqual([]);
  });

  test('of one name is one, also when it is added twice at once', async () => {
    const both = await Promise.allSettled([1, 2].map(() => add(slack('https://hooks.example/x'))));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await list()).length).toBe(1);
  });

  test('that is not there is neither tested nor removed', async () => {
    const params = { channel: 'n-none' };
    for (const route of ['testChannel', 'removeChannel'] as const)
      await expect(ada.client.call(route, { params })).rejects.toMatchObject({
        refusal: { code: 'not-found' },
      });
  });
});

describe('a test', () => {
  const tested = async (to: ChannelRequest['to']) => {
    const { channel } = await add({ name: 't', to });
    return ada.client.call('testChannel', { params: { channel: channel.channel } });
  };

  test('says that it was taken', async () => {
    expect(await tested({ by: 'slack', url: service.url })).toEqual({
      delivered: true,
      because: `${new URL(service.url).host} has taken it.`,
    });
  });

  test('says why it was not, and the channel says so, too', async () => {
    service.answer = (_, response) => response.writeHead(403).end('invalid_token');
    const said = await tested({ by: 'slack', url: service.url });
    expect(said.delivered).toBe(false);
    expect(said.because).toContain('has not taken it: answered 403: invalid_token');
    expect((await list())[0]?.failure?.because).toBe('answered 403: invalid_token');
  });

  test('of a pager calls nobody for longer than it takes', async () => {
    await tested({ by: 'pagerduty', url: service.url, routingKey: 'routing-key-0123' });
    const told = service.heard.map(jsonOf);
    expect(told.map((one) => one['event_action'])).toEqual(['trigger', 'resolve']);
    expect(told[0]?.['dedup_key']).toBe(told[1]?.['dedup_key']);
    expect(told[0]).toMatchObject({ payload: { severity: 'info' } });
  });
});
