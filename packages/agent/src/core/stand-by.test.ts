import { describe, expect, test } from 'vitest';
import { pretendRelease } from '../testing/pretend-release.ts';
import { advance } from './advance.ts';
import { agentConfig } from './config.ts';
import { initialJournal } from './journal.ts';
import type { Effect, Input, State } from './types.ts';

const config = agentConfig({ device: 'd-1', hardware: 'th-2' });
const release = pretendRelease('3.2.5');
const journal = initialJournal(pretendRelease('3.2.4').signed.custom);
const storage = { code: 'read-only', because: 'The disk does not take a write.' } as const;

function wake(more: { trialSlot?: 'b'; booted?: 'b' } = {}): State {
  const { trialSlot = null, booted = 'a' } = more;
  const control = { defaultSlot: 'a', trialSlot, attempts: 1 } as const;
  const { state } = advance(null, { is: 'woke', journal, control, booted, storage }, 0, config, () => 0.5);
  if (state === null) throw new Error('it did not wake');
  return state;
}

function hear(state: State, ...inputs: Input[]): { state: State | null; effects: readonly Effect[] } {
  let at: { state: State | null; effects: readonly Effect[] } = { state, effects: [] };
  const effects: Effect[] = [];
  for (const input of inputs) {
    at = advance(at.state, input, 1_000, config, () => 0.5);
    effects.push(...at.effects);
  }
  return { state: at.state, effects };
}

const offer = {
  kind: 'update',
  offer: 'r1.u1',
  rollout: 'r1',
  version: '3.2.5',
  target: release.target,
  probationSeconds: 60,
} as const;

const EVERYTHING: readonly Input[] = [
  { is: 'application-started', slot: 'a' },
  { is: 'timer', name: 'health' },
  { is: 'health', ok: true, environment: { broker: 'another' }, metrics: { battery: 3 } },
  { is: 'checked-in', answer: { protocol: 1, pollAfterSeconds: 60, offer }, transport: 'mqtt' },
  { is: 'timer', name: 'check-in' },
  { is: 'timer', name: 'step' },
  { is: 'timer', name: 'outcome' },
  { is: 'timer', name: 'probation' },
  { is: 'timer', name: 'unhealthy' },
  { is: 'verified', target: release.target, signed: release.signed, root: 2 },
  { is: 'downloaded', target: release.target },
  { is: 'staged', target: release.target },
  { is: 'refused', target: release.target, code: 'wrong-digest', because: '' },
  { is: 'announced', checkInWithinSeconds: 5 },
  { is: 'check-in-failed', because: '' },
  { is: 'application-exited', slot: 'a', exitCode: 1 },
  { is: 'timer', name: 'restart' },
];

describe('a device that stands by', () => {
  test('writes nothing and reboots for nothing, whatever it hears', () => {
    const { state, effects } = hear(wake(), ...EVERYTHING, ...EVERYTHING);
    const done = new Set(effects.map((effect) => effect.do));
    expect(done).toEqual(new Set(['timer', 'check-health', 'check-in', 'start-application']));
    expect(state?.journal).toEqual(journal);
  });

  test('says in each report why', () => {
    const { effects } = hear(wake(), ...EVERYTHING);
    const said = effects.filter((effect) => effect.do === 'check-in');
    expect(said).toMatchObject([{ body: { trouble: [storage], active: 'a' } }]);
  });

  test('leaves a version on trial that ends to the boot loader', () => {
    const state = wake({ trialSlot: 'b', booted: 'b' });
    const ended = hear(state, { is: 'application-exited', slot: 'b', exitCode: 1 });
    expect(ended).toEqual({ state: null, effects: [{ do: 'reboot' }] });
  });

  test('is over when it is woken without trouble', () => {
    const control = { defaultSlot: 'a', trialSlot: null, attempts: 0 } as const;
    const { state } = advance(wake(), { is: 'woke', journal, control, booted: 'a' }, 0, config, () => 0.5);
    expect(state?.standBy).toBeNull();
    expect(state?.report.trouble).toBeUndefined();
  });
});
