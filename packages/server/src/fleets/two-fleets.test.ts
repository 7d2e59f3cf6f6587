import {
  checkInAnswerSchema,
  enrolAnswerSchema,
  type EnrolAnswer,
  type MqttAnswer,
  mqttAnswerSchema,
  operatorClient,
  topics,
} from '@tuesday/protocol';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mosquitto, startMosquitto } from '../mqtt/testing/mosquitto.ts';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import { countersAndRecount, memberStates, outcome, report, startRollout } from '../testing/fleet.ts';
import { post, startTestServer, type TestServer } from '../testing/server.ts';

const DEVICES = 12;

describe.each(['the broker of the server', 'mosquitto'])('two fleets on %s', (which) => {
  const isOwn = which !== 'mosquitto';
  let broker: Mosquitto | undefined;
  let database: FreshDatabase;
  let server: TestServer;
  const args = () => (broker ? ['--mqtt', broker.url] : []);
  const fleetOf = new Map<string, EnrolAnswer[]>();
  let key = '';

  beforeAll(async () => {
    if (!isOwn) broker = await startMosquitto();
    database = await freshDatabase();
    server = await startTestServer(database, args());
    await clientOf(server).call('createFleet', { body: { fleet: 'garden-2', name: 'Garden' } });
    const garden = operatorClient(`${server.url}/fleets/garden-2`, server.operatorToken, fetch);
    const { fleetKey } = await garden.call('createFleetKey', { body: { because: 'a test' } });
    key = fleetKey;
    fleetOf.set('main', await enrolAll('', server.fleetKey, 'm'));
    fleetOf.set('garden-2', await enrolAll('/fleets/garden-2', fleetKey, 'g'));
    // The same rollout id in both.
    for (const fleet of ['main', 'garden-2']) await startRollout(await poolOf(server, fleet), idsOf(fleet));
  });
  afterAll(async () => {
    await server.stop();
    await database.drop();
    await broker?.[Symbol.asyncDispose]();
  });

  const clientOf = ({ url, operatorToken }: TestServer) => operatorClient(url, operatorToken, fetch);
  const pathOf = (fleet: string) => (fleet === 'main' ? '' : `/fleets/${fleet}`);
  const devicesOf = (fleet: string) => fleetOf.get(fleet) ?? [];
  const idsOf = (fleet: string) => devicesOf(fleet).map(({ device }) => device);

  async function poolOf(on: TestServer, fleet: string) {
    const side = await on.fleets.find(fleet);
    if (!side) throw new Error(`no fleet ${fleet}`);
    return side.context.pool;
  }

  function enrolAll(prefix: string, key: string, letter: string): Promise<EnrolAnswer[]> {
    return Promise.all(
      Array.from({ length: DEVICES }, async (_, index) => {
        const body = JSON.stringify({ protocol: 1, device: `${letter}${index}`, hardware: 'th-2' });
        const { text } = await post(server, `${prefix}/device/v1/enrol`, key, body);
        return enrolAnswerSchema.parse(JSON.parse(text));
      }),
    );
  }

  const checkIn = (fleet: string, { token }: EnrolAnswer, on = server) =>
    post(on, `${pathOf(fleet)}/device/v1/check-in`, token, JSON.stringify(report()));

  function session({ device, token, mqtt }: EnrolAnswer, clientId = device): Promise<MqttClient> {
    const options = { clientId, username: device, password: token, reconnectPeriod: 0 };
    return connectAsync(mqtt ?? '', options, false);
  }

  async function say(
    client: MqttClient,
    { device, token }: EnrolAnswer,
    verb: 'check-in' | 'outcomes',
    body: object,
  ) {
    await client.subscribeAsync(topics.answers(device), { qos: 1 });
    const answer = new Promise<MqttAnswer>((resolve) => {
      client.once('message', (_, payload) => resolve(mqttAnswerSchema.parse(JSON.parse(payload.toString()))));
    });
    await client.publishAsync(topics.up(device, verb), JSON.stringify({ token, request: 'r', body }), {
      qos: 1,
    });
    return answer;
  }

  test('are told apart by keys, tokens and topics when their devices enrol', () => {
    expect([server.fleetKey.slice(0, 5), key.slice(0, 14)]).toEqual(['tsf1.', 'tsf2.garden-2.']);
    for (const { token, announcements } of devicesOf('main'))
      expect([token.slice(0, 5), announcements]).toEqual(['tsd1.', undefined]);
    for (const { device, token, announcements } of devicesOf('garden-2')) {
      expect(token).toMatch(new RegExp(`^tsd2\\.garden-2\\.${device}\\.`));
      expect(announcements).toBe('tuesday/v1/fleets/garden-2/announcements');
    }
  });

  test('under traffic at once count what is theirs, and nothing else', async () => {
    const traffic = ['main', 'garden-2'].flatMap((fleet) =>
      devicesOf(fleet).map(async (one, index) => {
        const { text, status } = await checkIn(fleet, one);
        expect(status).toBe(200);
        // Devices alternate between the stages, and the first is open.
        const offered = index % 2 === 0 ? 'update' : 'none';
        expect(checkInAnswerSchema.parse(JSON.parse(text)).offer.kind).toBe(offered);
        if (offered === 'none') return;
        const client = await session(one);
        const kind = fleet === 'main' ? 'installed' : 'failed';
        expect((await say(client, one, 'outcomes', outcome(kind))).status).toBe(200);
        await client.endAsync();
      }),
    );
    await Promise.all(traffic);
    for (const [fleet, state] of [
      ['main', 'installed'],
      ['garden-2', 'failed'],
    ] as const) {
      const pool = await poolOf(server, fleet);
      const states = await memberStates(pool);
      expect(Object.keys(states).sort()).toEqual(idsOf(fleet).sort());
      expect(new Set(Object.values(states))).toEqual(new Set(['waiting', state]));
      const { counters, recount } = await countersAndRecount(pool);
      expect(counters).toEqual(recount);
    }
    expect(server.faults).toEqual([]);
  });

  test('a token is good on its own path and its own topics only', async () => {
    const [theirs, ours] = [devicesOf('garden-2')[0]!, devicesOf('main')[0]!];
    expect((await checkIn('main', theirs)).status).toBe(401);
    expect((await checkIn('garden-2', ours)).status).toBe(401);
    const client = await session(theirs);
    expect((await say(client, theirs, 'check-in', report())).status).toBe(200);
    const forged = { ...theirs, token: ours.token };
    expect((await say(client, forged, 'check-in', report())).status).toBe(401);
    const renamed = { ...theirs, token: theirs.token.replace('tsd2.garden-2.', 'tsd1.') };
    expect((await say(client, renamed, 'check-in', report())).status).toBe(401);
    await client.endAsync();
  });

  test('an announcement reaches the devices of its fleet', async () => {
    const heard: Record<string, string[]> = { main: [], 'garden-2': [] };
    const clients = await Promise.all(
      ['main', 'garden-2'].map(async (fleet) => {
        const one = devicesOf(fleet)[1]!;
        const client = await session(one);
        client.on('message', (_, payload) => heard[fleet]?.push(payload.toString()));
        await client.subscribeAsync(one.announcements ?? topics.announcements);
        return client;
      }),
    );
    const side = await server.fleets.find('garden-2');
    await side?.context.announce(60_000);
    await side?.context.announce(61_000);
    await server.context.announce(70_000);
    // A broker keeps the order of what one publisher says, so the last word of all is heard last.
    await until(() => heard['main']?.length === 1 && heard['garden-2']?.length === 2);
    const said = (seconds: number) => JSON.stringify({ checkInWithinSeconds: seconds });
    expect(heard).toEqual({ main: [said(70)], 'garden-2': [said(60), said(61)] });
    for (const client of clients) await client.endAsync();
  });

  test('the announcements of another fleet are closed where the broker is ours to close', async () => {
    for (const [fleet, topic] of [
      ['main', topics.announcementsOf('garden-2')],
      ['garden-2', topics.announcements],
    ] as const) {
      const client = await session(devicesOf(fleet)[2]!);
      const granted = await client.subscribeAsync(topic).then(
        ([one]) => one?.qos,
        () => 128,
      );
      expect(granted).toBe(isOwn ? 128 : 0);
      await client.endAsync();
    }
  });

  test('nobody ends the session of a device by calling themselves like it, where the broker is ours', async () => {
    const [theirs, ours] = [devicesOf('garden-2')[3]!, devicesOf('main')[3]!];
    const victim = await session(ours);
    let ended = false;
    victim.once('close', () => (ended = true));
    const intruder = await session(theirs, ours.device);
    expect((await say(intruder, theirs, 'check-in', report())).status).toBe(200);
    if (isOwn) expect((await say(victim, ours, 'check-in', report())).status).toBe(200);
    expect(ended).toBe(!isOwn);
    // The same device again is still one session.
    const old = await session(theirs);
    const closed = new Promise<void>((resolve) => old.once('close', () => resolve()));
    const again = await session(theirs);
    await closed;
    expect((await say(again, theirs, 'check-in', report())).status).toBe(200);
    for (const client of [victim, intruder, old, again]) await client.endAsync(true);
  });

  test('a fleet that is made while two servers run answers on both at once', async () => {
    const second = await startTestServer(database, [...args(), '--shard', '1']);
    try {
      for (const [index, [maker, other]] of [
        [server, second],
        [second, server],
      ].entries()) {
        const fleet = `late-${index}`;
        await clientOf(maker!).call('createFleet', { body: { fleet, name: fleet } });
        for (const { url } of [other!, maker!]) {
          const client = operatorClient(`${url}/fleets/${fleet}`, maker!.operatorToken, fetch);
          expect((await client.call('status')).devices).toBe(0);
          expect((await client.call('listRollouts')).rollouts).toEqual([]);
        }
      }
      const names = (await clientOf(server).call('listFleets')).fleets.map(({ fleet }) => fleet);
      expect(names).toEqual(['main', 'garden-2', 'late-0', 'late-1']);
      expect(second.faults).toEqual([]);
    } finally {
      await second.stop();
    }
  });

  test('both are back after the server was started again', async () => {
    await server.stop();
    server = await startTestServer(database, args());
    for (const fleet of ['main', 'garden-2'])
      for (const one of devicesOf(fleet)) expect((await checkIn(fleet, one)).status).toBe(200);
    const { counters, recount } = await countersAndRecount(await poolOf(server, 'garden-2'));
    expect(counters).toEqual(recount);
    expect(server.faults).toEqual([]);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
