import { checkInSchema, outcomeSchema } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PretendDevice } from '../testing/pretend-device.ts';
import type { CutKind } from '../testing/pretend-flash.ts';
import { type PretendRelease, pretendRelease } from '../testing/pretend-release.ts';
import { PretendServer } from '../testing/pretend-server.ts';
import { agentConfig } from './config.ts';
import { initialJournal, readJournal } from './journal.ts';
import type { AgentConfig, ResetReason } from './types.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const dies = () => ({ exitsAfterMillis: 20 * MINUTE, exitCode: 69, errorCode: '0x45' });
const dead = pretendRelease('3.2.5', { wayBack: '3.2.4', behaves: dies });
const ordinary = pretendRelease('3.2.6', { wayBack: '3.2.5' });
const mends = pretendRelease('3.2.7', { wayBack: '3.2.5', recovery: true });
const mendsTwice = pretendRelease('3.2.8', { wayBack: '3.2.5', recovery: true });
const alsoDies = pretendRelease('3.2.9', { wayBack: '3.2.5', recovery: true, behaves: dies });

interface World {
  readonly factory?: PretendRelease;
  readonly signed?: readonly PretendRelease[];
  readonly unreachable?: boolean;
  readonly relayed?: boolean;
  readonly config?: Partial<AgentConfig>;
  readonly random?: () => number;
}

function world(setup: World = {}): { server: PretendServer; device: PretendDevice } {
  const server = new PretendServer(...(setup.signed ?? []));
  server.unreachable = setup.unreachable ?? false;
  server.relayed = setup.relayed ?? false;
  const config = agentConfig({ device: 'd-1', hardware: 'th-2', ...setup.config });
  const random = setup.random ?? (() => 0.5);
  return { server, device: new PretendDevice({ config, server, factory: setup.factory ?? dead, random }) };
}

const rescueOf = ({ state }: PretendDevice) => state?.journal.rescue;

describe('a device whose only firmware keeps dying', () => {
  test('says that it is in rescue, and why, for as long as nobody signed a recovery release', () => {
    const { device, server } = world({ signed: [ordinary] });
    device.run(8 * HOUR);
    const said = checkInSchema.parse(server.reports.at(-1)?.said);
    expect(said.trouble).toEqual([
      {
        code: 'in-rescue',
        because: '3.2.5 stays unhealthy, and slot b holds nothing to go back to.',
      },
      { code: 'health-failed', because: expect.stringContaining('slot b is empty') as string },
    ]);
    expect(device.running).toBe('3.2.5');
    expect(server.outcomes).toEqual([]);
  });

  test.each<[string, World, string]>([
    ['takes a recovery release from its server', { signed: [mends] }, '3.2.7'],
    [
      'takes it from a neighbour when no server can be reached',
      { signed: [mends], unreachable: true, relayed: true },
      '3.2.7',
    ],
    ['takes the highest of several', { signed: [mends, mendsTwice, ordinary] }, '3.2.8'],
    ['takes the next highest after the highest died, too', { signed: [mends, alsoDies] }, '3.2.7'],
    [
      'takes none for other hardware',
      { signed: [pretendRelease('4.0.0', { recovery: true, hardware: 'th-9' })] },
      '3.2.5',
    ],
    [
      'takes none that is lower, off its way back',
      { signed: [pretendRelease('3.0.0', { recovery: true })] },
      '3.2.5',
    ],
    ['takes one that is its way back', { signed: [pretendRelease('3.2.4', { recovery: true })] }, '3.2.4'],
    [
      'takes none whose floor is above it',
      { signed: [pretendRelease('4.0.0', { recovery: true, floor: '3.3.0' })] },
      '3.2.5',
    ],
    [
      'takes none below its security version',
      {
        factory: pretendRelease('3.2.5', { securityVersion: 4, behaves: dies }),
        signed: [pretendRelease('3.2.7', { recovery: true, securityVersion: 3 })],
      },
      '3.2.5',
    ],
    ['without rescue takes none', { signed: [mends], config: { rescue: null } }, '3.2.5'],
  ])('%s', (_, setup, runs) => {
    const { device } = world(setup);
    device.run(48 * HOUR);
    expect(device.running).toBe(runs);
  });

  test('leaves rescue with the recovery release confirmed, and tells so once its server is there again', () => {
    const { device, server } = world({ signed: [mends], unreachable: true, relayed: true });
    device.run(12 * HOUR);
    expect(rescueOf(device)).toBeUndefined();
    expect(device.state?.journal.slots.b).toEqual({ state: 'confirmed', version: '3.2.7' });
    server.unreachable = false;
    device.run(4 * HOUR);
    const told = server.outcomes.map(({ said }) => outcomeSchema.parse(said));
    // Who gave the bytes is remembered across the boot into them.
    const road = { by: 'link', neighbour: 'd-2' };
    expect(told.map(({ kind, offer, rollout, road }) => ({ kind, offer, rollout, road }))).toEqual([
      { kind: 'installed', offer: 'rescue.3.2.7.1', rollout: 'rescue', road },
      { kind: 'confirmed', offer: 'rescue.3.2.7.1', rollout: 'rescue', road },
    ]);
    expect(server.reports.at(-1)?.said).not.toHaveProperty('trouble');
  });

  test('never writes the slot while there are no verified bytes for it', () => {
    const { device, server } = world({ signed: [mends] });
    server.artifactsMissing = true;
    device.run(48 * HOUR);
    expect(device.state?.journal.slots.b).toEqual({ state: 'empty' });
    expect(server.outcomes).toEqual([]);
    server.artifactsMissing = false;
    device.run(8 * HOUR);
    expect(device.running).toBe('3.2.7');
  });

  test('goes back from a recovery release that dies as well, remembers it, and goes on looking', () => {
    const { device, server } = world({ signed: [alsoDies] });
    device.run(48 * HOUR);
    expect(device.state?.journal.rolledBackFrom).toEqual(['3.2.9']);
    expect(server.outcomes.at(-1)?.said).toMatchObject({ kind: 'rolled-back', running: '3.2.5' });
    expect(rescueOf(device)).toBeDefined();
    server.releases.set(mends.target, mends);
    device.run(8 * HOUR);
    expect(device.running).toBe('3.2.7');
    expect(device.state?.journal.updates).toBe(2);
  });

  test('looks ever more rarely, and never gives up', () => {
    const { device, server } = world({ unreachable: true });
    device.run(24 * 30 * HOUR);
    const looks = device.state?.looks ?? 0;
    expect(looks).toBeGreaterThan(24 * 20);
    expect(looks).toBeLessThan(24 * 90);
    Object.assign(server, { unreachable: false });
    server.releases.set(mends.target, mends);
    device.run(4 * HOUR);
    expect(device.running).toBe('3.2.7');
  });
});

describe('a device whose other slot is whole', () => {
  /** Confirmed on the dead release, with the good one in the other slot. */
  function updated(signed: readonly PretendRelease[]) {
    const diesLater = pretendRelease('3.2.5', {
      wayBack: '3.2.4',
      behaves: () => ({ exitsAfterMillis: 90 * MINUTE, exitCode: 69, errorCode: '0x45' }),
    });
    const pair = world({ factory: pretendRelease('3.2.4'), signed: [diesLater, ...signed] });
    pair.server.offers('update', diesLater, 0);
    pair.device.run(HOUR);
    expect(pair.device.running).toBe('3.2.5');
    return pair;
  }

  test('waits for its server while that can be reached', () => {
    const { device } = updated([mends]);
    device.run(48 * HOUR);
    expect(device.running).toBe('3.2.5');
    expect(rescueOf(device)).toBeUndefined();
  });

  test('enters rescue when that is gone as well, and overwrites the slot only with verified bytes', () => {
    const { device, server } = updated([mends]);
    Object.assign(server, { unreachable: true, relayed: true });
    device.run(24 * HOUR);
    expect(device.running).toBe('3.2.7');
  });

  test('goes home along its signed way back when nobody has a recovery release, and says so later', () => {
    const { device, server } = updated([]);
    server.unreachable = true;
    device.run(48 * HOUR);
    expect(device.running).toBe('3.2.4');
    expect(rescueOf(device)).toBeUndefined();
    server.unreachable = false;
    device.run(4 * HOUR);
    expect(server.outcomes.at(-1)?.said).toMatchObject({
      kind: 'rolled-back',
      running: '3.2.4',
      offer: 'r-1.u1',
    });
  });
});

describe('rescue on demand', () => {
  test('on a device that works looks once, finds nothing, and is over', () => {
    const { device } = world({ factory: pretendRelease('3.2.4') });
    device.flash.replace('rescue', '');
    device.run(2 * HOUR);
    expect(rescueOf(device)).toBeUndefined();
    expect(device.flash.read('rescue')).toBeUndefined();
  });

  test('takes a newer recovery release at once', () => {
    const { device } = world({ factory: pretendRelease('3.2.4'), signed: [mends] });
    device.flash.replace('rescue', '');
    device.run(2 * HOUR);
    expect(device.running).toBe('3.2.7');
  });

  test('tries again what the device went back from: a person stands beside it', () => {
    let works = false;
    const mended = pretendRelease('3.2.7', { recovery: true, behaves: () => (works ? {} : dies()) });
    const { device } = world({ signed: [mended] });
    device.run(24 * HOUR);
    expect(device.state?.journal.rolledBackFrom).toEqual(['3.2.7']);
    works = true;
    device.run(24 * HOUR);
    expect(device.running).toBe('3.2.5');
    device.flash.replace('rescue', '');
    device.unplug();
    device.run(4 * HOUR);
    expect(device.running).toBe('3.2.7');
  });
});

test('what dies again after a person asked for it is tried once more, not for ever', () => {
  const { device } = world({ signed: [alsoDies] });
  device.run(24 * HOUR);
  device.flash.replace('rescue', '');
  device.unplug();
  device.run(24 * 7 * HOUR);
  expect(device.state?.journal.updates).toBe(2);
  expect(rescueOf(device)).toMatchObject({ demanded: false });
});

test.each<[string, ResetReason, boolean]>([
  ['resets by the watchdog bring a device into rescue', 'watchdog', true],
  ['panics do', 'panic', true],
  ['a person who pulls the plug does not', 'user', false],
  ['brown-outs do not', 'brown-out', false],
])('%s', (_, reset, enters) => {
  const { device } = world({ factory: pretendRelease('3.2.4') });
  for (let boot = 0; boot < 5; boot++) {
    device.run(5 * MINUTE);
    device.unplug(reset);
  }
  device.run(10 * MINUTE);
  expect(rescueOf(device) !== undefined).toBe(enters);
  device.run(12 * HOUR);
  expect(rescueOf(device), 'a device that works leaves rescue').toBeUndefined();
});

describe('a server that comes back while a rescue is prepared', () => {
  function preparing(offer: PretendRelease) {
    const pair = world({ signed: [mends, dead, ordinary], relayed: true });
    pair.server.artifactsMissing = true;
    pair.server.unreachable = true;
    pair.device.run(6 * HOUR);
    expect(pair.device.state?.journal.intent?.kind).toBe('rescue');
    pair.server.offers('update', offer, 600);
    pair.server.unreachable = false;
    pair.device.run(3 * HOUR);
    return pair;
  }

  test('and offers something new is obeyed', () => {
    const { device, server } = preparing(ordinary);
    server.artifactsMissing = false;
    device.run(4 * HOUR);
    expect(device.running).toBe('3.2.6');
    expect(rescueOf(device)).toBeUndefined();
  });

  test('and offers what is dead here already is not', () => {
    const { device, server } = preparing(dead);
    server.artifactsMissing = false;
    device.run(4 * HOUR);
    expect(device.running).toBe('3.2.7');
  });
});

test('a journal of the version before is read, and one with a rescue can be read back', () => {
  const before = JSON.parse(JSON.stringify(initialJournal(ordinary.signed.custom))) as object;
  expect(readJournal(before)).toEqual(before);
  const { device } = world({ unreachable: true });
  device.run(8 * HOUR);
  const text = device.flash.read('journal') ?? '';
  expect(readJournal(JSON.parse(text))).toEqual(device.state?.journal);
});

test('cut at any write, torn or not, a rescue ends on the recovery release and is told truly', () => {
  const play = (cut?: { at: number; kind: CutKind }) => {
    const { device, server } = world({ signed: [mends], unreachable: true, relayed: true });
    if (cut !== undefined) device.flash.cutPower(device.flash.writes + cut.at, cut.kind);
    const before = device.flash.writes;
    device.run(16 * HOUR);
    server.unreachable = false;
    device.run(6 * HOUR);
    return { device, server, writes: device.flash.writes - before };
  };
  const whole = play();
  let cuts = 0;
  for (const kind of ['before', 'torn', 'after'] as const) {
    for (let at = 1; at <= whole.writes; at++) {
      const { device, server } = play({ at, kind });
      const where = `cut ${kind} write ${at} of ${whole.writes}`;
      expect(device.flash.cuts, where).toBe(1);
      expect(device.running, where).toBe('3.2.7');
      expect(rescueOf(device), where).toBeUndefined();
      expect(device.state?.journal.outbox, where).toEqual([]);
      const told = server.outcomes.at(-1);
      expect(told?.said, where).toMatchObject({ kind: 'confirmed', running: '3.2.7', rollout: 'rescue' });
      for (const { said, running } of server.outcomes) expect(said.running, where).toBe(running);
      cuts += 1;
    }
  }
  console.log(`power cuts tried in a rescue: ${cuts}`);
  expect(cuts).toBeGreaterThan(60);
});

test('whatever comes and goes, a device ends on a recovery release that works', () => {
  let relayedOnly = 0;
  let missed = 0;
  const event = fc.constantFrom(
    'server',
    'no-server',
    'neighbour',
    'no-neighbour',
    'unplug',
    'artifacts',
    'no-artifacts',
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(event, fc.integer({ min: 1, max: 300 })), { maxLength: 25 }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      (events, random) => {
        const { device, server } = world({
          signed: [mends, alsoDies],
          unreachable: true,
          random: () => random.next().value ?? 0.5,
        });
        for (const [what, minutes] of events) {
          if (what === 'unplug') device.unplug();
          if (what.endsWith('server')) server.unreachable = what !== 'server';
          if (what.endsWith('neighbour')) server.relayed = what === 'neighbour';
          if (what.endsWith('artifacts')) server.artifactsMissing = what !== 'artifacts';
          device.run(minutes * MINUTE);
          if (device.running === '3.2.7' && server.unreachable) relayedOnly += 1;
          if (device.running !== '3.2.7') missed += 1;
        }
        Object.assign(server, { unreachable: false, artifactsMissing: false });
        device.run(72 * HOUR);
        expect(device.running).toBe('3.2.7');
        expect(rescueOf(device)).toBeUndefined();
      },
    ),
    { numRuns: 60 },
  );
  expect(relayedOnly).toBeGreaterThan(5);
  expect(missed).toBeGreaterThan(50);
});
