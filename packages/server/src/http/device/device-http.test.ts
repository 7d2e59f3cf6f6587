import {
  checkInAnswerSchema,
  enrolAnswerSchema,
  outcomeAnswerSchema,
  refusedSchema,
} from '@tuesday/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../testing/database.ts';
import { enrolDevices, outcome, report, startRollout, tokenOf } from '../../testing/fleet.ts';
import { post, startTestServer, type TestServer } from '../../testing/server.ts';

let database: FreshDatabase;
let server: TestServer;

beforeAll(async () => {
  database = await freshDatabase();
  await startRollout(database.pool, await enrolDevices(database.pool, 4));
  server = await startTestServer(database);
});
afterAll(async () => {
  await server.stop();
  await database.drop();
});

const send = (path: string, body: unknown, token: string | undefined = tokenOf('d0')) =>
  post(server, `/device/v1/${path}`, token, typeof body === 'string' ? body : JSON.stringify(body));

const enrolBody = (device: string) => ({ protocol: 1, device, hardware: 'th-2' });

describe('enrolment', () => {
  test('gives a token that is good at once, and where the broker is', async () => {
    const answer = await send('enrol', enrolBody('fresh'), server.fleetKey);
    const { token, mqtt } = enrolAnswerSchema.parse(JSON.parse(answer.text));
    expect(mqtt).toBe(server.mqtt);
    expect((await send('check-in', report(), token)).status).toBe(200);
  });

  test('may be repeated until the device has reported, and then the id is taken', async () => {
    const first = enrolAnswerSchema.parse(
      JSON.parse((await send('enrol', enrolBody('lost'), server.fleetKey)).text),
    );
    expect((await send('check-in', '{}', first.token)).status).toBe(400);
    const second = enrolAnswerSchema.parse(
      JSON.parse((await send('enrol', enrolBody('lost'), server.fleetKey)).text),
    );
    expect((await send('check-in', report(), second.token)).status).toBe(200);
    expect((await send('enrol', enrolBody('lost'), server.fleetKey)).status).toBe(409);
    expect((await send('check-in', report(), first.token)).status).toBe(401);
    expect((await send('check-in', report(), second.token)).status).toBe(200);
  });

  test.each<[string, unknown, number]>([
    ['a key that is not ours', enrolBody('x'), 401],
    ['no key, whatever the body', 'not JSON', 401],
  ])('with %s is refused', async (_sentence, body, status) => {
    expect((await send('enrol', body, `tsf1.${'x'.repeat(43)}`)).status).toBe(status);
    expect((await post(server, '/device/v1/enrol', undefined, JSON.stringify(body))).status).toBe(status);
  });

  test('with a body that does not parse names the field', async () => {
    const answer = await send('enrol', { protocol: 1, device: '../x', hardware: 'th-2' }, server.fleetKey);
    expect(answer.status).toBe(400);
    expect(refusedSchema.parse(JSON.parse(answer.text)).refused.field).toBe('device');
  });
});

describe('every failed authentication', () => {
  test('looks the same, byte for byte', async () => {
    const answers = await Promise.all([
      post(server, '/device/v1/check-in', undefined, JSON.stringify(report())),
      ...[
        '',
        'x',
        server.fleetKey,
        server.operatorToken,
        tokenOf('nobody'),
        `${tokenOf('d0').slice(0, -1)}y`,
        tokenOf('d0').slice(0, -1),
        `tsd1.d1.${tokenOf('d0').slice(-43)}`,
        'tsd1.d0.',
        `tsd1.${'d'.repeat(500)}.${'x'.repeat(43)}`,
      ].map((token) => post(server, '/device/v1/check-in', token, JSON.stringify(report()))),
    ]);
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(
      new Set([`401 ${answers[0]?.text}`]),
    );
  });
});

describe('a body that is not a report', () => {
  const deep = `{"environment":${'['.repeat(7_000)}${']'.repeat(7_000)}}`;
  test.each<[string, string, unknown, number, string | undefined]>([
    ['nothing', 'check-in', '', 400, undefined],
    ['not JSON', 'check-in', '{', 400, undefined],
    ['null', 'check-in', 'null', 400, undefined],
    ['an array', 'outcomes', '[]', 400, undefined],
    ['nested very deep', 'check-in', deep, 400, 'protocol'],
    ['a string for a number', 'check-in', { ...report(), updates: '1' }, 400, 'updates'],
    ['a number that is not whole', 'check-in', { ...report(), bootAttempts: 0.5 }, 400, 'bootAttempts'],
    ['another protocol', 'check-in', { ...report(), protocol: 2 }, 400, 'protocol'],
    ['a slot that does not exist', 'check-in', { ...report(), active: 'c' }, 400, 'active'],
    ['a version that is none', 'check-in', report({}, 'three'), 400, 'slots.a.version'],
    ['too many errors', 'check-in', { ...report(), errors: Array(33).fill('0x45') }, 400, 'errors'],
    ['a text with a zero', 'check-in', { ...report(), agent: 'a\0b' }, 400, undefined],
    ['half a surrogate', 'outcomes', { ...outcome('failed'), because: '\ud800' }, 400, undefined],
    ['an unknown kind', 'outcomes', { ...outcome('failed'), kind: 'fine' }, 400, 'kind'],
    ['an offer that was never made', 'outcomes', { ...outcome('failed'), offer: 'r-test.u2' }, 404, 'offer'],
    ['a rollout that it is not in', 'outcomes', { ...outcome('failed'), rollout: 'other' }, 404, 'offer'],
    [
      'too many per cent',
      'progress',
      { protocol: 1, offer: 'x', step: 'trying', percent: 101 },
      400,
      'percent',
    ],
    ['over the limit', 'check-in', JSON.stringify(report()).padEnd(16_385), 413, undefined],
    ['far over the limit', 'outcomes', 'x'.repeat(3_000_000), 413, undefined],
  ])('(%s) is refused with its field', async (_sentence, path, body, status, field) => {
    const answer = await send(path, body);
    expect(answer.status, answer.text).toBe(status);
    const { refused } = refusedSchema.parse(JSON.parse(answer.text));
    expect(refused.field).toBe(field);
    expect(answer.text).not.toMatch(/\.ts\b|node_modules|\n/);
  });

  test('but for a field that this version does not know is taken without it', async () => {
    const answer = await send('check-in', { ...report(), mood: 'fine' }, tokenOf('d3'));
    expect(checkInAnswerSchema.parse(JSON.parse(answer.text)).offer.kind).toBe('none');
    const { rows } = await database.pool.query(
      `SELECT report ? 'mood' AS kept FROM devices WHERE device = 'd3'`,
    );
    expect(rows).toEqual([{ kept: false }]);
  });

  test('at the limit exactly is a report like any other', async () => {
    expect((await send('check-in', JSON.stringify(report()).padEnd(16_384), tokenOf('d1'))).status).toBe(200);
  });
});

test('none of this broke anything', () => {
  expect(server.faults).toEqual([]);
});

describe('a device', () => {
  test('in an open stage is offered the release, reports it installed, and is offered nothing more', async () => {
    const first = checkInAnswerSchema.parse(JSON.parse((await send('check-in', report())).text));
    expect(first.offer).toMatchObject({ kind: 'update', offer: 'r-test.u1', target: '3.2.5/th-2.bundle' });
    const progress = { protocol: 1, offer: 'r-test.u1', step: 'downloading', percent: 40 };
    expect((await send('progress', progress)).status).toBe(200);
    expect(server.context.progress.of('d0')).toEqual(progress);
    expect(
      outcomeAnswerSchema.parse(JSON.parse((await send('outcomes', outcome('installed'))).text)),
    ).toEqual({
      accepted: true,
    });
    expect(server.context.progress.of('d0')).toBeUndefined();
    const second = checkInAnswerSchema.parse(JSON.parse((await send('check-in', report({}, '3.2.5'))).text));
    expect(second.offer.kind).toBe('none');
  });

  test('asking for what is not there gets a refusal, not a page', async () => {
    const response = await fetch(`${server.url}/device/v1/check-in`);
    expect(response.status).toBe(404);
    expect(refusedSchema.parse(await response.json()).refused.code).toBe('not-found');
  });
});
