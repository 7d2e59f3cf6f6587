import { isRefused, wallClock } from '@tuesday/protocol';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../db/pool.ts';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { deliverOnce } from '../outbox/deliver.ts';
import { announcement, putEffect } from '../outbox/put.ts';
import { jsonOf, type Listener, listener } from '../testing/listener.ts';
import { addChannel } from './add-channel.ts';
import { Postman } from './deliver.ts';
import { type Notice, putNotice, putResolve } from './put.ts';
import { removeChannel } from './remove-channel.ts';

let plane: TestPlane;
let service: Listener;
beforeAll(async () => {
  plane = await testPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(async () => {
  service = await listener();
  await plane.database.pool.query('TRUNCATE notice_channels, outbox CASCADE');
});
afterEach(() => service[Symbol.asyncDispose]());

const notice: Notice = {
  kind: 'halted',
  title: 'thermostat (3.2.5) has halted',
  lines: ['Stage 1 failed its gate.'],
  path: '/rollouts/r-1',
  about: 'rollout r-1',
};
const put = (given: Notice = notice) =>
  plane.database.db.transaction().execute((trx) => putNotice(trx, plane.clock.now(), given));

async function webhook(name = 'hook', url = service.url): Promise<{ channel: string; secret: string }> {
  const made = await addChannel(plane.context, plane.actor, { name, kinds: [], to: { by: 'webhook', url } });
  if (isRefused(made)) throw new Error(made.refused.because);
  return { channel: made.channel.channel, secret: made.secret ?? '' };
}

async function deliver(limitMillis?: number, context = plane.context): Promise<void> {
  const postman = new Postman({ ...context, random: () => 0 }, limitMillis);
  await postman.round();
  await postman.idle();
}
const due = () => plane.database.pool.query(`UPDATE outbox SET lease_until = '-infinity'`);
const channels = async () => (await plane.client.call('listChannels')).channels;

describe('a webhook', () => {
  test('gets the notice once, signed so that the library of Standard Webhooks believes it', async () => {
    const { secret } = await webhook();
    await put();
    await deliver();
    await deliver();
    expect(service.heard.length).toBe(1);
    const [heard] = service.heard;
    const headers = heard?.headers as Record<string, string>;
    const verified = new Webhook(secret).verify(heard?.text ?? '', headers);
    expect(verified).toMatchObject({
      type: 'halted',
      data: {
        title: notice.title,
        about: 'rollout r-1',
        lines: ['Stage 1 failed its gate.', expect.stringContaining('tuesday rollout acknowledge r-1')],
      },
    });
    expect((await channels())[0]).toMatchObject({
      failure: null,
      waiting: 0,
      lastDeliveredAt: plane.clock.now(),
    });
  });

  test.each<[string, (secret: string, text: string, headers: Record<string, string>) => unknown]>([
    ['another body', (secret, text, headers) => new Webhook(secret).verify(`${text} `, headers)],
    [
      'another secret',
      (_, text, headers) =>
        new Webhook(`whsec_${Buffer.alloc(32, 1).toString('base64')}`).verify(text, headers),
    ],
    [
      'another id',
      (secret, text, headers) => new Webhook(secret).verify(text, { ...headers, 'webhook-id': 'x' }),
    ],
    [
      'an old timestamp',
      (secret, text, headers) =>
        new Webhook(secret).verify(text, {
          ...headers,
          'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 301),
        }),
    ],
  ])('whose message has %s is not believed', async (_, verify) => {
    const { secret } = await webhook();
    await put();
    await deliver();
    const [heard] = service.heard;
    expect(() => verify(secret, heard?.text ?? '', heard?.headers as Record<string, string>)).toThrow(
      /signature|timestamp/i,
    );
  });
});

describe('what does not arrive', () => {
  const failing: Array<[string, (answer: Listener) => void, RegExp]> = [
    [
      'an answer of 500',
      (to) => (to.answer = (_, response) => response.writeHead(500).end('oops')),
      /^answered 500: oops$/,
    ],
    [
      'an answer of 408',
      (to) => (to.answer = (_, response) => response.writeHead(408).end()),
      /^answered 408$/,
    ],
    ['a connection that is cut', (to) => (to.answer = (_, response) => response.destroy()), /^not reached: /],
    ['no answer in time', (to) => (to.answer = () => undefined), /^no answer within the time limit$/],
  ];
  test.each(failing)('because of %s is tried again under the same id', async (_, fail, because) => {
    await webhook();
    await put();
    const works = service.answer;
    fail(service);
    await deliver(300);
    expect((await channels())[0]).toMatchObject({
      waiting: 1,
      failure: { because: expect.stringMatching(because), attempts: 1 },
    });
    service.answer = works;
    await due();
    await deliver();
    const ids = service.heard.map(({ headers }) => headers['webhook-id']);
    expect(ids.length).toBe(2);
    expect(new Set(ids).size).toBe(1);
    expect((await channels())[0]).toMatchObject({ waiting: 0, failure: null });
  });

  test('because nobody listens is tried again', async () => {
    const gone = await listener();
    await gone[Symbol.asyncDispose]();
    await webhook('gone', gone.url);
    await put();
    await deliver();
    expect((await channels())[0]?.failure?.because).toBe('not reached: ECONNREFUSED');
    await using back = await listener(Number(new URL(gone.url).port));
    await due();
    await deliver();
    expect(back.heard.length).toBe(1);
  });

  test.each([400, 401, 404, 410, 301, 302])(
    'because of an answer of %i is given up, and the channel says so',
    async (status) => {
      await webhook();
      await put();
      service.answer = (_, response) =>
        response.writeHead(status, { location: `${service.url}/elsewhere` }).end('no');
      await deliver();
      await due();
      await deliver();
      expect(service.heard.map(({ path }) => path)).toEqual(['/']);
      expect((await channels())[0]).toMatchObject({
        waiting: 0,
        failure: { because: expect.stringMatching(`^given up after 1 attempt: answered ${status}`) },
      });
    },
  );

  test('waits as long as the service asks', async () => {
    await webhook();
    await put();
    service.answer = (_, response) => response.writeHead(429, { 'retry-after': '120' }).end();
    await deliver();
    const { rows } = await plane.database.pool.query<{ wait: number }>(
      'SELECT extract(epoch FROM lease_until - now())::int AS wait FROM outbox',
    );
    expect(rows[0]?.wait).toBeGreaterThan(110);
    expect(rows[0]?.wait).toBeLessThan(121);
  });

  test('is given up after three days', async () => {
    await webhook();
    await put();
    await plane.database.pool.query(`UPDATE outbox SET put_at = now() - interval '73 hours'`);
    service.answer = (_, response) => response.writeHead(503).end();
    await deliver();
    expect((await channels())[0]).toMatchObject({
      waiting: 0,
      failure: { because: 'given up after 1 attempt: answered 503' },
    });
  });

  test('with an endless answer is cut off, and counts as taken', async () => {
    await webhook();
    await put();
    service.answer = (_, response) => {
      const chunk = Buffer.alloc(65_536, 'x');
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    };
    await deliver(5_000);
    expect((await channels())[0]).toMatchObject({ waiting: 0, failure: null });
  });
});

describe('of many servers', () => {
  test('one delivers each', async () => {
    await webhook('a', `${service.url}/a`);
    await webhook('b', `${service.url}/b`);
    for (let index = 0; index < 10; index++) await put({ ...notice, about: `rollout r-${index}` });
    const other = openDatabase(plane.database.url);
    try {
      const shells = [plane.context, { ...plane.context, db: other.db }];
      await Promise.all(shells.map((shell) => deliver(undefined, shell)));
    } finally {
      await other.close();
    }
    const told = service.heard.map((heard) => `${heard.path} ${String(heard.headers['webhook-id'])}`);
    expect(told.length).toBe(20);
    expect(new Set(told).size).toBe(20);
  });

  test('one that dies between sending and noting it down leaves the message to the next', async () => {
    await webhook();
    await put();
    const { pool } = plane.database;
    await pool.query(`CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.done_at IS NOT NULL THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NEW; END $$`);
    await pool.query('CREATE TRIGGER cut BEFORE UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION cut()');
    await deliver();
    await pool.query('DROP FUNCTION cut CASCADE');
    // Its lease still stands: nobody else takes it before that has run out.
    await deliver();
    expect(service.heard.length).toBe(1);
    await due();
    await deliver();
    const ids = service.heard.map(({ headers }) => headers['webhook-id']);
    expect(ids.length).toBe(2);
    expect(new Set(ids).size).toBe(1);
    expect((await channels())[0]?.waiting).toBe(0);
  });

  test('one that is told to stop cuts off what it waits for and leaves it at once', async () => {
    await webhook();
    await put();
    const asked = new Promise<void>((resolve) => (service.answer = () => resolve()));
    const postman = new Postman(plane.context);
    await postman.round();
    await asked;
    await postman.stop();
    service.answer = (_, response) => response.end();
    await deliver();
    expect(service.heard.length).toBe(2);
    expect((await channels())[0]?.waiting).toBe(0);
  });
});

describe('a channel that is slow', () => {
  test('holds up neither the other channels nor the announcements', async () => {
    await webhook('slow', `${service.url}/slow`);
    await webhook('quick', `${service.url}/quick`);
    let release = () => undefined as void;
    service.answer = ({ path }, response) => {
      if (path === '/slow') release = () => void response.end();
      else response.end();
    };
    await put();
    await put();
    await plane.database.db
      .transaction()
      .execute((trx) => putEffect(trx, plane.clock.now(), announcement(1)));
    const postman = new Postman(plane.context);
    await postman.round();
    const heard = (path: string) => service.heard.filter((one) => one.path === path).length;
    const clock = wallClock();
    while (heard('/quick') < 2 || heard('/slow') < 1) await clock.sleep(5);
    let announced = 0;
    await deliverOnce(plane.context, async () => void announced++);
    expect(announced).toBe(1);
    expect(heard('/slow')).toBe(1);
    release();
    while (heard('/slow') < 2) await clock.sleep(5);
    release();
    await postman.idle();
    expect((await channels()).map(({ waiting }) => waiting)).toEqual([0, 0]);
  });
});

describe('a channel', () => {
  test('hears only what it wants, but a halt that nobody answers in any case', async () => {
    const to = { by: 'webhook', url: service.url } as const;
    await addChannel(plane.context, plane.actor, { name: 'gates', kinds: ['gate-passed'], to });
    for (const kind of ['halted', 'gate-passed', 'halt-unacknowledged'] as const)
      await put({ ...notice, kind });
    await deliver();
    expect(service.heard.map((heard) => jsonOf(heard)['type'])).toEqual([
      'gate-passed',
      'halt-unacknowledged',
    ]);
  });

  test('that is removed takes along what waits for it', async () => {
    const { channel } = await webhook();
    await put();
    await removeChannel(plane.context, plane.actor, channel);
    await deliver();
    expect(service.heard).toEqual([]);
    const { rows } = await plane.database.pool.query('SELECT id FROM outbox');
    expect(rows).toEqual([]);
  });

  test('that is removed while its messages go out leaves nothing behind, and breaks nothing', async () => {
    const faults: unknown[] = [];
    const log = { ...plane.context.log, error: (fields: object) => void faults.push(fields) };
    for (let index = 0; index < 8; index++) {
      const { channel } = await webhook(`hook ${index}`);
      await put();
      await put();
      service.answer = (_, response) => response.writeHead(index % 2 === 0 ? 200 : 500).end();
      await Promise.all([
        deliver(undefined, { ...plane.context, log }),
        removeChannel(plane.context, plane.actor, channel),
      ]);
    }
    expect(faults).toEqual([]);
    expect((await plane.database.pool.query('SELECT id FROM outbox')).rows).toEqual([]);
  });

  test('that is removed while something happens never loses what happened', async () => {
    const { channel } = await webhook();
    const [told, removed] = await Promise.all([
      Promise.allSettled(Array.from({ length: 20 }, () => put())),
      removeChannel(plane.context, plane.actor, channel),
    ]);
    expect(told.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(removed).toEqual({ ok: true });
  });
});

describe('a pager service', () => {
  test('PagerDuty is called for a halt, once for each rollout, and called off when somebody is at it', async () => {
    const to = { by: 'pagerduty', url: service.url, routingKey: 'R0123456789ABCDEF' } as const;
    await addChannel(plane.context, plane.actor, { name: 'pd', kinds: [], to });
    await put({ ...notice, kind: 'gate-passed' });
    await put();
    await put({ ...notice, kind: 'halt-unacknowledged' });
    await plane.database.db
      .transaction()
      .execute((trx) => putResolve(trx, plane.clock.now(), notice.about, 'alice is at it'));
    await deliver();
    const told = service.heard.map(jsonOf);
    expect(told.map((one) => one['event_action'])).toEqual(['trigger', 'trigger', 'resolve']);
    expect(new Set(told.map((one) => one['dedup_key']))).toEqual(new Set(['tuesday rollout r-1']));
    expect(told[0]).toMatchObject({
      routing_key: 'R0123456789ABCDEF',
      payload: { severity: 'critical', source: 'tuesday', summary: expect.stringContaining('HALTED') },
    });
  });

  test('Opsgenie is called the same way, under its own key', async () => {
    const to = { by: 'opsgenie', url: `${service.url}/v2/alerts`, apiKey: 'og-key-123' } as const;
    await addChannel(plane.context, plane.actor, { name: 'og', kinds: [], to });
    await put();
    await plane.database.db
      .transaction()
      .execute((trx) => putResolve(trx, plane.clock.now(), notice.about, 'alice is at it'));
    await deliver();
    expect(service.heard.map(({ path }) => path)).toEqual([
      '/v2/alerts',
      '/v2/alerts/tuesday%20rollout%20r-1/close?identifierType=alias',
    ]);
    expect(service.heard[0]?.headers.authorization).toBe('GenieKey og-key-123');
    expect(jsonOf(service.heard[0])).toMatchObject({ alias: 'tuesday rollout r-1', priority: 'P1' });
    expect(jsonOf(service.heard[1])).toMatchObject({ note: 'alice is at it' });
  });
});
