import { describe, expect, test } from 'vitest';
import type { ScenarioName } from '../../file/scenario-name.ts';
import { bench, DEVICE, fileOf } from '../../testing/matrix.ts';
import { thermostat } from '../../testing/firmware.ts';

const swap = (from: string, to: string) => (text: string) => text.replaceAll(from, () => to);
const more = (line: string) => (text: string) => `${text}\n${line}\n`;
const QUICK = { connect: '6s', publish: '1s' };

/** A fault, the scenario that must notice it, and what it says. */
const FAULTS: Array<[string, ScenarioName | 'soak', (text: string) => string, RegExp]> = [
  ['dies at start', 'connect', more('setTimeout(() => process.exit(0x31), 200);'), /ended with 49 \(0x31\)/],
  ['never connects', 'connect', swap('net.connect(', 'new net.Socket().ref('), /is not connected after 6 s/],
  ['raises a code and lives on', 'connect', more(`print({ error: '0x45' });`), /raised 0x45/],
  [
    'publishes somewhere else',
    'publish',
    swap('/temperature', '/temp'),
    /nothing that device-1 publishes arrives/,
  ],
  [
    'does not connect again',
    'broker-restart',
    swap('this.hooks.after(wait, () => this.start());', ''),
    /device-\d is not connected after 6 s/,
  ],
  [
    'gives up when it is refused',
    'network-loss',
    swap('this.failures++;', 'if (++this.failures > 1) return;'),
    /device-\d is not connected after 6 s/,
  ],
  [
    'takes unanswered pings for answered',
    'half-open',
    swap('if (!answered) return socket.destroy();', ''),
    /device-\d is not connected after 10 s/,
  ],
  [
    'pings too late',
    'keep-alive',
    swap('* 1_000) / 2', '* 1_000) * 3'),
    /loses its session with a keep-alive of 1 s/,
  ],
  [
    'does not obey its keep-alive',
    'keep-alive',
    swap(`process.env.KEEP_ALIVE ?? '60'`, `'60'`),
    /connects with a keep-alive of 60 s, although told 0 s/,
  ],
  [
    'dies when its clock jumps',
    'clock-step',
    more(
      'const began = Date.now(); setInterval(() => Math.abs(Date.now() - began) > 1e9 && process.exit(0x31), 50);',
    ),
    /ended with 49/,
  ],
  [
    'is killed by 3 MB',
    'large-message',
    swap('else events.message?.(topic);', 'else process.exit(0x31);'),
    /ended with 49/,
  ],
  [
    'dies after three hours',
    'soak',
    more('after(3 * HOUR, () => process.exit(0x45));'),
    /ended with 69 \(0x45\)/,
  ],
];

describe('a scenario notices a firmware that', () => {
  test.concurrent.each(FAULTS)('%s: %s', async (_, scenario, change, because) => {
    using place = bench();
    const subscribes = swap(
      `socket.write(subscribePacket('$SYS/broker/version'));`,
      `socket.write(subscribePacket('$SYS/broker/version')); socket.write(subscribePacket('home/' + device + '/set'));`,
    );
    const hears = scenario === 'large-message';
    const file = fileOf({
      device: { ...DEVICE, count: 1, ...(hears ? { receives: 'home/{DEVICE}/set' } : {}) },
      scenarios: scenario === 'soak' ? ['connect'] : [scenario],
      soak: scenario === 'soak' ? '12h' : '0s',
      limits: QUICK,
    });
    const candidate = thermostat('3.2.4', place.folder, (text) => change(hears ? subscribes(text) : text));
    const { cells } = await place.run('3.2.4', file, { candidate });
    expect(cells[0]).toMatchObject({ result: 'failed' });
    const played = cells[0]?.scenarios.find((one) => one.scenario === scenario);
    expect(played).toMatchObject({ result: 'failed', because: expect.stringMatching(because) as string });
  });
});

describe('what cannot be played', () => {
  test('is named, and counts neither way', async () => {
    using place = bench();
    const { keepAlive: _, publishes: __, ...device } = DEVICE;
    const file = fileOf({ device, scenarios: ['connect', 'publish', 'keep-alive', 'large-message'] });
    const { cells } = await place.run('3.2.4', file);
    expect(cells[0]).toMatchObject({ result: 'passed', because: '1 scenarios passed, 3 unsupported' });
    const rest = cells[0]?.scenarios.filter(({ scenario }) => scenario !== 'connect');
    for (const { result, because } of rest ?? []) {
      expect(result).toBe('not-run');
      expect(because).toMatch(/^unsupported: /);
    }
  });

  test('alone leaves the cell open', async () => {
    using place = bench();
    const { publishes: _, ...device } = DEVICE;
    const { cells } = await place.run('3.2.4', fileOf({ device, scenarios: ['publish'] }));
    expect(cells[0]).toMatchObject({ result: 'not-run', because: 'no scenario could be played' });
  });
});

describe('a soak', () => {
  test('says how long it was by the devices’ clocks and by real ones, because a gate may count only the latter', async () => {
    using place = bench();
    const { cells } = await place.run('3.2.4', fileOf({ soak: '2h' }));
    const soak = cells[0]!.soak;
    expect(cells[0]?.result).toBe('passed');
    expect(soak.deviceSeconds).toBeGreaterThanOrEqual(7_200);
    expect(soak.deviceSeconds / soak.realSeconds).toBeCloseTo(3_600, 0);
  });

  test('of a firmware that cannot hurry lasts as long as it says', async () => {
    using place = bench();
    const { timeRate: _, publishes: __, ...device } = DEVICE;
    const { cells } = await place.run('3.2.4', fileOf({ device, soak: '2s' }));
    const soak = cells[0]!.soak;
    expect(soak.realSeconds).toBeGreaterThanOrEqual(2);
    expect(soak.deviceSeconds).toBe(soak.realSeconds);
  });
});
