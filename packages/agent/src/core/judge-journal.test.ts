import { describe, expect, test } from 'vitest';
import { pretendRelease } from '../testing/pretend-release.ts';
import { advance } from './advance.ts';
import { agentConfig } from './config.ts';
import { contradictionIn } from './judge-journal.ts';
import { initialJournal, type Intent, type Journal } from './journal.ts';

const config = agentConfig({ device: 'd-1', hardware: 'th-2' });
const old = pretendRelease('3.2.4', { securityVersion: 2 }).signed.custom;
const { signed, target } = pretendRelease('3.2.5', { wayBack: '3.2.4', securityVersion: 2 });
const found = { a: old, b: signed.custom };
const standing = { control: { defaultSlot: 'a', trialSlot: null, attempts: 0 }, booted: 'a', found } as const;

const confirmed = (version: string) => ({ state: 'confirmed', version }) as const;
const both: Journal = {
  ...initialJournal(old),
  slots: { a: confirmed('3.2.4'), b: confirmed('3.2.5') },
  facts: found,
};
const intent: Intent = {
  offer: 'r-1.u1',
  rollout: 'r-1',
  kind: 'update',
  version: '3.2.5',
  target,
  probationSeconds: 60,
  slot: 'b',
  step: 'ready',
  stepsTaken: 4,
  signed,
  bootAttempts: 0,
  installed: false,
};
const ready: Journal = { ...both, slots: { ...both.slots, b: { state: 'good', version: '3.2.5' } }, intent };

/** [sentence, journal, words of the contradiction] */
const altered: [string, Journal, string][] = [
  [
    'calls no slot confirmed',
    { ...both, slots: { a: { state: 'bad' }, b: { state: 'bad' } } },
    'no slot confirmed',
  ],
  [
    'has facts of an empty slot',
    { ...both, slots: { ...both.slots, b: { state: 'empty' } } },
    'slot b, which it calls empty',
  ],
  [
    'calls a slot by two versions',
    { ...both, slots: { a: confirmed('3.2.9'), b: both.slots.b } },
    '3.2.9 and 3.2.4',
  ],
  [
    'calls a slot by another version than its label',
    { ...both, slots: { a: confirmed('3.2.9'), b: both.slots.b }, facts: { a: null, b: found.b } },
    'whose label says 3.2.4',
  ],
  ['has forgotten its security version', { ...both, securityVersion: 1 }, 'higher security version'],
  [
    'prepares the slot that runs',
    { ...both, intent: { ...intent, slot: 'a', step: 'verifying' } },
    'which runs and is confirmed',
  ],
  [
    'is ready with a slot that is confirmed',
    { ...both, intent },
    'ready with slot b, which it calls confirmed',
  ],
  ['tries what it calls good', { ...ready, intent: { ...intent, step: 'trying' } }, 'trying with slot b'],
  [
    'is ready with another version',
    { ...ready, intent: { ...intent, version: '3.2.6' } },
    'ready with 3.2.6',
  ],
  [
    'takes another version than the signed one',
    { ...both, intent: { ...intent, step: 'verifying', version: '3.2.6' } },
    'for which 3.2.5 is signed',
  ],
];

describe('a journal', () => {
  test.each([
    ['of a new device', initialJournal(old)],
    ['of a device with two confirmed slots', both],
    ['of a device that is about to leap', ready],
  ])('%s agrees with itself', (_, journal) => {
    expect(contradictionIn(journal, standing)).toBeUndefined();
  });

  test.each(altered)('that %s contradicts itself', (_, journal, words) => {
    expect(contradictionIn(journal, standing)).toContain(words);
  });

  test.each(altered)(
    'that %s is told as damaged once, and the device stands on its whole slot',
    (_, journal) => {
      const woken = advance(null, { is: 'woke', journal, ...standing }, 1_000, config, () => 0.5);
      expect(woken.state?.booted).toBe('a');
      expect(woken.state?.journal).toMatchObject({ slots: { a: confirmed('3.2.4') }, intent: null });
      expect(woken.state?.journal.securityVersion).toBe(2);
      expect(woken.state?.report.trouble).toMatchObject([{ code: 'journal-damaged' }]);
      const answer = { protocol: 1, pollAfterSeconds: 60, offer: { kind: 'none', because: 'x' } } as const;
      const told = advance(
        woken.state,
        { is: 'checked-in', answer, transport: 'http' },
        2_000,
        config,
        () => 0.5,
      );
      expect(told.state?.report.trouble).toBeUndefined();
      expect(told.effects).toContainEqual({ do: 'persist', journal: told.state?.journal });
    },
  );

  test('that is damaged keeps what protects the device, and says how the update ended', () => {
    const before: Journal = {
      ...ready,
      intent: { ...intent, step: 'trying' },
      rolledBackFrom: ['3.2.3'],
      securityVersion: 7,
      updates: 12,
    };
    const journal = { ...before, outbox: [{ kind: 'nonsense' }], root: 'x' };
    const { state } = advance(null, { is: 'woke', journal, ...standing }, 1_000, config, () => 0.5);
    expect(state?.journal).toMatchObject({
      rolledBackFrom: ['3.2.3'],
      securityVersion: 7,
      updates: 12,
      root: 1,
      outbox: [{ offer: 'r-1.u1', kind: 'rolled-back', code: 'journal-damaged', running: '3.2.4' }],
    });
  });

  test('that calls the default slot half-written sends the device to the other one, if that is whole', () => {
    const journal: Journal = { ...both, slots: { a: { state: 'bad' }, b: both.slots.b } };
    const { effects } = advance(null, { is: 'woke', journal, ...standing }, 1_000, config, () => 0.5);
    expect(effects.findLast((effect) => effect.do === 'set-boot')).toMatchObject({
      control: { defaultSlot: 'b' },
    });
    expect(effects.at(-1)).toEqual({ do: 'reboot' });
  });
});
