import { expect, test } from 'vitest';
import { pretendRelease } from '../testing/pretend-release.ts';
import { advance } from './advance.ts';
import { agentConfig } from './config.ts';
import { initialJournal } from './journal.ts';
import { backOffMillis, beginTurn, emit, persist, setBoot } from './turn.ts';

const config = agentConfig({ device: 'd-1', hardware: 'th-2' });
const control = { defaultSlot: 'a', trialSlot: null, attempts: 0 } as const;
const journal = initialJournal(pretendRelease('3.2.4').signed.custom);

function turn() {
  const { state } = advance(null, { is: 'woke', journal, control, booted: 'a' }, 0, config, () => 0);
  if (state === null) throw new Error('the device did not wake');
  return beginTurn(state, 0, config, () => 0);
}

test('two changes of the journal in a row are one write', () => {
  const one = turn();
  persist(one, { updates: 1 });
  persist(one, { root: 2 });
  expect(one.effects).toEqual([{ do: 'persist', journal: { ...journal, updates: 1, root: 2 } }]);
});

test('a write is never moved past an act that relies on it', () => {
  const one = turn();
  persist(one, { updates: 1 });
  setBoot(one, control);
  persist(one, { root: 2 });
  emit(one, { do: 'reboot' });
  expect(one.effects.map((effect) => effect.do)).toEqual(['persist', 'set-boot', 'persist', 'reboot']);
});

test('a turn leaves the state that it began with as it was', () => {
  const before = advance(null, { is: 'woke', journal, control, booted: 'a' }, 0, config, () => 0).state;
  const copy = structuredClone(before);
  for (const input of [
    { is: 'application-started', slot: 'a' },
    { is: 'health', ok: false, errors: ['0x45'] },
    { is: 'application-exited', slot: 'a', exitCode: 1 },
    { is: 'check-in-failed', because: '' },
  ] as const) {
    advance(before, input, 1, config, () => 0.5);
  }
  expect(before).toEqual(copy);
});

test.each([
  ['no failure', 0, 500],
  ['three failures', 3, 4_000],
  ['failures beyond the cap', 12, 30_000],
  ['absurdly many failures', 100_000, 30_000],
])('after %s the wait is drawn from the whole span', (_, failures, middle) => {
  const backOff = { baseMillis: 1_000, capMillis: 60_000 };
  expect(backOffMillis(backOff, failures, () => 0.5)).toBe(middle);
  expect(backOffMillis(backOff, failures, () => 0)).toBe(0);
});

test('a metric is reported when it has moved by more than a tenth, and the report stays the same bytes otherwise', () => {
  const heard = [
    { battery: 80 },
    { battery: 79 },
    { battery: 73 },
    { battery: 71 },
    { battery: NaN },
    { battery: 71, load: 1 },
  ];
  let { state } = advance(null, { is: 'woke', journal, control, booted: 'a' }, 0, config, () => 0);
  ({ state } = advance(state, { is: 'application-started', slot: 'a' }, 1, config, () => 0));
  const reported = heard.map((metrics) => {
    const before = state?.report;
    ({ state } = advance(state, { is: 'health', ok: true, metrics }, 2, config, () => 0));
    return [state?.report.metrics, state?.report === before];
  });
  expect(reported).toEqual([
    [{ battery: 80 }, false],
    [{ battery: 80 }, true],
    [{ battery: 80 }, true],
    [{ battery: 71 }, false],
    [{ battery: 71 }, true],
    [{ battery: 71, load: 1 }, false],
  ]);
});
