import type { RefusalCode } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PretendDevice } from '../testing/pretend-device.ts';
import { type PretendRelease, pretendRelease } from '../testing/pretend-release.ts';
import { PretendServer } from '../testing/pretend-server.ts';
import { advance } from './advance.ts';
import { agentConfig } from './config.ts';
import { initialJournal } from './journal.ts';
import type { Effect, Input, State } from './types.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const config = agentConfig({ device: 'd-1', hardware: 'th-2' });
const older = pretendRelease('3.2.4');
const newer = pretendRelease('3.2.5', { wayBack: '3.2.4' });
const { target, signed } = newer;

/** A device that has begun to verify, or to download. */
function preparing(step: 'verifying' | 'downloading' | 'staging') {
  let state: State | null = null;
  let now = 1;
  const hear = (input: Input): readonly Effect[] => {
    const next = advance(state, input, now, config, () => 0.999);
    state = next.state;
    return next.effects;
  };
  const control = { defaultSlot: 'a', trialSlot: null, attempts: 0 } as const;
  const wake = () => {
    const journal = state?.journal ?? initialJournal(older.signed.custom);
    state = null;
    hear({ is: 'woke', journal, control, booted: 'a' });
  };
  const offered = {
    kind: 'update',
    offer: 'r-1.u1',
    rollout: 'r-1',
    version: '3.2.5',
    target,
    probationSeconds: 60,
  } as const;
  const checkIn = () =>
    hear({
      is: 'checked-in',
      answer: { protocol: 1, pollAfterSeconds: 900, offer: offered },
      transport: 'http',
    });
  wake();
  checkIn();
  if (step !== 'verifying') hear({ is: 'verified', target, signed, root: 1 });
  if (step === 'staging') hear({ is: 'downloaded', target });
  const fail = (code: RefusalCode, because = 'the connection broke.') => {
    now += HOUR;
    return hear({ is: 'step-failed', target, code, because });
  };
  return {
    hear,
    fail,
    wake,
    checkIn,
    journal: () => state?.journal,
    again: () => hear({ is: 'timer', name: 'step' }),
  };
}

const AWAY = ['download-failed', 'too-slow'] as const;

describe('a step that fails', () => {
  test.each(['verifying', 'downloading'] as const)(
    'because somebody is away while %s is tried again for ever: nothing is counted or written, and it says why',
    (step) => {
      const { fail, again, journal } = preparing(step);
      const before = journal();
      for (let times = 0; times < 500; times++) {
        const effects = fail(AWAY[times % 2] ?? 'too-slow', `nobody answers, ${times}.`);
        expect(effects).toMatchObject([
          { do: 'send-progress', progress: { step, because: `nobody answers, ${times}.` } },
          { do: 'timer', name: 'step' },
        ]);
        const { delayMillis } = effects[1] as Extract<Effect, { do: 'timer' }>;
        expect(delayMillis).toBeLessThanOrEqual(config.stepBackOff.capMillis);
        if (times > 10) expect(delayMillis).toBeGreaterThan(config.stepBackOff.capMillis / 2);
        expect(again().at(-1)).toMatchObject({ do: step === 'verifying' ? 'verify' : 'download' });
      }
      expect(journal()).toBe(before);
    },
  );

  test.each<[RefusalCode, 'verifying' | 'downloading' | 'staging']>([
    ['wrong-digest', 'downloading'],
    ['oversize', 'downloading'],
    ['no-space', 'downloading'],
    ['stage-failed', 'verifying'],
    ['busy', 'staging'],
    ['download-failed', 'staging'],
  ])('with %s while %s ends the update by that name after a bounded number of steps', (code, step) => {
    const { fail, again, hear, journal } = preparing(step);
    let times = 0;
    for (; journal()?.intent !== null && times < 100; times++) {
      fail(code);
      again();
      if (step === 'staging') hear({ is: 'downloaded', target });
    }
    expect(times).toBeGreaterThan(15);
    expect(times).toBeLessThanOrEqual(config.stepLimit + 1);
    expect(journal()?.outbox).toMatchObject([{ kind: 'failed', code }]);
  });

  test('once for each restart of the device uses up nothing, however often it restarts', () => {
    const { fail, wake, checkIn, journal } = preparing('downloading');
    for (let boots = 0; boots < 10 * config.stepLimit; boots++) {
      wake();
      checkIn();
      fail('download-failed');
      fail('download-failed');
    }
    expect(journal()?.intent).toMatchObject({ step: 'downloading', stepsTaken: 1 });
  });

  test('never, because the agent dies each time it is begun, ends the update after a bounded number of steps', () => {
    const { wake, checkIn, journal } = preparing('downloading');
    for (let boots = 0; boots <= config.stepLimit; boots++) {
      wake();
      checkIn();
    }
    expect(journal()?.outbox).toMatchObject([{ kind: 'failed', code: 'interrupted' }]);
  });

  test('says nothing when it is another one', () => {
    const { hear, journal } = preparing('downloading');
    const before = journal();
    const other = { is: 'step-failed', target: '9.9.9/th-2.bundle', code: 'no-space', because: '' } as const;
    expect(hear(other)).toEqual([]);
    expect(journal()).toBe(before);
  });
});

const dies = () => ({ exitsAfterMillis: 20 * MINUTE, exitCode: 69, errorCode: '0x45' as const });

function world(factory: PretendRelease, random = () => 0.5, ...signedHere: readonly PretendRelease[]) {
  const server = new PretendServer(factory, newer, ...signedHere);
  return { server, device: new PretendDevice({ config, server, factory, random }) };
}

test('after a month without the bytes the trial has all of its boot attempts and its forgiven resets', () => {
  const { server, device } = world(older);
  server.offers('update', newer, 3_600);
  server.artifactsMissing = true;
  device.run(30 * 24 * HOUR);
  server.artifactsMissing = false;
  for (let waited = 0; waited < 48 && device.running !== '3.2.5'; waited++) device.run(30 * MINUTE);
  for (let times = 0; times < config.benignResets; times++) {
    device.run(10 * MINUTE);
    device.unplug('user');
  }
  device.run(6 * HOUR);
  expect(device.running).toBe('3.2.5');
  expect(server.outcomes.at(-1)?.said).toMatchObject({ kind: 'confirmed', bootAttempts: 1 });
});

test('whatever is away for however long, and whenever the device is switched off, no release is held bad for it', () => {
  const reached = { failures: 0, longest: 0, restarts: 0, downloading: 0, withdrawn: 0 };
  const event = fc.constantFrom(
    'server',
    'no-server',
    'artifacts',
    'no-artifacts',
    'unplug',
    'withdraw',
    'time',
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(event, fc.integer({ min: 10, max: 1_500 })), {
        minLength: 5,
        maxLength: 60,
        size: 'max',
      }),
      fc.infiniteStream(fc.double({ min: 0.2, max: 0.999, noNaN: true })),
      (events, random) => {
        const { server, device } = world(older, () => random.next().value ?? 0.5);
        server.offers('update', newer, 600);
        const offer = server.offer;
        server.artifactsMissing = true;
        for (const [what, minutes] of events) {
          if (what.endsWith('server')) server.unreachable = what !== 'server';
          if (what.endsWith('artifacts')) server.artifactsMissing = what !== 'artifacts';
          if (what === 'withdraw') server.offer = null;
          else if (server.outcomes.length === 0) server.offer = offer;
          if (what === 'unplug') device.unplug('user');
          if (what === 'withdraw') reached.withdrawn += 1;
          if (what === 'unplug') reached.restarts += 1;
          device.run(minutes * MINUTE);
          const { stepFailures = 0, journal } = device.state ?? {};
          reached.failures += stepFailures;
          reached.longest = Math.max(reached.longest, stepFailures);
          if (journal?.intent?.step === 'downloading') reached.downloading += 1;
          expect(journal?.rolledBackFrom).toEqual([]);
          expect(
            server.outcomes.filter(({ said }) => said.kind !== 'installed' && said.kind !== 'confirmed'),
          ).toEqual([]);
        }
        Object.assign(server, { unreachable: false, artifactsMissing: false });
        if (server.outcomes.length === 0) server.offer = offer;
        device.run(48 * HOUR);
        expect(device.running).toBe('3.2.5');
        expect(server.outcomes.map(({ said }) => said.kind)).toEqual(['installed', 'confirmed']);
      },
    ),
    { numRuns: 150 },
  );
  console.log('steps that failed because somebody was away:', reached);
  expect(reached.failures).toBeGreaterThan(5_000);
  expect(reached.longest).toBeGreaterThan(2 * config.stepLimit);
  expect(reached.restarts).toBeGreaterThan(500);
  expect(reached.downloading).toBeGreaterThan(500);
  expect(reached.withdrawn).toBeGreaterThan(100);
});

describe('a dead device whose update does not come', () => {
  const dead = pretendRelease('3.2.4', { behaves: dies });
  const mends = pretendRelease('3.2.7', { wayBack: '3.2.4', recovery: true });

  test('looks for a recovery release meanwhile, when its server is out of reach', () => {
    const { server, device } = world(dead, () => 0.5, mends);
    server.offers('update', newer, 600);
    server.artifactsMissing = true;
    device.run(HOUR);
    expect(device.state?.journal.intent).toMatchObject({ kind: 'update', step: 'downloading' });
    Object.assign(server, { unreachable: true, artifactsMissing: false, relayed: true });
    device.run(12 * HOUR);
    expect(device.running).toBe('3.2.7');
  });

  test('does so also when it was switched off since, and waits for the word of its server', () => {
    const { server, device } = world(dead, () => 0.5, mends);
    server.offers('update', newer, 600);
    server.artifactsMissing = true;
    device.run(HOUR);
    Object.assign(server, { unreachable: true, artifactsMissing: false, relayed: true });
    device.unplug('user');
    device.run(12 * HOUR);
    expect(device.running).toBe('3.2.7');
  });

  test('takes the update when that comes first', () => {
    const { server, device } = world(dead, () => 0.5, mends);
    server.offers('update', newer, 600);
    server.artifactsMissing = true;
    device.run(2 * HOUR);
    expect(device.state?.journal).toMatchObject({ intent: { kind: 'update' }, rescue: {} });
    server.artifactsMissing = false;
    device.run(12 * HOUR);
    expect(device.running).toBe('3.2.5');
  });

  test('looks elsewhere in the end although its server is there, and is not called back by the same offer at once', () => {
    const { server, device } = world(dead, () => 0.5, mends);
    server.offers('update', newer, 600);
    server.artifactsMissing = true;
    for (let waited = 0; waited < 24 && device.state?.heldUp === undefined; waited++) device.run(30 * MINUTE);
    expect(device.state?.heldUp).toBe('r-1.u1');
    const reports = server.reports.length;
    device.run(2 * HOUR);
    expect(server.reports.length).toBeGreaterThan(reports + 4);
    expect(device.state?.journal.intent).toMatchObject({ kind: 'rescue', version: '3.2.7' });
  });
});
