/** Whatever happens to a device, in whatever order. */
import { checkInSchema, type OfferUpdate, outcomeSchema } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { agentConfig } from '../core/config.ts';
import { type Journal, readJournal } from '../core/journal.ts';
import type { Input, ResetReason, TimerName } from '../core/types.ts';
import { PretendDevice } from './pretend-device.ts';
import type { CutKind } from './pretend-flash.ts';
import { pretendRelease } from './pretend-release.ts';
import { PretendServer } from './pretend-server.ts';

const MINUTE = 60_000;

const factory = pretendRelease('3.2.4');
const bad = pretendRelease('3.2.5', {
  wayBack: '3.2.4',
  behaves: () => ({ exitsAfterMillis: 20 * MINUTE, errorCode: '0x45' }),
});
const dead = pretendRelease('3.2.6', { wayBack: '3.2.4', behaves: () => ({ startFails: true }) });
const good = pretendRelease('3.2.7', { wayBack: '3.2.4', securityVersion: 1 });
const next = pretendRelease('3.2.8', { wayBack: '3.2.7', securityVersion: 1 });
const alien = pretendRelease('3.2.9', { hardware: 'th-3' });
const older = pretendRelease('3.2.3');
const releases = [factory, bad, dead, good, next, alien, older];

const target = fc.constantFrom(...releases.map(({ target }) => target));
const TIMERS: readonly TimerName[] = [
  'check-in',
  'health',
  'probation',
  'step',
  'outcome',
  'restart',
  'unhealthy',
];
const strayInput: fc.Arbitrary<Input> = fc.oneof(
  fc.record({ is: fc.constantFrom('downloaded' as const, 'staged' as const), target }),
  fc.record({
    is: fc.constantFrom('refused' as const, 'step-failed' as const),
    target,
    code: fc.constantFrom('wrong-digest' as const, 'no-space' as const),
    because: fc.string(),
  }),
  fc.record({
    is: fc.constant('timer' as const),
    name: fc.constantFrom(...TIMERS),
  }),
  fc.record({ is: fc.constant('announced' as const), checkInWithinSeconds: fc.nat(600) }),
  fc.record({ is: fc.constant('health' as const), ok: fc.boolean(), failing: fc.string() }),
  fc.constantFrom('a' as const, 'b' as const).map((slot) => ({
    is: 'application-exited' as const,
    slot,
    exitCode: 1,
    errorCode: 'no code at all',
  })),
);

const RESETS: readonly ResetReason[] = ['user', 'brown-out', 'watchdog', 'panic', 'unknown', 'asked'];

/** Ways in which an offer is not as it should be; `retry` is. */
const TWISTS = [
  'none',
  'none',
  'none',
  'retry',
  'retry',
  'alien',
  'target',
  'probation',
  'same-name',
] as const;
type Twist = (typeof TWISTS)[number];

/** Ways in which a journal is cut or altered. */
const DAMAGES = ['cut', 'confirmed', 'version', 'outbox', 'intent', 'emptied'] as const;
type Damage = (typeof DAMAGES)[number];

function damaged(text: string, how: Damage): string {
  if (how === 'cut') return text.slice(0, text.length / 2);
  const journal = JSON.parse(text) as Journal;
  const { slots, intent } = journal;
  const changed: Record<Exclude<Damage, 'cut'>, object> = {
    confirmed: { slots: { a: { ...slots.a, state: 'confirmed' }, b: { ...slots.b, state: 'confirmed' } } },
    version: { slots: { a: { ...slots.a, version: '9.9.9' }, b: slots.b } },
    outbox: { outbox: [{ kind: 'confirmed' }, 7] },
    intent: { intent: intent && { ...intent, slot: intent.slot === 'a' ? 'b' : 'a' } },
    emptied: { slots: { a: { state: 'empty' }, b: { state: 'bad' } } },
  };
  return JSON.stringify({ ...journal, ...changed[how] });
}

function twisted(offer: OfferUpdate, twist: Twist): OfferUpdate {
  const twists: Record<Twist, object> = {
    none: { device: 'd-1' },
    retry: { retry: true },
    alien: { device: 'd-2' },
    target: { target: 'elsewhere/th-2.bundle' },
    probation: { probationSeconds: -1 },
    'same-name': { offer: 'r-same.u1' },
  };
  return { ...offer, ...twists[twist] };
}

type Happening =
  | { readonly what: 'time'; readonly minutes: number }
  | { readonly what: 'withdraw' | 'connection' | 'household' }
  | { readonly what: 'unplug'; readonly reset: ResetReason; readonly times: number }
  | { readonly what: 'damage'; readonly how: Damage }
  | { readonly what: 'cut'; readonly after: number; readonly kind: CutKind }
  | { readonly what: 'offer'; readonly release: number; readonly recall: boolean; readonly twist: Twist }
  | { readonly what: 'input'; readonly input: Input };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constant('time' as const), minutes: fc.integer({ min: 1, max: 120 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constantFrom('withdraw' as const, 'connection' as const, 'household' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('unplug' as const),
      reset: fc.constantFrom(...RESETS),
      times: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('damage' as const), how: fc.constantFrom(...DAMAGES) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('cut' as const),
      after: fc.integer({ min: 1, max: 15 }),
      kind: fc.constantFrom('before' as const, 'torn' as const, 'after' as const),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      what: fc.constant('offer' as const),
      release: fc.nat(releases.length - 1),
      recall: fc.boolean(),
      twist: fc.constantFrom(...TWISTS),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('input' as const), input: strayInput }) },
);

const reached: Record<string, number> = {};
const count = (name: string, by = 1) => (reached[name] = (reached[name] ?? 0) + by);

function happen(one: Happening, device: PretendDevice, server: PretendServer, index: number): void {
  switch (one.what) {
    case 'time':
      return device.run(one.minutes * MINUTE);
    case 'unplug':
      return interrupt(device, one.reset, one.times);
    case 'household':
      device.offline = !device.offline;
      return;
    case 'damage':
      if (device.flash.read('journal') !== undefined) {
        device.damage(damaged(device.flash.read('journal') ?? '', one.how));
        device.run(MINUTE);
      }
      return;
    case 'withdraw':
      server.offer = null;
      return;
    case 'connection':
      server.unreachable = !server.unreachable;
      return;
    case 'cut':
      return device.flash.cutPower(device.flash.writes + one.after, one.kind);
    case 'offer': {
      const left = device.state?.journal.rolledBackFrom.at(-1);
      const again = one.twist === 'retry' && releases.find((known) => known.signed.custom.version === left);
      const release = again || releases[one.release] || factory;
      server.offers(one.recall && !again ? 'recall' : 'update', release, 1_800);
      if (server.offer !== null)
        server.offer = twisted({ ...server.offer, offer: `r-${index}.u1`, rollout: `r-${index}` }, one.twist);
      return;
    }
    case 'input':
      if (device.state !== null) device.hear(one.input);
  }
}

/** Waits a while for a trial, and then takes the power away from boot after boot. */
function interrupt(device: PretendDevice, reset: ResetReason, times: number): void {
  for (let waited = 0; waited < 90 && device.control.trialSlot === null; waited++) device.run(MINUTE);
  for (let boots = 0; boots < times; boots++) {
    if (device.control.trialSlot !== null) count(`unplugged on trial: ${reset}`);
    device.unplug(reset);
    device.run(20_000);
    requireSafe(device);
  }
}

function requireSafe(device: PretendDevice): void {
  const { control, state } = device;
  expect(device.holds(control.defaultSlot), 'the default slot is whole').not.toBeNull();
  if (control.trialSlot !== null)
    expect(device.holds(control.trialSlot), 'the trial is whole').not.toBeNull();
  expect(control.attempts).toBeLessThanOrEqual(3);
  const stored = readJournal(JSON.parse(device.flash.read('journal') ?? 'null'));
  expect(stored, 'the journal can be read back').toBeDefined();
  if (stored?.intent?.retry === true) count('seen in a second try');
  if ((stored?.intent?.benignResets ?? 0) > 0) count('seen forgiven');
  expect(stored?.intent?.benignResets ?? 0, 'forgiven a bounded number of times').toBeLessThanOrEqual(3);
  for (const name of ['a', 'b'] as const) {
    const slot = stored?.slots[name] ?? { state: 'empty' };
    if (slot.state === 'empty' || slot.state === 'bad') continue;
    expect(device.holds(name)?.version, `slot ${name} is ${slot.state}, so it is whole`).toBe(slot.version);
  }
  const slots = Object.values(stored?.slots ?? {});
  expect(
    slots.some(({ state }) => state === 'confirmed'),
    'a slot is confirmed',
  ).toBe(true);
  if (state !== null) expect(state.journal, 'what is remembered is what is stored').toEqual(stored);
}

test('a device always boots, never boots what was not verified, and never says what is not so', () => {
  fc.assert(
    fc.property(
      fc.array(happening, { minLength: 5, maxLength: 40, size: 'max' }),
      fc.nat(),
      (happenings, seed) => {
        const server = new PretendServer(...releases);
        let noise = seed;
        const random = () => (noise = (noise * 16_807 + 1) % 2_147_483_647) / 2_147_483_647;
        const config = agentConfig({
          device: 'd-1',
          hardware: 'th-2',
          healthEveryMillis: 60 * MINUTE,
          trialHealthEveryMillis: 10 * MINUTE,
        });
        const device = new PretendDevice({ config, server, factory, random });
        happenings.forEach((one, index) => {
          happen(one, device, server, index);
          requireSafe(device);
        });
        server.unreachable = false;
        device.offline = false;
        server.offer = null;
        device.run(12 * 60 * MINUTE);
        requireSafe(device);
        const last = checkInSchema.parse(server.reports.at(-1)?.said);
        expect(last.slots[last.active]).toEqual({ state: 'confirmed', version: device.running });
        expect(device.state?.journal.outbox).toEqual([]);
        for (const { said, running } of server.reports) {
          expect(said.slots[said.active].version).toBe(running);
          for (const { code } of said.trouble ?? []) count(`trouble: ${code}`);
          if (said.health.excused !== undefined) count('excused');
        }
        for (const { said, running } of server.outcomes) {
          expect(outcomeSchema.parse(said).running).toBe(running);
          count(said.kind);
          if (said.code !== undefined) count(said.code);
        }
        count('power cuts', device.flash.cuts);
        count('boots', device.boots);
      },
    ),
    { numRuns: 600 },
  );
  console.log('reached:', reached);
  const floors = {
    'power cuts': 150,
    installed: 100,
    confirmed: 100,
    'rolled-back': 60,
    refused: 100,
    unhealthy: 5,
    'boot-failed': 20,
    'health-failed': 20,
    'wrong-hardware': 20,
    'not-a-way-back': 20,
    'tried-before': 5,
    'below-security-version': 5,
    'wrong-device': 20,
    'offer-invalid': 20,
    'trouble: journal-damaged': 50,
    'trouble: wrong-device': 20,
    'seen in a second try': 5,
    'seen forgiven': 20,
    excused: 20,
  };
  for (const [name, floor] of Object.entries(floors)) expect(reached[name] ?? 0, name).toBeGreaterThan(floor);
});
