import type { TimelineEntry } from '@tuesday/protocol';
import { expect, test } from 'vitest';
import { STORY } from '../testing/device-story.ts';
import { entryWords } from './story-words.ts';

test('every kind of event says what it is, and what was said', () => {
  expect(STORY.entries.map((entry) => [entryWords(entry).tone, entryWords(entry).title])).toEqual([
    ['waiting', 'Held by alice'],
    ['bad', 'Reported 3.2.4, confirmed'],
    ['bad', 'Went back by itself (health-failed, 0x45)'],
    ['bad', 'Reported 3.2.5, on trial, boot 2 of 3'],
    ['calm', 'Reported 3.2.5, on trial, boot 1 of 3'],
    ['active', 'Installed'],
    ['active', 'Offered 3.2.5'],
    ['waiting', 'Refused the offer (metadata-expired)'],
    ['calm', 'Reported 3.2.4, confirmed'],
    ['calm', 'Enrolled'],
  ]);
});

test('a recall and a second try are told apart from a first offer', () => {
  const offered = (change: Partial<Extract<TimelineEntry, { kind: 'offered' }>>) =>
    entryWords({
      kind: 'offered',
      at: 0,
      offer: 'r.u1',
      rollout: 'r',
      version: '1.0.0',
      recall: false,
      retry: false,
      ...change,
    }).title;
  expect([offered({}), offered({ recall: true }), offered({ retry: true })]).toEqual([
    'Offered 1.0.0',
    'Told to go back to 1.0.0',
    'Offered 1.0.0 once more',
  ]);
});
