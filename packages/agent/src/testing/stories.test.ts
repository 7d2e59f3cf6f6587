import { describe, expect, test } from 'vitest';
import { agentConfig } from '../core/config.ts';
import type { AgentConfig } from '../core/types.ts';
import { PretendDevice } from './pretend-device.ts';
import { type PretendBehaviour, pretendRelease } from './pretend-release.ts';
import { PretendServer } from './pretend-server.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const factory = pretendRelease('3.2.4', { securityVersion: 2 });
const behaving = (behaviour: PretendBehaviour) =>
  pretendRelease('3.2.5', { wayBack: '3.2.4', securityVersion: 2, behaves: () => behaviour });

/** Healthy at first; then it dies, and dies again at every start. */
function dyingOnce() {
  let starts = 0;
  const behaves = (): PretendBehaviour => {
    starts += 1;
    return starts < 2
      ? { exitsAfterMillis: 20 * MINUTE, errorCode: '0x45' }
      : { startFails: true, errorCode: '0x45' };
  };
  return pretendRelease('3.2.5', { wayBack: '3.2.4', securityVersion: 2, behaves });
}

function meet(
  take = behaving({}),
  more: Partial<AgentConfig> = {},
  probationSeconds = 3_600,
  before: PretendBehaviour = {},
) {
  const factory = pretendRelease('3.2.4', { securityVersion: 2, behaves: () => before });
  const server = new PretendServer(factory, take);
  const config = agentConfig({ device: 'd-1', hardware: 'th-2', ...more });
  const device = new PretendDevice({ config, server, factory });
  server.offers('update', take, probationSeconds);
  const kinds = () => server.outcomes.map(({ said }) => said.kind);
  return { server, device, kinds, take };
}

type Scene = ReturnType<typeof meet>;

/** [sentence, scene, what happens, outcomes, what runs, more of the last outcome] */
const table: [string, () => Scene, (scene: Scene) => void, string[], string, object?][] = [
  [
    'a healthy version is installed, and confirmed after probation',
    () => meet(),
    ({ device }) => device.run(3 * HOUR),
    ['installed', 'confirmed'],
    '3.2.5',
  ],
  [
    'before probation is over it is installed and not confirmed',
    () => meet(behaving({}), {}, 4 * 3_600),
    ({ device }) => device.run(3 * HOUR),
    ['installed'],
    '3.2.5',
  ],
  [
    'a probation of zero confirms at the first healthy check',
    () => meet(behaving({}), {}, 0),
    ({ device }) => device.run(10 * MINUTE),
    ['installed', 'confirmed'],
    '3.2.5',
  ],
  [
    'a version that never starts is left after three attempts, within ten minutes',
    () => meet(behaving({ startFails: true })),
    ({ device }) => device.run(10 * MINUTE),
    ['rolled-back'],
    '3.2.4',
    { code: 'boot-failed', bootAttempts: 3 },
  ],
  [
    'a version that raises 0x45 at once is left after three attempts, within ten minutes',
    () => meet(behaving({ unhealthyAfterMillis: 0, errorCode: '0x45' })),
    ({ device }) => device.run(10 * MINUTE),
    ['rolled-back'],
    '3.2.4',
    { code: 'health-failed', errorCode: '0x45', bootAttempts: 3 },
  ],
  [
    'a version that dies with 0x45 in probation was installed, and is rolled back',
    () => meet(behaving({ exitsAfterMillis: 20 * MINUTE, errorCode: '0x45' })),
    ({ device }) => device.run(3 * HOUR),
    ['installed', 'rolled-back'],
    '3.2.4',
    { code: 'health-failed', errorCode: '0x45', bootAttempts: 3 },
  ],
  [
    'a version that turns bad after it was confirmed is reported unhealthy, once',
    () => meet(behaving({ exitsAfterMillis: 90 * MINUTE, errorCode: '0x45' })),
    ({ device }) => device.run(20 * HOUR),
    ['installed', 'confirmed', 'unhealthy'],
    '3.2.5',
    { code: 'health-failed', errorCode: '0x45' },
  ],
  [
    'where it is allowed, a confirmed version that turns bad is left along the way back',
    () =>
      meet(behaving({ exitsAfterMillis: 90 * MINUTE, errorCode: '0x45' }), { rollbackAfterConfirm: true }),
    ({ device }) => device.run(20 * HOUR),
    ['installed', 'confirmed', 'rolled-back'],
    '3.2.4',
    { code: 'health-failed', errorCode: '0x45' },
  ],
  [
    'the device of the incident confirms at once, dies later and is never heard again',
    () => meet(dyingOnce(), { deviceRollback: false, updatePathIndependent: false }),
    ({ device, server }) => {
      device.run(HOUR);
      const heard = server.reports.length;
      device.run(20 * HOUR);
      expect(server.reports).toHaveLength(heard);
    },
    ['installed', 'confirmed'],
    '3.2.5',
  ],
  [
    'with a road of its own the same device still reports that it is unhealthy',
    () => meet(dyingOnce(), { deviceRollback: false }),
    ({ device }) => device.run(20 * HOUR),
    ['installed', 'confirmed', 'unhealthy'],
    '3.2.5',
  ],
  [
    'an offer that is withdrawn during the download leaves the device where it was',
    () => meet(),
    ({ device, server }) => {
      server.artifactsMissing = true;
      device.run(30 * MINUTE);
      expect(device.state?.journal.intent?.step).toBe('downloading');
      server.offer = null;
      device.run(HOUR);
      expect(device.state?.journal).toMatchObject({ intent: null, slots: { b: { state: 'empty' } } });
    },
    [],
    '3.2.4',
  ],
  [
    'a download that does not come is waited for as long as it is offered, and says nothing about the release',
    () => meet(),
    ({ device, server }) => {
      server.artifactsMissing = true;
      device.run(30 * 24 * HOUR);
      expect(server.outcomes).toEqual([]);
      expect(device.state?.journal.intent).toMatchObject({ step: 'downloading', stepsTaken: 1 });
      server.artifactsMissing = false;
      device.run(6 * HOUR);
    },
    ['installed', 'confirmed'],
    '3.2.5',
    { bootAttempts: 1 },
  ],
  [
    'a halt that comes while the device prepares is seen at the last look before the leap',
    () => {
      const scene = meet();
      const checkIn = scene.server.checkIn.bind(scene.server);
      scene.server.checkIn = (body, running) => {
        const answer = checkIn(body, running);
        scene.server.offer = null;
        return answer;
      };
      return scene;
    },
    ({ device }) => device.run(6 * HOUR),
    [],
    '3.2.4',
  ],
  [
    'a recall in probation brings the device back, and the recall is answered',
    () => meet(behaving({}), {}, 4 * 3_600),
    ({ device, server }) => {
      device.run(HOUR);
      server.offers('recall', factory);
      device.run(HOUR);
    },
    ['installed', 'rolled-back', 'confirmed'],
    '3.2.4',
    { offer: 'r-1.r1' },
  ],
  [
    'a recall after confirmation goes the signed way back',
    () => meet(),
    ({ device, server }) => {
      device.run(3 * HOUR);
      server.offers('recall', factory);
      device.run(3 * HOUR);
    },
    ['installed', 'confirmed', 'installed', 'confirmed'],
    '3.2.4',
    { offer: 'r-1.r1', running: '3.2.4' },
  ],
  [
    'a release that this device rolled back from is refused the next time',
    () => meet(behaving({ startFails: true })),
    ({ device, server, take }) => {
      device.run(HOUR);
      server.offers('update', take);
      if (server.offer !== null) server.offer = { ...server.offer, offer: 'r-2.u1', rollout: 'r-2' };
      device.run(HOUR);
    },
    ['rolled-back', 'refused'],
    '3.2.4',
    { code: 'tried-before', offer: 'r-2.u1' },
  ],
  [
    'what was never heard of a version that has gone is not told any more',
    () => meet(behaving({ exitsAfterMillis: 20 * MINUTE, errorCode: '0x45' })),
    ({ device, server }) => {
      device.run(90_000);
      expect(device.control.trialSlot).toBe('b');
      server.unreachable = true;
      device.run(3 * HOUR);
      expect(device.running).toBe('3.2.4');
      server.unreachable = false;
      device.run(3 * HOUR);
    },
    ['rolled-back'],
    '3.2.4',
    { bootAttempts: 3 },
  ],
  [
    'a server that is away for two hours delays the update and spoils nothing',
    () => meet(),
    ({ device, server }) => {
      server.unreachable = true;
      device.run(2 * HOUR);
      server.unreachable = false;
      device.run(6 * HOUR);
    },
    ['installed', 'confirmed'],
    '3.2.5',
  ],
  [
    'an outcome whose answer was lost is told again, with the same bytes',
    () => {
      const scene = meet(behaving({}), {}, 0);
      const tell = scene.server.tell.bind(scene.server);
      scene.server.tell = (outcome, running) => {
        if (scene.server.outcomes.length === 0) scene.server.answersLost = 1;
        return tell(outcome, running);
      };
      return scene;
    },
    ({ device }) => device.run(HOUR),
    ['installed', 'installed', 'confirmed'],
    '3.2.5',
  ],
  [
    'a connection that worked before and is gone with the new version is held against it',
    () => meet(behaving({ offlineAfterMillis: 0 })),
    ({ device }) => device.run(3 * HOUR),
    ['rolled-back'],
    '3.2.4',
    { code: 'health-failed', bootAttempts: 3, because: expect.stringContaining('cloud') },
  ],
  [
    'a connection that never worked here is not held against the new version',
    () => meet(behaving({ offlineAfterMillis: 0 }), { healthEveryMillis: 5 * MINUTE }),
    ({ device, server }) => {
      const { offer } = server;
      server.offer = null;
      device.offline = true;
      device.run(2 * HOUR);
      expect(device.state?.report.health).toEqual({ ok: true, excused: ['cloud'] });
      server.offer = offer;
      device.run(3 * HOUR);
    },
    ['installed', 'confirmed'],
    '3.2.5',
  ],
  [
    'a connection that fails once in probation, and held before, is waited for',
    () => meet(),
    ({ device }) => {
      device.run(30 * MINUTE);
      device.offline = true;
      device.run(MINUTE);
      device.offline = false;
      device.run(3 * HOUR);
    },
    ['installed', 'confirmed'],
    '3.2.5',
  ],
  [
    'a check that held and fails within the probation is a failed attempt, and three of them the way back',
    () => meet(behaving({ unhealthyAfterMillis: 50 * MINUTE })),
    ({ device }) => device.run(6 * HOUR),
    ['installed', 'rolled-back'],
    '3.2.4',
    { code: 'health-failed', bootAttempts: 3 },
  ],
  [
    'a connection that breaks within the probation is a failed attempt, too',
    () => meet(behaving({ offlineAfterMillis: 50 * MINUTE })),
    ({ device }) => device.run(6 * HOUR),
    ['installed', 'rolled-back'],
    '3.2.4',
    { code: 'health-failed', because: expect.stringContaining('cloud') },
  ],
  [
    'what has to hold at the end only is asked for at the end, and then it decides',
    () => meet(),
    ({ device }) => {
      device.unready = true;
      device.run(50 * MINUTE);
      expect(device.state?.journal.intent?.bootAttempts).toBe(1);
      device.run(6 * HOUR);
    },
    ['installed', 'rolled-back'],
    '3.2.4',
    { code: 'health-failed', because: expect.stringContaining('ready') },
  ],
  [
    'a version is not confirmed before it has run for as long as the device asks for',
    () => meet(behaving({}), { survivalMillis: 5 * HOUR }),
    ({ device, kinds }) => {
      device.run(4 * HOUR);
      expect(kinds()).toEqual(['installed']);
      device.run(2 * HOUR);
    },
    ['installed', 'confirmed'],
    '3.2.5',
  ],
  [
    'a person who switches the device off three times in its probation does not cost it the update',
    () => meet(),
    ({ device }) => {
      device.run(20 * MINUTE);
      for (let times = 0; times < 3; times++) {
        device.unplug('user');
        device.run(10 * MINUTE);
        expect(device.control).toMatchObject({ trialSlot: 'b', attempts: 1 });
      }
      device.run(3 * HOUR);
    },
    ['installed', 'confirmed'],
    '3.2.5',
  ],
  [
    'a crash loop that looks like a weak supply ends all the same',
    () => meet(),
    ({ device }) => {
      device.run(20 * MINUTE);
      for (let boots = 0; boots < 20 && device.control.trialSlot === 'b'; boots++) {
        device.unplug('brown-out');
        device.run(6_000);
        if (boots >= 5) expect(device.control.trialSlot).toBeNull();
      }
      device.run(HOUR);
    },
    ['installed', 'rolled-back'],
    '3.2.4',
    { bootAttempts: 3 },
  ],
  [
    'the last attempt, ended by a person, is given back although the boot loader gave up',
    () => meet(behaving({}), { benignResets: 1 }),
    ({ device }) => {
      device.run(20 * MINUTE);
      for (const reset of ['watchdog', 'panic', 'user'] as const) {
        device.unplug(reset);
        device.run(20_000);
      }
      expect(device.control).toMatchObject({ trialSlot: 'b', attempts: 3 });
      device.run(3 * HOUR);
    },
    ['installed', 'confirmed'],
    '3.2.5',
  ],
  [
    'a reset by the watchdog counts as a failed boot',
    () => meet(),
    ({ device }) => {
      device.run(20 * MINUTE);
      for (let times = 0; times < 3; times++) {
        device.unplug('watchdog');
        device.run(20_000);
      }
      device.run(HOUR);
    },
    ['installed', 'rolled-back'],
    '3.2.4',
  ],
  [
    'an operator lets the device try again once; it works now, and is refused no more',
    () => meet(behaving({})),
    (scene) => {
      failOnce(scene);
      retry(scene, 'r-1.u2');
      scene.device.run(3 * HOUR);
      expect(scene.device.state?.report.rolledBackFrom).toEqual([]);
    },
    ['rolled-back', 'installed', 'confirmed'],
    '3.2.5',
    { offer: 'r-1.u2' },
  ],
  [
    'a second try that fails is remembered again, and its offer is good for no third',
    () => meet(behaving({ startFails: true })),
    (scene) => {
      scene.device.run(HOUR);
      retry(scene, 'r-1.u2');
      scene.device.run(HOUR);
      expect(scene.device.state?.journal.rolledBackFrom).toEqual(['3.2.5']);
      scene.server.offers('update', scene.take, 60, 'r-9');
      scene.device.run(HOUR);
      retry(scene, 'r-1.u2');
      scene.device.run(HOUR);
      retry(scene, 'r-1.u3');
      scene.device.run(HOUR);
    },
    ['rolled-back', 'rolled-back', 'refused', 'refused', 'rolled-back'],
    '3.2.4',
    { offer: 'r-1.u3' },
  ],
];

/** Three failed boots of 3.2.5, none of which is its fault. */
function failOnce({ device }: Scene): void {
  device.run(2 * MINUTE);
  for (let times = 0; times < 3; times++) {
    device.unplug('unknown');
    device.run(20_000);
  }
  device.run(HOUR);
  expect(device.running).toBe('3.2.4');
}

function retry({ server, take }: Scene, offer: string): void {
  server.offers('update', take);
  if (server.offer !== null) server.offer = { ...server.offer, offer, retry: true };
}

describe('a device', () => {
  test.each(table)('%s', (_, scene, happens, outcomes, running, more = {}) => {
    const played = scene();
    happens(played);
    expect(played.kinds()).toEqual(outcomes);
    expect(played.device.running).toBe(running);
    for (const { said, running: really } of played.server.outcomes) expect(said.running).toBe(really);
    if (outcomes.length > 0) expect(played.server.outcomes.at(-1)?.said).toMatchObject(more);
  });

  test.each<[string, () => Scene, string, string]>([
    [
      'whose version from the factory keeps dying, with nothing else to run',
      () => {
        const scene = meet(behaving({}), {}, 60, { exitsAfterMillis: MINUTE });
        scene.server.offer = null;
        return scene;
      },
      '3.2.4',
      'slot b is empty',
    ],
    [
      'that went back from 3.2.5 and whose 3.2.4 dies as well',
      () => meet(behaving({ startFails: true }), {}, 60, { exitsAfterMillis: 100 * MINUTE }),
      '3.2.4',
      'it went back from 3.2.5 before',
    ],
    [
      'whose confirmed 3.2.5 keeps dying, where only a recall may take it back',
      () => meet(behaving({ exitsAfterMillis: 90 * MINUTE })),
      '3.2.5',
      'a confirmed version is left by recall only',
    ],
    [
      'that left a confirmed 3.2.5 and whose 3.2.4 dies, too',
      () =>
        meet(behaving({ exitsAfterMillis: 90 * MINUTE }), { rollbackAfterConfirm: true }, 3_600, {
          exitsAfterMillis: 100 * MINUTE,
        }),
      '3.2.4',
      'it went back from 3.2.5 before',
    ],
  ])('%s stays where it is and says why', (_, scene, running, because) => {
    const { device, server } = scene();
    device.run(48 * HOUR);
    expect(device.running).toBe(running);
    const boots = device.boots;
    device.run(24 * HOUR);
    expect(device.boots, 'it does not reboot any more').toBe(boots);
    const { trouble = [] } = server.reports.at(-1)?.said ?? {};
    expect(trouble).toContainEqual({ code: 'health-failed', because: expect.stringContaining(because) });
  });

  test('that has nothing new to say sends the same bytes', () => {
    const { device, server } = meet();
    device.run(6 * HOUR);
    const before = server.reports.length;
    device.run(6 * HOUR);
    const idle = server.reports.slice(before - 1);
    expect(idle.length).toBeGreaterThan(15);
    expect(new Set(idle.map(({ said }) => JSON.stringify(said))).size).toBe(1);
    expect(new Set(idle.map(({ said }) => said)).size, 'the very same object').toBe(1);
  });

  test('whose power fails in each of its three attempts goes back and says that it never came up', () => {
    const { device, kinds, server } = meet(behaving({}), {}, 4 * 3_600);
    device.run(2 * MINUTE);
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(device.control.trialSlot).toBe('b');
      device.unplug();
      device.run(20_000);
    }
    device.run(HOUR);
    expect(kinds().at(-1)).toBe('rolled-back');
    expect(server.outcomes.at(-1)?.said).toMatchObject({ code: 'boot-failed', bootAttempts: 3 });
    expect(device.running).toBe('3.2.4');
  });

  test('that cannot reach the server tries ever more rarely, and at last once per cap', () => {
    const { device, server } = meet();
    server.unreachable = true;
    let tried = 0;
    const checkIn = server.checkIn.bind(server);
    server.checkIn = (body, running) => {
      tried += 1;
      return checkIn(body, running);
    };
    device.run(3 * HOUR);
    const first = tried;
    device.run(24 * HOUR);
    expect(first).toBeLessThan(20);
    expect(tried - first).toBeLessThanOrEqual(25);
    expect(tried - first).toBeGreaterThan(15);
  });
});
