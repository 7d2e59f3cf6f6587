import {
  type Call,
  operatorClient,
  refusedSchema,
  type Route,
  type RouteName,
  routes,
} from '@tuesday/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hearFleet } from '../testing/events.ts';
import { report } from '../testing/fleet.ts';
import { post } from '../testing/server.ts';
import { type Dump, dumper } from './testing/dump.ts';
import { type TestInstallation, testInstallation } from './testing/installation.ts';
import { addOrganisation, type TestOrganisation } from './testing/organisations.ts';
import { type Outsider, SAMPLES } from './testing/samples.ts';

/** Stands in everything that acme has, and nowhere else. */
const CANARY = 'canary-of-acme';
const NAMES = Object.keys(routes) as RouteName[];

let place: TestInstallation;
let acme: TestOrganisation;
let bolt: TestOrganisation;
let dumpOfAcme: () => Promise<Dump>;
let before: Dump;

beforeAll(async () => {
  place = await testInstallation();
  acme = await addOrganisation(place, 'acme', CANARY, '7.7.7');
  bolt = await addOrganisation(place, 'bolt', 'bolt', '7.7.8');
  dumpOfAcme = await dumper(place.database.pool, { organisation: 'acme', fleets: [acme.has.fleet] });
  before = await dumpOfAcme();
});
afterAll(() => place[Symbol.asyncDispose]());

type Credentials = (who: TestOrganisation) => Record<string, string>;
const WAYS: Record<string, Credentials> = {
  token: (who) => ({ authorization: `Bearer ${who.token}` }),
  session: (who) => ({ cookie: `tuesday_session=${who.person.secret}`, origin: place.url }),
};

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** The route as the table has it, under this path prefix. */
async function send(
  prefix: string,
  name: RouteName,
  call: Call<RouteName>,
  headers: Record<string, string>,
): Promise<Answer> {
  place.faults.length = 0;
  // No two requests of a person within one step of their codes, and nobody signed out by the one before.
  place.clock.time += 30_000;
  await place.database.pool.query('UPDATE installation.sessions SET revoked_at = NULL WHERE person = $1', [
    bolt.person.name,
  ]);
  const url = operatorClient(`${place.url}${prefix}`, undefined, fetch).url(name, call);
  const { body } = call as { body?: unknown };
  const bytes = body instanceof Uint8Array;
  const type = bytes ? 'application/octet-stream' : 'application/json';
  const response = await fetch(url, {
    method: routes[name].method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body: bytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
  });
  return { status: response.status, text: await textOf(response) };
}

/** Of a stream, which does not end: what it says at first. */
async function textOf(response: Response): Promise<string> {
  if (!(response.headers.get('content-type') ?? '').includes('event-stream') || !response.body)
    return response.text();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('data: ')) text += (await reader.read()).value ?? '';
  await reader.cancel();
  return text;
}

function outsider(): Outsider {
  const { person, has } = bolt;
  return { person: person.name, fleet: has.fleet, now: place.clock.now(), factor: () => person.factor() };
}

function callsOf(name: RouteName): Call<RouteName>[] {
  // One function for all names cannot say that name and sample belong together.
  const { calls } = SAMPLES[name] as { calls: (a: object, by: Outsider) => Call<RouteName>[] };
  return calls(acme.has, outsider());
}

/** Browsers are told on a page. */
const ON_A_PAGE: readonly RouteName[] = ['beginOidcSignIn', 'finishOidcSignIn'];

function isRefusal(name: RouteName, { status, text }: Answer): boolean {
  if (status < 400 || status >= 500) return false;
  return ON_A_PAGE.includes(name) || refusedSchema.safeParse(JSON.parse(text)).success;
}

async function expectUntouched(answer: Answer): Promise<void> {
  expect(answer.text).not.toContain(CANARY);
  expect(await dumpOfAcme()).toEqual(before);
}

describe('the samples', () => {
  test('are of every route of the table, and of nothing else', () => {
    expect(Object.keys(SAMPLES).sort()).toEqual([...NAMES].sort());
    expect(NAMES.length).toBeGreaterThan(85);
  });

  test.each(NAMES)('of %s fit its schemas', (name) => {
    const route: Route = routes[name];
    for (const call of callsOf(name) as Record<string, unknown>[])
      for (const part of ['params', 'query', 'body'] as const) {
        const schema = route[part];
        if (schema === 'bytes') expect(call[part]).toBeInstanceOf(Uint8Array);
        else if (schema === 'raw') expect(typeof call[part]).toBe('string');
        else if (schema === undefined) expect(call[part]).toBeUndefined();
        else expect(schema.safeParse(call[part] ?? {}).error).toBeUndefined();
      }
  });

  test.each(NAMES.filter((name) => routes[name].path.includes(':')))(
    'of %s name what the other organisation has',
    (name) => expect(SAMPLES[name].about).toBe('theirs'),
  );
});

describe.each(Object.keys(WAYS))('with the %s of another organisation', (way) => {
  const headersOf = (who: TestOrganisation) => (WAYS[way] as Credentials)(who);
  let allowed = 0;
  // What the owner asked at the end of the way before has left its traces.
  beforeAll(async () => {
    before = await dumpOfAcme();
  });

  describe.each(NAMES)('%s', (name) => {
    const { needs, answer: kind }: Route = routes[name];

    test('on the path of the fleet looks as if there were no such fleet, and touches nothing', async () => {
      for (const call of callsOf(name)) {
        const answer = await send(`/fleets/${acme.has.fleet}`, name, call, headersOf(bolt));
        await expectUntouched(answer);
        // What needs no sign-in is about no fleet.
        if (needs === 'open') continue;
        const nowhere = await send('/fleets/nowhere', name, call, headersOf(bolt));
        expect(answer.status).toBe(404);
        expect(answer).toEqual({ ...nowhere, text: nowhere.text.replaceAll('nowhere', acme.has.fleet) });
      }
    });

    test.each(['own path', 'no path'])('on its %s reaches nothing of theirs', async (path) => {
      const prefix = path === 'no path' ? '' : `/fleets/${bolt.has.fleet}`;
      for (const call of callsOf(name)) {
        const answer = await send(prefix, name, call, headersOf(bolt));
        await expectUntouched(answer);
        if (SAMPLES[name].about === 'theirs')
          expect(answer, JSON.stringify(call)).toSatisfy((given: Answer) => isRefusal(name, given));
        else if (answer.status < 400) allowed += 1;
        if (answer.status >= 500) expect(answer).toSatisfy((given: Answer) => isRefusal(name, given));
        if (kind === 'events') expect(answer.status).toBe(SAMPLES[name].about === 'theirs' ? 404 : 200);
      }
    });
  });

  test('what is their own was open to them all the time', () => {
    expect(allowed).toBeGreaterThan(30);
  });

  test('the owner finds the canary in many answers, so it would have been seen', async () => {
    let seen = 0;
    for (const name of NAMES) {
      const route: Route = routes[name];
      if (route.method !== 'GET' || route.answer === 'events') continue;
      for (const call of callsOf(name)) {
        const { text } = await send(`/fleets/${acme.has.fleet}`, name, call, headersOf(acme));
        if (text.includes(CANARY)) seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(9);
  });
});

describe('without credentials', () => {
  const names = NAMES.filter((name) => routes[name].needs !== 'open');
  test.each(names)('%s says the same for a fleet that is there and for one that is not', async (name) => {
    for (const call of callsOf(name)) {
      const here = await send(`/fleets/${acme.has.fleet}`, name, call, {});
      expect(here.status).toBe(401);
      expect(await send('/fleets/nowhere', name, call, {})).toEqual(here);
    }
  });
});

test('the token of the first run makes organisations, and sees into none of them', async () => {
  const { organisations } = await place.first.call('listOrganisations');
  expect(organisations.map(({ organisation, fleets }) => [organisation, fleets])).toEqual([
    ['main', ['main']],
    ['acme', ['acme-north']],
    ['bolt', ['bolt-north']],
  ]);
  await expect(place.first.call('viewDevice', { params: { device: acme.has.device } })).rejects.toMatchObject(
    { refusal: { code: 'not-found' } },
  );
  const headers = { authorization: `Bearer ${place.firstToken}` };
  for (const name of NAMES.filter((name) => routes[name].needs !== 'open'))
    for (const call of callsOf(name)) {
      const here = await send(`/fleets/${acme.has.fleet}`, name, call, headers);
      const nowhere = await send('/fleets/nowhere', name, call, headers);
      expect(here).toEqual({ ...nowhere, text: nowhere.text.replaceAll('nowhere', acme.has.fleet) });
      expect(here.status, name).toBe(404);
    }
  expect(await dumpOfAcme()).toEqual(before);
});

test.each(Object.keys(WAYS))(
  'a role that was written for the wrong organisation opens nothing (%s)',
  async (way) => {
    const { db } = place.database;
    const { person } = bolt;
    await db
      .insertInto('installation.roles')
      .values({ person: person.name, fleet: acme.has.fleet, role: 'admin' })
      .execute();
    await db
      .updateTable('installation.tokens')
      .set({ fleet: acme.has.fleet })
      .where('token', '=', bolt.has.token)
      .execute();
    try {
      const headers = (WAYS[way] as Credentials)(bolt);
      for (const prefix of [`/fleets/${acme.has.fleet}`, ...(way === 'token' ? [''] : [])]) {
        const answer = await send(prefix, 'listDevices', {}, headers);
        expect([answer.status, answer.text]).toEqual([404, expect.not.stringContaining(CANARY)]);
      }
    } finally {
      await db
        .deleteFrom('installation.roles')
        .where('fleet', '=', acme.has.fleet)
        .where('person', '=', person.name)
        .execute();
      await db
        .updateTable('installation.tokens')
        .set({ fleet: bolt.has.fleet })
        .where('token', '=', bolt.has.token)
        .execute();
    }
  },
);

test.each(Object.keys(WAYS))(
  'nobody hears what changes in the fleet of another organisation (%s)',
  async (way) => {
    const headersOf = WAYS[way] as Credentials;
    const hearOf = (who: TestOrganisation) =>
      hearFleet(`${place.url}/fleets/${who.has.fleet}`, headersOf(who));
    const [theirs, own] = [await hearOf(acme), await hearOf(bolt)];
    for (const each of [theirs, own]) await each.until(({ change }) => change.topic === 'begin');
    const hold = async (who: TestOrganisation) => {
      const client = operatorClient(who.base, who.token, fetch);
      const params = { device: who.has.device };
      await client.call('holdDevice', { params, body: { because: 'heard by its own' } });
      return params.device;
    };
    const held = await hold(acme);
    await theirs.until(({ change }) => change.id === held);
    const mine = await hold(bolt);
    await own.until(({ change }) => change.id === mine);
    expect(JSON.stringify(own.heard)).not.toContain(held);
    expect(JSON.stringify(theirs.heard)).not.toContain(mine);
    for (const each of [theirs, own]) await each.cut();
  },
);

describe('a device', () => {
  const verbs: [verb: string, body: unknown][] = [
    ['check-in', report()],
    ['progress', { protocol: 1, offer: 'x', step: 'trying', percent: 1 }],
    ['outcomes', { protocol: 1 }],
  ];
  test.each(verbs)('with its own token is nobody on the path of another fleet (%s)', async (verb, body) => {
    const ask = (prefix: string, token: string) =>
      post(place, `${prefix}/device/v1/${verb}`, token, JSON.stringify(body));
    const stranger = await ask('/fleets/nowhere', acme.deviceToken);
    expect(stranger.status).toBe(401);
    expect(await ask(`/fleets/${bolt.has.fleet}`, acme.deviceToken)).toEqual(stranger);
    expect(await ask('', acme.deviceToken)).toEqual(stranger);
    expect((await ask(`/fleets/${acme.has.fleet}`, acme.deviceToken)).status).toBe(
      verb === 'outcomes' ? 400 : 200,
    );
  });

  const enrol = (prefix: string, key: string, device: string) =>
    post(place, `${prefix}/device/v1/enrol`, key, JSON.stringify({ protocol: 1, device, hardware: 'th-2' }));

  test('cannot be enrolled with the key of another fleet', async () => {
    const stranger = await enrol('/fleets/nowhere', acme.fleetKey, 'new-one');
    expect(stranger.status).toBe(401);
    expect(await enrol(`/fleets/${bolt.has.fleet}`, acme.fleetKey, 'new-one')).toEqual(stranger);
    expect(await enrol('', acme.fleetKey, 'new-one')).toEqual(stranger);
  });

  test('whose id another fleet has is refused, as one of its own would be', async () => {
    const taken = await enrol(`/fleets/${bolt.has.fleet}`, bolt.fleetKey, bolt.has.device);
    expect(taken.status).toBe(409);
    const other = await enrol(`/fleets/${bolt.has.fleet}`, bolt.fleetKey, acme.has.device);
    expect(other.text).toBe(taken.text.replaceAll(bolt.has.device, acme.has.device));
  });

  test.each(['trust/metadata/timestamp.json', 'trust/metadata/1.root.json', 'trust/targets/3.2.5/x'])(
    'reads %s of its own fleet only, and so do people',
    async (file) => {
      const read = async (prefix: string, token: string) => {
        const response = await fetch(`${place.url}${prefix}/device/v1/${file}`, {
          headers: { authorization: `Bearer ${token}` },
        });
        return response.status;
      };
      const home = `/fleets/${acme.has.fleet}`;
      expect([401, 403, 404]).toContain(await read('/fleets/nowhere', bolt.token));
      for (const token of [bolt.deviceToken, bolt.token, 'tso1.x']) expect(await read(home, token)).toBe(401);
      const found = file.includes('targets') ? 404 : 200;
      expect(await read(home, acme.deviceToken)).toBe(found);
      if (found === 200) expect(await read(home, acme.token)).toBe(200);
    },
  );
});
