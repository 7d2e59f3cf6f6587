import { describe, expect, test } from 'vitest';
import { pretendRelease } from '../testing/pretend-release.ts';
import { advance } from './advance.ts';
import { agentConfig } from './config.ts';
import { initialJournal, readJournal } from './journal.ts';
import type { DownloadEffect, Effect, Input, State } from './types.ts';

const config = agentConfig({ device: 'd-1', hardware: 'th-2' });
const older = pretendRelease('3.2.4');
const newer = pretendRelease('3.2.5', { wayBack: '3.2.4' });
const control = { defaultSlot: 'a', trialSlot: null, attempts: 0 } as const;
const offerOf = (release: typeof newer, kind: 'update' | 'recall', mirrors?: string[]) => ({
  kind,
  offer: `r-1.${kind === 'update' ? 'u1' : 'r1'}`,
  rollout: 'r-1',
  version: release.signed.custom.version,
  target: release.target,
  probationSeconds: 60,
  ...(mirrors === undefined ? {} : { mirrors }),
});

function device(runs: typeof newer) {
  const journal = initialJournal(runs.signed.custom);
  let state: State | null = null;
  const hear = (input: Input): readonly Effect[] => {
    const next = advance(state, input, 1, config, () => 0);
    state = next.state;
    return next.effects;
  };
  hear({ is: 'woke', journal, control, booted: 'a' });
  return { hear, journal: () => state?.journal, working: () => state?.working };
}

function downloading(runs: typeof newer, take: typeof newer, kind: 'update' | 'recall', mirrors?: string[]) {
  const { hear, ...rest } = device(runs);
  const offer = offerOf(take, kind, mirrors);
  hear({ is: 'checked-in', answer: { protocol: 1, pollAfterSeconds: 900, offer }, transport: 'http' });
  const effects = hear({ is: 'verified', target: take.target, signed: take.signed, root: 1 });
  const download = effects.find((effect): effect is DownloadEffect => effect.do === 'download');
  return { hear, download, ...rest };
}

describe('a download', () => {
  test('of an update is told which slot runs, and waits for hours and links', () => {
    const { download } = downloading(older, newer, 'update');
    expect(download).toEqual({ do: 'download', target: newer.target, signed: newer.signed, from: 'a' });
  });

  test('of a recall is urgent', () => {
    expect(downloading(newer, older, 'recall').download).toMatchObject({ urgent: true });
  });

  test('of a release that is signed as a recovery is urgent', () => {
    const custom = { ...newer.signed.custom, recovery: true as const };
    const recovery = { ...newer, signed: { ...newer.signed, custom } };
    expect(downloading(older, recovery, 'update').download).toMatchObject({ urgent: true });
  });

  test('keeps the mirrors of its offer across a power cut', () => {
    const mirrors = ['https://near.example', 'https://far.example'];
    const { download, journal } = downloading(older, newer, 'update', mirrors);
    expect(download).toMatchObject({ mirrors });
    expect(readJournal(JSON.parse(JSON.stringify(journal())))?.intent?.mirrors).toEqual(mirrors);
  });

  test('that waits says why, takes no step, and is told again once it goes on', () => {
    const { hear, journal, working } = downloading(older, newer, 'update');
    const progress = (percent: number, because?: string) =>
      hear({ is: 'progress', target: newer.target, percent, ...(because === undefined ? {} : { because }) });
    const said = (effects: readonly Effect[]) =>
      effects.flatMap((effect) => (effect.do === 'send-progress' ? [effect.progress] : []));
    const before = journal();
    expect(said(progress(42))).toMatchObject([{ percent: 42 }]);
    expect(said(progress(43))).toEqual([]);
    const [waiting] = said(progress(43, 'The link is metered.'));
    expect(waiting).toMatchObject({ step: 'downloading', percent: 43, because: 'The link is metered.' });
    const [on] = said(progress(44));
    expect(on).not.toHaveProperty('because');
    expect(said(progress(45))).toEqual([]);
    expect(journal()).toBe(before);
    expect(working()).toBe(true);
  });
});

test('a journal that knows no mirrors is read as before', () => {
  const { journal } = downloading(older, newer, 'update');
  expect(journal()?.intent).not.toHaveProperty('mirrors');
  expect(readJournal(JSON.parse(JSON.stringify(journal())))).toEqual(journal());
});
