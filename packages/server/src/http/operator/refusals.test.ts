import { refusedSchema, type RouteName, routes } from '@tuesday/protocol';
import { signPayload } from '@tuesday/trust';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enrolDevices, report } from '../../testing/fleet.ts';
import { braced, openApi } from './openapi.ts';
import {
  bytesOf,
  manifestOf,
  publishTwo,
  type Signers,
  type TestPlane,
  testPlane,
  trustRequest,
} from './testing/control-plane.ts';

let plane: TestPlane;
let signers: Signers;
let rollout: string;

const plan = {
  name: 'p',
  release: '3.2.5',
  stages: [
    { share: 0.1, soak: '24h' },
    { share: 1, soak: '24h' },
  ],
};

beforeAll(async () => {
  plane = await testPlane();
  signers = await publishTwo(plane);
  await plane.client.call('createRelease', { body: manifestOf('3.2.6', { wayBack: '3.2.5' }) });
  await plane.client.call('createRelease', { body: manifestOf('3.2.7', { wayBack: '3.2.5' }) });
  const version = '3.2.7';
  await plane.client.call('uploadArtifact', {
    params: { version, hardware: 'th-2' },
    body: bytesOf(version),
  });
  const { payload, targetsVersion } = await plane.client.call('viewSigning', { params: { version } });
  const body = { ...signPayload(payload, signers.alice), targetsVersion };
  await plane.client.call('addSignature', { params: { version }, body });
  await enrolDevices(plane.database.pool, 4);
  await plane.database.pool.query('UPDATE devices SET report = $1', [JSON.stringify(report())]);
  ({ rollout } = await plane.client.call('createRollout', { body: plan }));
});
afterAll(() => plane[Symbol.asyncDispose]());

interface Sent {
  method: string;
  path: string;
  body?: unknown;
  raw?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

async function send({ method, path, body, raw, headers = {} }: Sent) {
  const response = await fetch(`${plane.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${plane.token}`,
      ...(body === undefined && raw === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(raw !== undefined ? { body: raw } : body !== undefined ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, text: await response.text() };
}

async function everything(): Promise<string> {
  const tables = [
    'installation.audit_entries',
    'releases',
    'rollouts',
    'rollout_events',
    'outbox',
    'settings',
    'members',
  ];
  const rows = await Promise.all(
    [...tables, 'trust_metadata', 'artifacts', 'fleet_keys'].map((table) =>
      plane.database.pool.query(`SELECT * FROM ${table} ORDER BY 1, 2`),
    ),
  );
  return JSON.stringify(rows.map((result) => result.rows));
}

const post = (path: string, body: unknown): Sent => ({ method: 'POST', path, body });
const upload = (path: string, raw: string): Sent => ({
  method: 'PUT',
  path,
  raw,
  headers: { 'content-type': 'application/octet-stream' },
});
const stages = (...pairs: [number, string][]) => ({
  ...plan,
  stages: pairs.map(([share, soak]) => ({ share, soak })),
});
const artifact = '/v1/releases/3.2.6/artifacts/th-2';
const sign = (change: object) =>
  post('/v1/releases/3.2.7/signatures', {
    keyid: 'a'.repeat(64),
    sig: 'b'.repeat(128),
    targetsVersion: 4,
    ...change,
  });

const rows: [sentence: string, sent: () => Sent, status: number, code: string, field?: string][] = [
  [
    'a token of nobody',
    () => ({ method: 'GET', path: '/v1/fleet', headers: { authorization: 'Bearer tso1.x' } }),
    401,
    'unauthenticated',
  ],
  [
    'no token',
    () => ({ method: 'GET', path: '/v1/fleet', headers: { authorization: '' } }),
    401,
    'unauthenticated',
  ],
  ['a route that is not there', () => ({ method: 'GET', path: '/v1/nothing' }), 404, 'not-found'],
  ['a method that is not there', () => ({ method: 'DELETE', path: '/v1/fleet' }), 404, 'not-found'],
  ['malformed JSON', () => ({ method: 'POST', path: '/v1/rollouts', raw: '{"name":' }), 400, 'bad-request'],
  [
    'JSON that would reach the prototype',
    () => ({ method: 'POST', path: '/v1/rollouts', raw: '{"__proto__":{}}' }),
    400,
    'bad-request',
  ],
  [
    'a body over the limit',
    () => ({ method: 'POST', path: '/v1/releases', raw: `"${'x'.repeat(2_000_000)}"` }),
    413,
    'too-large',
  ],
  [
    'another content type',
    () => ({ method: 'POST', path: '/v1/releases', raw: 'a=b', headers: { 'content-type': 'text/plain' } }),
    400,
    'bad-request',
  ],
  ['a path that does not decode', () => ({ method: 'GET', path: '/v1/devices/%zz' }), 400, 'bad-request'],
  [
    'a character that cannot be kept',
    () => post('/v1/fleet/keys', { because: 'a\0b' }),
    400,
    'bad-request',
    'because',
  ],
  [
    'half of a character',
    () => ({ method: 'POST', path: '/v1/fleet/keys', raw: String.raw`{"because":"\ud800"}` }),
    400,
    'bad-request',
    'because',
  ],
  ['no reason', () => post('/v1/fleet/keys', {}), 400, 'bad-request', 'because'],
  [
    'a limit out of bounds',
    () => ({ method: 'GET', path: '/v1/devices?limit=501' }),
    400,
    'bad-request',
    'limit',
  ],
  ['a device that is not there', () => ({ method: 'GET', path: '/v1/devices/nobody' }), 404, 'not-found'],
  [
    'a hold of a device that is not there',
    () => post('/v1/devices/nobody/hold', { because: 'x' }),
    404,
    'not-found',
  ],

  [
    'shares that fall',
    () => post('/v1/rollouts', stages([0.5, '24h'], [0.1, '24h'])),
    400,
    'plan-invalid',
    'stages.1.share',
  ],
  ['a soak of zero', () => post('/v1/rollouts', stages([0.5, '0h'])), 400, 'plan-invalid', 'stages.0.soak'],
  [
    'a soak too short to notice silence',
    () => post('/v1/plans/check', stages([0.5, '5m'])),
    400,
    'plan-invalid',
    'stages.0.soak',
  ],
  [
    'a share above one',
    () => post('/v1/rollouts', stages([1.5, '24h'])),
    400,
    'plan-invalid',
    'stages.0.share',
  ],
  [
    'a rollout of an unknown release',
    () => post('/v1/rollouts', { ...plan, release: '9.9.9' }),
    404,
    'not-found',
    'release',
  ],
  [
    'a rollout of a draft',
    () => post('/v1/rollouts', { ...plan, release: '3.2.6' }),
    409,
    'release-not-published',
    'release',
  ],
  [
    'a rollout without a way back',
    () => post('/v1/rollouts', { ...plan, release: '3.2.4' }),
    409,
    'no-way-back',
    'release',
  ],
  ['a rollout that is not there', () => post('/v1/rollouts/r-none/halt', { because: 'x' }), 404, 'not-found'],
  ['a halt without a reason', () => post(`/v1/rollouts/${rollout}/halt`, {}), 400, 'bad-request', 'because'],
  ['a halt of a draft', () => post(`/v1/rollouts/${rollout}/halt`, { because: 'x' }), 409, 'wrong-phase'],
  ['a recall of a draft', () => post(`/v1/rollouts/${rollout}/recall`, { because: 'x' }), 409, 'wrong-phase'],
  ['a pause of a draft', () => post(`/v1/rollouts/${rollout}/pause`, { because: 'x' }), 409, 'wrong-phase'],
  ['a resume of what is not paused', () => post(`/v1/rollouts/${rollout}/resume`, {}), 409, 'wrong-phase'],
  [
    'the stream of a rollout that is not there',
    () => ({ method: 'GET', path: '/v1/rollouts/r-none/live' }),
    404,
    'not-found',
  ],

  [
    'a second root of trust',
    () => ({ method: 'PUT', path: '/v1/trust', body: trustRequest(plane.clock.now()).request }),
    409,
    'trust-already-installed',
  ],
  [
    'targets that nobody signed',
    () => ({
      method: 'PUT',
      path: '/v1/trust',
      body: {
        ...trustRequest(plane.clock.now()).request,
        targets: trustRequest(plane.clock.now()).request.targets,
      },
    }),
    409,
    'threshold-not-met',
  ],
  [
    'online keys that root does not list',
    () => ({
      method: 'PUT',
      path: '/v1/trust',
      body: {
        ...trustRequest(plane.clock.now()).request,
        online: trustRequest(plane.clock.now()).request.online,
      },
    }),
    422,
    'unknown-key',
    'online.snapshot',
  ],
  [
    'a root that has expired',
    () => ({ method: 'PUT', path: '/v1/trust', body: trustRequest(0).request }),
    409,
    'metadata-expired',
    'root',
  ],
  [
    'a version that exists',
    () => post('/v1/releases', manifestOf('3.2.5', { wayBack: '3.2.4' })),
    409,
    'release-exists',
    'version',
  ],
  [
    'a later release without a way back',
    () => post('/v1/releases', manifestOf('3.3.0')),
    409,
    'no-way-back',
    'wayBack',
  ],
  [
    'a way back that is a draft',
    () => post('/v1/releases', manifestOf('3.3.0', { wayBack: '3.2.6' })),
    409,
    'way-back-unknown',
    'wayBack',
  ],
  [
    'a way back that goes up',
    () => post('/v1/releases', manifestOf('3.2.3', { wayBack: '3.2.4' })),
    400,
    'bad-request',
    'wayBack',
  ],
  [
    'a way back that devices would refuse',
    () => post('/v1/releases', manifestOf('3.3.0', { wayBack: '3.2.5', securityVersion: 1 })),
    409,
    'no-way-back',
    'securityVersion',
  ],
  [
    'a floor that nobody published',
    () => post('/v1/releases', manifestOf('3.3.0', { wayBack: '3.2.5', floor: '3.1.0' })),
    400,
    'bad-request',
    'floor',
  ],
  [
    'a version that is no version',
    () => post('/v1/releases', manifestOf('v3')),
    400,
    'bad-request',
    'version',
  ],
  ['bytes for an unknown release', () => upload('/v1/releases/9.9.9/artifacts/th-2', 'x'), 404, 'not-found'],
  ['bytes for another model', () => upload('/v1/releases/3.2.6/artifacts/th-9', 'x'), 404, 'not-found'],
  ['fewer bytes than declared', () => upload(artifact, 'x'), 422, 'size-mismatch'],
  ['more bytes than declared', () => upload(artifact, 'x'.repeat(100_000)), 422, 'size-mismatch'],
  [
    'other bytes than declared',
    () => upload(artifact, 'x'.repeat(bytesOf('3.2.6').length)),
    422,
    'digest-mismatch',
  ],
  ['bytes that say they are JSON', () => ({ method: 'PUT', path: artifact, body: {} }), 400, 'bad-request'],
  [
    'the payload of a release without its bytes',
    () => ({ method: 'GET', path: '/v1/releases/3.2.6/signing' }),
    409,
    'release-not-ready',
  ],
  [
    'the payload of a published release',
    () => ({ method: 'GET', path: '/v1/releases/3.2.5/signing' }),
    409,
    'release-exists',
  ],
  ['a signature of an unknown key', () => sign({}), 422, 'unknown-key'],
  ['a signature that does not verify', () => sign({ keyid: signers.bob.keyid }), 422, 'bad-signature'],
  ['a second signature of one key', () => sign({ keyid: signers.alice.keyid }), 409, 'same-key'],
  ['a signature over older targets', () => sign({ targetsVersion: 3 }), 409, 'stale-signing'],
];

describe('the operator API refuses', () => {
  test.each(rows)('%s, and stores nothing', async (_, sent, status, code, field) => {
    const before = await everything();
    const answer = await send(sent());
    const { refused } = refusedSchema.parse(JSON.parse(answer.text));
    expect({ status: answer.status, code: refused.code, field: refused.field }).toEqual({
      status,
      code,
      field,
    });
    expect(answer.text).not.toMatch(/node_modules|\.ts:|at \w+ \(/);
    expect(await everything()).toBe(before);
  });
});

describe('a signed-in browser', () => {
  const cookieFor = async () => {
    const response = await fetch(`${plane.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: plane.token }),
    });
    const header = response.headers.get('set-cookie') ?? '';
    expect(header).toMatch(/; HttpOnly; SameSite=Strict/);
    return header.split(';')[0] ?? '';
  };
  const key = (headers: Record<string, string>) =>
    fetch(`${plane.url}/v1/fleet/keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"because":"a new line"}',
    });

  test('may write from the console, not from elsewhere, and not after it signed out', async () => {
    const cookie = await cookieFor();
    expect((await key({ cookie, origin: plane.url })).status).toBe(200);
    expect((await key({ cookie, origin: 'https://evil.example' })).status).toBe(403);
    expect((await key({ cookie })).status).toBe(403);
    const out = await fetch(`${plane.url}/v1/session`, {
      method: 'DELETE',
      headers: { cookie, origin: plane.url },
    });
    expect(out.status).toBe(200);
    expect((await key({ cookie, origin: plane.url })).status).toBe(401);
  });

  test('is out after twelve hours', async () => {
    const cookie = await cookieFor();
    plane.clock.time += 12 * 3_600_000;
    expect((await key({ cookie, origin: plane.url })).status).toBe(401);
  });

  test('is not let in with a token of nobody', async () => {
    const answer = await send(post('/v1/session', { token: 'tso1.x' }));
    expect(answer.status).toBe(401);
  });
});

describe('the document', () => {
  test('lists exactly the routes of the table, and the device protocol', () => {
    const { paths } = openApi() as { paths: Record<string, Record<string, { operationId: string }>> };
    const listed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method} ${path}`),
    );
    const table = (Object.keys(routes) as RouteName[]).map(
      (name) => `${name} ${routes[name].method.toLowerCase()} ${braced(routes[name].path)}`,
    );
    expect(listed.filter((line) => !line.startsWith('device.')).sort()).toEqual(table.sort());
    expect(listed.filter((line) => line.startsWith('device.')).length).toBe(6);
  });

  test('and its reader come from this server', async () => {
    const document = await fetch(`${plane.url}/openapi.json`);
    expect(((await document.json()) as { openapi: string }).openapi).toBe('3.1.0');
    const page = await (await fetch(`${plane.url}/docs/`)).text();
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});

describe('the live view', () => {
  test('comes at once, comes again when something changed, and not again when nothing did', async () => {
    const stop = new AbortController();
    const response = await fetch(`${plane.url}/v1/rollouts/${rollout}/live`, {
      headers: { authorization: `Bearer ${plane.token}` },
      signal: stop.signal,
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const first = await nextEvent(reader);
    expect(routes.watchRollout.event.parse(JSON.parse(first.data)).phase).toBe('draft');
    await plane.client.call('cancelRollout', { params: { rollout }, body: { because: 'a test' } });
    const second = await nextEvent(reader);
    expect(JSON.parse(second.data)).toMatchObject({ phase: 'cancelled' });
    expect(second.id).not.toBe(first.id);
    stop.abort();
  });
});

async function nextEvent(reader: ReadableStreamDefaultReader<string>): Promise<{ id: string; data: string }> {
  for (let text = ''; ;) {
    const match = /id: (\S+)\ndata: (.+)\n\n/.exec(text);
    if (match) return { id: match[1] ?? '', data: match[2] ?? '' };
    const { value, done } = await reader.read();
    if (done) throw new Error('the stream ended');
    text += value;
  }
}
