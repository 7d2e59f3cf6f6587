import { expect, test } from 'vitest';
import { pretendRelease } from '../testing/pretend-release.ts';
import { advance } from './advance.ts';
import { agentConfig } from './config.ts';
import { initialJournal } from './journal.ts';

const config = agentConfig({ device: 'd-1', hardware: 'th-2' });
const factory = initialJournal(pretendRelease('3.2.4').signed.custom);
const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const NOW = Date.UTC(2026, 10, 24, 9);

test.each<[string, number, 'refused' | 'failed', boolean]>([
  ['a minute ago is not judged again', NOW - 60_000, 'refused', false],
  ['seven hours ago is judged again', NOW - 7 * HOUR, 'refused', true],
  ['by a clock that was a year ahead is judged again when the clock is right', NOW + YEAR, 'refused', true],
  ['by a clock that was a year behind is judged again when the clock is right', NOW - YEAR, 'refused', true],
  ['and not refused but failed is over, whatever the clock says', NOW + YEAR, 'failed', false],
])('an offer that was refused %s', (_sentence, at, kind, judged) => {
  const journal = { ...factory, settled: { offer: 'r-1.u1', kind, at } };
  const control = { defaultSlot: 'a', trialSlot: null, attempts: 0 } as const;
  const woken = advance(null, { is: 'woke', journal, control, booted: 'a' }, NOW, config, () => 0.5);
  const offer = {
    kind: 'update',
    offer: 'r-1.u1',
    rollout: 'r-1',
    version: '3.2.5',
    target: '3.2.5/th-2.bundle',
    probationSeconds: 60,
  } as const;
  const answer = { protocol: 1, pollAfterSeconds: 900, offer } as const;
  const heard = advance(woken.state, { is: 'checked-in', transport: 'http', answer }, NOW, config, () => 0.5);
  expect(heard.effects.some((effect) => effect.do === 'verify')).toBe(judged);
});
