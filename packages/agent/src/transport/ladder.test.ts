import { type Clock, clockOf, type DeviceVerb } from '@tuesday/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { Ladder } from './ladder.ts';
import type { Answer, Transport } from './transport.ts';

const STEADY = 1_000_000;
let now = 0;
const clock: Clock = { ...clockOf({ origin: 0, at: 0, rate: 1 }), now: () => now };

/** A rung whose life the test decides. */
class Rung implements Transport {
  readonly name: Transport['name'];
  upSince: number | undefined = 0;
  alive = true;
  asked = 0;
  /** Answers are kept back while set. */
  gate: Promise<void> | undefined;

  constructor(name: Transport['name']) {
    this.name = name;
  }

  async request(_verb: DeviceVerb, body: object): Promise<Answer> {
    this.asked += 1;
    await this.gate;
    if (!this.alive) throw new Error(`${this.name} is dead`);
    return { status: 200, body, transport: this.name };
  }

  async close(): Promise<void> {}
}

let mqtt: Rung;
let http: Rung;
let ladder: Ladder;
let said: object[];
beforeEach(() => {
  now = 0;
  said = [];
  mqtt = new Rung('mqtt');
  http = new Rung('http');
  ladder = new Ladder({
    rungs: [mqtt, http],
    clock,
    steadyMillis: STEADY,
    log: (_, facts) => said.push(facts),
  });
});

const by = async (verb: DeviceVerb = 'check-in') => (await ladder.request(verb, {})).transport;

describe('the ladder of reach', () => {
  test('MQTT carries requests while it lives', async () => {
    expect([await by(), await by(), http.asked]).toEqual(['mqtt', 'mqtt', 0]);
  });

  test('HTTP takes over within the same request, and MQTT comes back after it was steady and answered a probe', async () => {
    mqtt.alive = false;
    expect([await by(), mqtt.asked]).toEqual(['http', 1]);
    mqtt.alive = true;
    now += STEADY - 1;
    expect([await by(), mqtt.asked]).toEqual(['http', 1]);
    now += 1;
    expect([await by('outcomes'), mqtt.asked]).toEqual(['http', 1]);
    expect([await by(), mqtt.asked]).toEqual(['http', 2]);
    expect([await by(), mqtt.asked]).toEqual(['mqtt', 3]);
  });

  test('nobody waits for a probe, and a second one is not sent while it lasts', async () => {
    mqtt.alive = false;
    await by();
    mqtt.alive = true;
    now += STEADY;
    const held = Promise.withResolvers<void>();
    mqtt.gate = held.promise;
    expect([await by(), await by(), mqtt.asked]).toEqual(['http', 'http', 2]);
    held.resolve();
    await held.promise;
    await new Promise(setImmediate);
    expect(await by()).toBe('mqtt');
  });

  test('a broker whose connection flaps is not asked while HTTP answers', async () => {
    await by();
    for (let n = 1; n <= 50; n++) {
      now += STEADY / 2;
      mqtt.upSince = now;
      await by();
    }
    expect([mqtt.asked, http.asked]).toEqual([1, 50]);
  });

  test('a connection that is not there yet at the start is no failure', async () => {
    mqtt.upSince = undefined;
    expect(await by()).toBe('http');
    mqtt.upSince = now;
    expect(await by()).toBe('mqtt');
  });

  test('MQTT answers when HTTP is gone too soon after it came back', async () => {
    mqtt.alive = false;
    await by();
    [mqtt.alive, http.alive] = [true, false];
    expect(await by()).toBe('mqtt');
    expect([await by(), http.asked]).toEqual(['mqtt', 2]);
  });

  test('with every rung cut it says what each of them said, once', async () => {
    [mqtt.alive, http.alive] = [false, false];
    await expect(by()).rejects.toThrow('mqtt is dead; http is dead');
    for (let n = 0; n < 5; n++) await expect(by()).rejects.toThrow('dead');
    expect(said.length).toBeLessThanOrEqual(2);
    http.alive = true;
    await by();
    expect(said.at(-1)).toMatchObject({ by: 'http' });
  });
});
