import type { SlotName, SlotState } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { pretendRelease } from '../testing/pretend-release.ts';
import { advance } from './advance.ts';
import { agentConfig } from './config.ts';
import { initialJournal, type Intent, type Journal } from './journal.ts';
import type { BootControl, Effect, ResetReason, WokeInput } from './types.ts';

const config = agentConfig({ device: 'd-1', hardware: 'th-2' });
const old = pretendRelease('3.2.4').signed.custom;
const { signed, target } = pretendRelease('3.2.5', { wayBack: '3.2.4' });

function journalAt(step: Intent['step'], state: SlotState, more: Partial<Intent> = {}): Journal {
  return {
    ...initialJournal(old),
    updates: 1,
    slots: { a: { state: 'confirmed', version: '3.2.4' }, b: { state, version: '3.2.5' } },
    facts: { a: old, b: state === 'bad' ? null : signed.custom },
    intent: {
      offer: 'r-1.u1',
      rollout: 'r-1',
      kind: 'update',
      version: '3.2.5',
      target,
      probationSeconds: 60,
      slot: 'b',
      step,
      stepsTaken: 4,
      signed,
      bootAttempts: 0,
      installed: false,
      ...more,
    },
  };
}

const boot = (defaultSlot: SlotName, trialSlot: SlotName | null = null, attempts = 0): BootControl => ({
  defaultSlot,
  trialSlot,
  attempts,
});

function wakeWith(journal: unknown, control: BootControl, booted: SlotName, more: Partial<WokeInput> = {}) {
  const input = { is: 'woke', journal, control, booted, ...more } as const;
  const { state, effects } = advance(null, input, 1_000, config, () => 0.5);
  return {
    state,
    does: effects.map((effect) => effect.do).filter((name) => name !== 'timer'),
    effects,
    step: lastJournal(effects)?.intent?.step ?? null,
    told: lastJournal(effects)?.outbox.map(({ kind }) => kind) ?? [],
    control: effects.findLast((effect) => effect.do === 'set-boot')?.control,
  };
}

function lastJournal(effects: readonly Effect[]): Journal | undefined {
  return effects.findLast((effect) => effect.do === 'persist')?.journal;
}

describe('a device that wakes', () => {
  const table: [string, Journal, BootControl, SlotName, Partial<ReturnType<typeof wakeWith>>][] = [
    [
      'with nothing to do starts its firmware',
      initialJournal(old),
      boot('a'),
      'a',
      { does: ['start-application'] },
    ],
    [
      'in the middle of staging downloads again, once the server stands by its offer',
      journalAt('staging', 'bad'),
      boot('a'),
      'a',
      { does: ['persist', 'start-application'], step: 'downloading' },
    ],
    [
      'on trial counts the attempt and starts what is tried',
      journalAt('trying', 'trying'),
      boot('a', 'b', 1),
      'b',
      { does: ['persist', 'start-application'], step: 'trying' },
    ],
    [
      'before its trial reached the boot control asks the server again',
      journalAt('trying', 'trying'),
      boot('a'),
      'a',
      { does: ['persist', 'start-application'], step: 'ready' },
    ],
    [
      'after the boot loader gave up tells that it rolled back',
      journalAt('trying', 'trying'),
      boot('a', null, 3),
      'a',
      {
        does: ['persist', 'send-outcome', 'set-boot', 'start-application'],
        told: ['rolled-back'],
        control: boot('a'),
      },
    ],
    [
      'after it has told of a rollback forgets the attempts, so that the next update is not mistaken for it',
      initialJournal(old),
      boot('a', null, 3),
      'a',
      { does: ['set-boot', 'start-application'], control: boot('a') },
    ],
    [
      'after the confirmation reached the boot control only finishes it',
      journalAt('trying', 'trying', { installed: true }),
      boot('b'),
      'b',
      { does: ['persist', 'send-outcome', 'start-application'], told: ['confirmed'], step: null },
    ],
    [
      'on trial although its way back was decided goes the way back',
      journalAt('rolling-back', 'trying'),
      boot('a', 'b', 2),
      'b',
      { does: ['persist', 'set-boot', 'reboot'], control: boot('a'), step: 'rolling-back' },
    ],
    [
      'from a boot loader that never leaves the tried slot stays up and says so',
      journalAt('rolling-back', 'trying', { stepsTaken: 40 }),
      boot('a'),
      'b',
      { told: ['failed'] },
    ],
    [
      'on a trial that it knows nothing of goes to its default slot',
      initialJournal(old),
      boot('a', 'b', 1),
      'b',
      { does: ['set-boot', 'reboot'], control: boot('a') },
    ],
    [
      'on the slot that it was writing gives the update up and goes to the confirmed slot',
      journalAt('staging', 'bad'),
      boot('b'),
      'b',
      { told: ['failed'], control: boot('a') },
    ],
    [
      'on an unconfirmed default slot goes to the confirmed one',
      { ...journalAt('ready', 'good'), intent: null },
      boot('b'),
      'b',
      { does: ['set-boot', 'reboot'], control: boot('a') },
    ],
  ];

  test.each(table)('%s', (_, journal, control, booted, expected) => {
    expect(wakeWith(journal, control, booted)).toMatchObject(expected);
  });

  const trial = (more: Partial<Intent> = {}) => journalAt('trying', 'trying', more);

  /** [sentence, reset, journal, control, booted, expected]: a reset ends the boot before the one that wakes now. */
  const resets: [string, ResetReason, Journal, BootControl, SlotName, object][] = [
    [
      'by a person in the second attempt is given the attempt back',
      'user',
      trial(),
      boot('a', 'b', 2),
      'b',
      { control: boot('a', 'b', 1), step: 'trying' },
    ],
    [
      'by the supply is given the attempt back',
      'brown-out',
      trial(),
      boot('a', 'b', 3),
      'b',
      { control: boot('a', 'b', 2) },
    ],
    [
      'by a person in the first boot of a trial has lost nothing that could be given back',
      'user',
      trial(),
      boot('a', 'b', 1),
      'b',
      { control: undefined, step: 'trying' },
    ],
    [
      'by the watchdog is not',
      'watchdog',
      trial(),
      boot('a', 'b', 2),
      'b',
      { control: undefined, step: 'trying' },
    ],
    ['by a panic is not', 'panic', trial(), boot('a', 'b', 2), 'b', { control: undefined }],
    ['for an unknown reason is not', 'unknown', trial(), boot('a', 'b', 2), 'b', { control: undefined }],
    ['by the agent itself is not', 'asked', trial(), boot('a', 'b', 2), 'b', { control: undefined }],
    [
      'by a person, three times before, is not any more',
      'user',
      trial({ benignResets: 3 }),
      boot('a', 'b', 2),
      'b',
      { control: undefined },
    ],
    [
      'by a person as the boot loader gave up tries once more',
      'user',
      trial(),
      boot('a', null, 3),
      'a',
      { control: boot('a', 'b', 2), does: ['persist', 'set-boot', 'reboot'] },
    ],
    [
      'by a panic as the boot loader gave up has gone back',
      'panic',
      trial(),
      boot('a', null, 3),
      'a',
      { told: ['rolled-back'], control: boot('a') },
    ],
    [
      'by a person, once too often, as the boot loader gave up has gone back',
      'user',
      trial({ benignResets: 3 }),
      boot('a', null, 3),
      'a',
      { told: ['rolled-back'] },
    ],
    [
      'by a person after too many steps goes back',
      'user',
      trial({ stepsTaken: 40 }),
      boot('a', 'b', 2),
      'b',
      { step: 'rolling-back', control: boot('a') },
    ],
    [
      'by a person with nothing on trial changes nothing',
      'user',
      initialJournal(old),
      boot('a'),
      'a',
      { does: ['start-application'] },
    ],
    [
      'by a person on its way back goes on with it',
      'user',
      journalAt('rolling-back', 'trying'),
      boot('a', 'b', 2),
      'b',
      { step: 'rolling-back', control: boot('a') },
    ],
  ];

  test.each(resets)('ended %s', (_, reset, journal, control, booted, expected) => {
    expect(wakeWith(journal, control, booted, { reset })).toMatchObject(expected);
  });

  /** [sentence, journal, control, booted, trouble]: where no way forward is left, the device stays up and says why. */
  const stuck: [string, Journal, BootControl, SlotName, string[]][] = [
    ['well, has no trouble', initialJournal(old), boot('a'), 'a', []],
    ['on trial, has no trouble', trial(), boot('a', 'b', 1), 'b', []],
    ['back on its slot, has no trouble', trial(), boot('a', null, 3), 'a', []],
    [
      'on the slot that it left, by a boot loader that does not let go',
      journalAt('rolling-back', 'trying', { stepsTaken: 40 }),
      boot('a'),
      'b',
      ['interrupted'],
    ],
    [
      'there again later, with nothing under way',
      { ...journalAt('rolling-back', 'trying'), intent: null },
      boot('a'),
      'b',
      ['interrupted'],
    ],
    [
      'on a slot that is half written, by a boot loader that does not let go',
      { ...journalAt('staging', 'bad'), intent: null },
      boot('a'),
      'b',
      ['interrupted'],
    ],
  ];

  test.each(stuck)('%s', (_, journal, control, booted, expected) => {
    const { state, does } = wakeWith(journal, control, booted);
    expect(does).toContain('start-application');
    expect(state?.report.trouble?.map(({ code }) => code) ?? []).toEqual(expected);
  });

  test('on a boot loader that does not let go takes no offer, because the slot to write is the one that is to boot', () => {
    const { state } = wakeWith({ ...journalAt('rolling-back', 'trying'), intent: null }, boot('a'), 'b');
    const offer = {
      kind: 'update',
      offer: 'r-2.u1',
      rollout: 'r-2',
      version: '3.2.6',
      target: '3.2.6/th-2.bundle',
      probationSeconds: 1,
    } as const;
    const answer = { protocol: 1, pollAfterSeconds: 60, offer } as const;
    const { effects } = advance(
      state,
      { is: 'checked-in', answer, transport: 'http' },
      2_000,
      config,
      () => 0.5,
    );
    expect(lastJournal(effects)).toMatchObject({
      intent: null,
      outbox: [{ code: 'interrupted', kind: 'refused' }],
    });
  });

  test.each([
    ['no journal', undefined],
    ['half a journal', '{"journal":1,"slo'],
    ['a journal of another version', { ...initialJournal(old), journal: 2 }],
  ])('with %s takes its default slot as confirmed and trusts the labels', (_, journal) => {
    const { state, does } = wakeWith(journal, boot('a'), 'a', { found: { a: old, b: signed.custom } });
    expect(does).toEqual(['persist', 'start-application']);
    expect(state?.report).toMatchObject({
      active: 'a',
      slots: { a: { state: 'confirmed', version: '3.2.4' }, b: { state: 'bad', version: '3.2.5' } },
    });
  });

  test('whose boot loader lost its memory does not take what runs for confirmed: on trial it goes back', () => {
    const woke = wakeWith(journalAt('trying', 'trying'), boot('b'), 'b', { controlLost: true });
    expect(woke.does).toEqual(['persist', 'set-boot', 'reboot']);
    expect([woke.step, woke.control]).toEqual(['rolling-back', boot('a')]);
  });

  test.each([
    ['with nothing to do', initialJournal(old)],
    ['before the leap', journalAt('ready', 'good')],
    ['on the way back', journalAt('rolling-back', 'trying')],
  ])('whose boot loader lost its memory %s tells it what runs', (_, journal) => {
    const woke = wakeWith(journal, boot('a'), 'a', { controlLost: true });
    expect([woke.does.at(-1), woke.control]).toEqual(['start-application', boot('a')]);
  });

  test('with no journal in the middle of a trial goes to the default slot', () => {
    const { does } = wakeWith(undefined, boot('a', 'b', 1), 'b', { found: { a: old, b: signed.custom } });
    expect(does).toEqual(['persist', 'set-boot', 'reboot']);
  });

  test('hears nothing before it is woken', () => {
    const deaf = advance(null, { is: 'timer', name: 'check-in' }, 0, config, () => 0);
    expect(deaf).toEqual({ state: null, effects: [] });
  });
});
