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

function meet(take = behaving({}), more: Partial<AgentConfig> = {}, probationSeconds = 3_600) {
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
    'a download that never comes is given up after a bounded number of steps',
    () => meet(),
    ({ device, server }) => {
      server.artifactsMissing = true;
      device.run(48 * HOUR);
    },
    ['failed'],
    '3.2.4',
    { code: 'download-failed' },
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
];

describe('a device', () => {
  test.each(table)('%s', (_, scene, happens, outcomes, running, more = {}) => {
    const played = scene();
    happens(played);
    expect(played.kinds()).toEqual(outcomes);
    expect(played.device.running).toBe(running);
    for (const { said, running: really } of played.server.outcomes) expect(said.running).toBe(really);
    if (outcomes.length > 0) expect(played.server.outcomes.at(-1)?.said).toMatchObject(more);
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
