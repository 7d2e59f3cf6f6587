import { checkInSchema, outcomeSchema } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { agentConfig } from '../core/config.ts';
import { readJournal } from '../core/journal.ts';
import { PretendDevice } from './pretend-device.ts';
import type { CutKind } from './pretend-flash.ts';
import { pretendRelease } from './pretend-release.ts';
import { PretendServer } from './pretend-server.ts';

const HOUR = 3_600_000;
const config = agentConfig({ device: 'd-1', hardware: 'th-2' });
const good324 = pretendRelease('3.2.4');
const good325 = pretendRelease('3.2.5', { wayBack: '3.2.4' });
const good326 = pretendRelease('3.2.6', { wayBack: '3.2.5' });
const bad325 = pretendRelease('3.2.5', {
  wayBack: '3.2.4',
  behaves: ({ broker }) =>
    broker === 'mosquitto 2.0.18' ? { exitsAfterMillis: 20 * 60_000, exitCode: 69, errorCode: '0x45' } : {},
});

interface Story {
  readonly sentence: string;
  readonly from: typeof good324;
  readonly take: typeof good324;
  readonly kind: 'update' | 'recall';
  /** The next update, after that one. */
  readonly afterwards?: typeof good324;
  /** Ends that version from outside while it runs provisionally; then 12 hours pass. */
  readonly meanwhile?: (device: PretendDevice) => void;
  /** Afterwards an operator lets the device try the same release again. */
  readonly retry?: true;
  readonly endsOn: string;
  readonly outcome: string;
}

const regressing325 = pretendRelease('3.2.5', {
  wayBack: '3.2.4',
  behaves: () => ({ unhealthyAfterMillis: 40 * 60_000, errorCode: '0x45' }),
});
const offline325 = pretendRelease('3.2.5', {
  wayBack: '3.2.4',
  behaves: () => ({ offlineAfterMillis: 40 * 60_000 }),
});

/** A person switches the device off, twice, while it tries something. */
function switchedOffTwice(device: PretendDevice): void {
  for (let times = 0; times < 2; times++) {
    device.run(20 * 60_000);
    device.unplug('user');
  }
}

const stories: readonly Story[] = [
  {
    sentence: 'a good update that a person interrupts twice in its probation ends confirmed on 3.2.5',
    from: good324,
    take: good325,
    kind: 'update',
    meanwhile: switchedOffTwice,
    endsOn: '3.2.5',
    outcome: 'confirmed',
  },
  {
    sentence: 'an update that regresses within its probation ends back on 3.2.4',
    from: good324,
    take: regressing325,
    kind: 'update',
    endsOn: '3.2.4',
    outcome: 'rolled-back',
  },
  {
    sentence: 'an update that loses its connection within its probation ends back on 3.2.4',
    from: good324,
    take: offline325,
    kind: 'update',
    endsOn: '3.2.4',
    outcome: 'rolled-back',
  },
  {
    sentence: 'a second try that an operator allowed, and that fails again, ends back on 3.2.4',
    from: good324,
    take: bad325,
    kind: 'update',
    retry: true,
    endsOn: '3.2.4',
    outcome: 'rolled-back',
  },
  {
    sentence: 'a good update ends confirmed on 3.2.5',
    from: good324,
    take: good325,
    kind: 'update',
    endsOn: '3.2.5',
    outcome: 'confirmed',
  },
  {
    sentence: 'a bad update ends back on 3.2.4',
    from: good324,
    take: bad325,
    kind: 'update',
    endsOn: '3.2.4',
    outcome: 'rolled-back',
  },
  {
    sentence: 'a recall ends confirmed on 3.2.4',
    from: good325,
    take: good324,
    kind: 'recall',
    endsOn: '3.2.4',
    outcome: 'confirmed',
  },
  {
    sentence: 'an update over the slot that was confirmed before ends confirmed on 3.2.6',
    from: good324,
    take: good325,
    kind: 'update',
    afterwards: good326,
    endsOn: '3.2.6',
    outcome: 'confirmed',
  },
];

function play(
  { from, take, kind, afterwards, meanwhile, retry }: Story,
  cut?: { readonly at: number; readonly kind: CutKind },
) {
  const server = new PretendServer(from, take);
  const environment = { broker: 'mosquitto 2.0.18' };
  const device = new PretendDevice({ config, server, factory: from, environment });
  const before = device.flash.writes;
  if (cut !== undefined) device.flash.cutPower(before + cut.at, cut.kind);
  server.offers(kind, take);
  meanwhile?.(device);
  device.run(12 * HOUR);
  if (retry === true) {
    server.offers(kind, take);
    if (server.offer !== null) server.offer = { ...server.offer, offer: 'r-1.u2', retry };
    device.run(12 * HOUR);
  }
  if (afterwards !== undefined) {
    server.releases.set(afterwards.target, afterwards);
    server.offers(kind, afterwards, 3_600, 'r-2');
    device.run(12 * HOUR);
  }
  return { server, device, writes: device.flash.writes - before };
}

/** What must be so at the end of any story, wherever the power went. */
function requireTruth({ server, device }: ReturnType<typeof play>, story: Story, where: string): void {
  expect(device.running, `${where}: runs`).toBe(story.endsOn);
  expect(device.control.trialSlot, `${where}: nothing is on trial`).toBeNull();
  expect(device.state?.journal.outbox, `${where}: everything was told`).toEqual([]);
  expect(readJournal(device.state?.journal), `${where}: the journal can be read back`).toBeDefined();
  const last = server.reports.at(-1);
  const report = checkInSchema.parse(last?.said);
  expect(report.slots[report.active], `${where}: reported slot`).toEqual({
    state: 'confirmed',
    version: story.endsOn,
  });
  for (const { said, running } of server.reports) {
    expect(said.slots[said.active].version, `${where}: every report is true`).toBe(running);
    expect(said.bootAttempts).toBeLessThanOrEqual(3);
  }
  for (const { said, running } of server.outcomes) {
    expect(outcomeSchema.parse(said).running, `${where}: every outcome is true`).toBe(running);
  }
  const { kind, offer } = server.outcomes.at(-1)?.said ?? {};
  expect({ kind, offer }, `${where}: last outcome`).toEqual({ kind: story.outcome, offer: lastOffer(story) });
}

function lastOffer({ afterwards, retry, kind }: Story): string {
  if (retry === true) return 'r-1.u2';
  return `${afterwards === undefined ? 'r-1' : 'r-2'}.${kind === 'update' ? 'u1' : 'r1'}`;
}

describe('power is cut at every write of an update', () => {
  const reached: Record<string, number> = {};

  test.each(stories)('$sentence', (story) => {
    const whole = play(story);
    requireTruth(whole, story, 'without a cut');
    expect(whole.writes).toBeGreaterThan(25);
    for (const kind of ['before', 'torn', 'after'] as const) {
      for (let at = 1; at <= whole.writes; at++) {
        const cut = play(story, { at, kind });
        expect(cut.device.flash.cuts, `the cut ${kind} write ${at} happened`).toBe(1);
        requireTruth(cut, story, `cut ${kind} write ${at} of ${whole.writes}`);
      }
    }
    reached[story.sentence] = whole.writes * 3;
  });

  test('no write was left out', () => {
    console.log('power cuts tried:', reached);
    expect(Object.keys(reached)).toHaveLength(stories.length);
    for (const cuts of Object.values(reached)) expect(cuts).toBeGreaterThan(75);
  });
});
