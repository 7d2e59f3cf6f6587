/**
 * A fleet that comes back never exceeds the stated rate: in virtual time for every device of large fleets, and
 * with real connections to a real mosquitto for a small one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, clockOf, wallClock } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { MqttTransport } from './mqtt.ts';
import { openSession } from './mqtt-session.ts';
import { Reconnects } from './reconnects.ts';
import { startMosquitto } from './testing/mosquitto.ts';

const PACE = { baseMillis: 5_000, capMillis: 600_000, breakerAfter: 8 };

/**
 * The mean rate that a spread aims at, so that with `devices` devices no second with more than `perSecond`
 * connections is to be expected in a million spreads. A sum of independent indicators with mean `m` reaches `c`
 * with P ≤ e^-m (e m / c)^c (Chernoff); a second that is too full begins at one of the connections and has `c`
 * others in it, so that the chance of any is `devices` times as much. The server computes the same.
 */
function spreadMillis(devices: number, perSecond: number): number {
  let mean = perSecond;
  while (Math.log(devices) + perSecond - mean - perSecond * Math.log(perSecond / mean) > Math.log(1e-6))
    mean *= 0.999;
  return (devices / mean) * 1_000;
}

/** Small and fast, and the same at each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** All attempts of a fleet whose broker dies at 0 and is back after the outage, milliseconds, in order. */
function attempts(devices: number, perSecond: number, outage: number, restless = false): Float64Array {
  const random = seeded(devices + outage);
  const spread = spreadMillis(devices, perSecond);
  const times: number[] = [];
  for (let device = 0; device < devices; device++) {
    const at = { now: 0 };
    const clock: Clock = { ...wallClock(), now: () => at.now };
    const reconnects = new Reconnects(PACE, clock, random, spread);
    for (let tries = 0; tries < 1_000; tries++) {
      at.now += reconnects.next();
      times.push(at.now);
      if (at.now < outage) reconnects.failed();
      else if (!restless || tries > 3) break;
      // It lets everybody in, and breaks down again at once.
      else reconnects.broke();
    }
  }
  return Float64Array.from(times).sort();
}

/** The most that lie within one second, wherever that begins. */
function fullestSecond(times: Float64Array): number {
  let [most, from] = [0, 0];
  for (let to = 0; to < times.length; to++) {
    while ((times[to] as number) - (times[from] as number) >= 1_000) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

describe('in virtual time', () => {
  const MINUTE = 60_000;
  test.each([
    [10_000, 100, 0],
    [10_000, 100, 2 * MINUTE],
    [10_000, 100, 60 * MINUTE],
    [1_000_000, 1_000, MINUTE],
  ])('%i devices at %i a second, after an outage of %i ms, never exceed it', (devices, perSecond, outage) => {
    const times = attempts(devices, perSecond, outage);
    expect(times.length).toBeGreaterThanOrEqual(devices);
    expect(fullestSecond(times)).toBeLessThanOrEqual(perSecond);
  });

  test('a broker that breaks down as soon as it is back does not change that', () => {
    const times = attempts(10_000, 100, MINUTE, true);
    expect(times.length).toBeGreaterThan(40_000);
    expect(fullestSecond(times)).toBeLessThanOrEqual(100);
  });

  test('all are back within two frames of an outage that was shorter than the spread', () => {
    const last = attempts(10_000, 100, MINUTE).at(-1) ?? 0;
    expect(last).toBeLessThanOrEqual(2 * spreadMillis(10_000, 100));
  });

  test('waits that are drawn anew after each attempt would exceed it: the count can tell', () => {
    const random = seeded(1);
    const spread = spreadMillis(10_000, 100);
    const times: number[] = [];
    for (let device = 0; device < 10_000; device++)
      for (let at = random() * spread; at < 20 * MINUTE; at += random() * spread) times.push(at);
    expect(fullestSecond(Float64Array.from(times).sort())).toBeGreaterThan(100);
  });
});

describe('with a real mosquitto', () => {
  test('300 agents come back in the frames that they drew, each once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'agent-storm-'));
    const broker = await startMosquitto(folder);
    const DEVICES = 300;
    const PER_SECOND = 50;
    // Ten times as fast as in life: what is counted are moments of the schedule, not of the machine.
    const clock = clockOf({ origin: 0, at: Date.now(), rate: 10 });
    const spread = spreadMillis(DEVICES, PER_SECOND);
    const due: number[] = [];
    let failures = 0;
    const agents = Array.from({ length: DEVICES }, (_, index) => {
      const reconnects = new Reconnects(PACE, clock, Math.random, spread);
      const next = reconnects.next.bind(reconnects);
      reconnects.next = () => {
        const wait = next();
        due.push(clock.now() + wait);
        return wait;
      };
      const failed = reconnects.failed.bind(reconnects);
      reconnects.failed = () => ((failures += 1), failed());
      return new MqttTransport({
        url: broker.urls.mqtt,
        device: `d${index}`,
        token: 'secret',
        clock,
        reconnects,
        open: openSession,
        version: 5,
      });
    });
    const up = () => agents.filter(({ upSince }) => upSince !== undefined).length;
    const until = async (holds: () => boolean) => {
      while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    try {
      await until(() => up() === DEVICES);
      await broker.kill();
      await until(() => up() === 0);
      const first = due.splice(0);
      await broker.restart();
      await until(() => up() === DEVICES);
      const connects = broker.log.filter((line) => line.includes('New client connected')).length;
      expect(connects).toBe(2 * DEVICES);
      expect(first.length + due.length).toBe(2 * DEVICES + failures);
      for (const times of [first, due])
        expect(fullestSecond(Float64Array.from(times).sort())).toBeLessThanOrEqual(PER_SECOND);
    } finally {
      await Promise.all(agents.map((agent) => agent.close()));
      await broker.kill();
      rmSync(folder, { recursive: true });
    }
  });
});
