import { expect, test } from 'vitest';
import { DOCUMENTED, STUB } from '../testing/code-story.ts';
import { devicesWords, firstSeen, healthWords } from './words.ts';

test('a stub says where it was seen first, a documented code was never a question', () => {
  expect(firstSeen(STUB)).toEqual([
    ['seen by', 'th-0042'],
    ['running', '3.2.5'],
    ['broker', 'mosquitto 2.0.18'],
    ['region', 'north'],
    ['so far on', '4 devices'],
  ]);
  expect(firstSeen(DOCUMENTED)).toEqual([]);
});

test('a code of which only a ticket tells was seen by that', () => {
  const stub = {
    ...STUB.stub!,
    firstDevice: null,
    firstRelease: null,
    firstEnvironment: null,
    devices: 0,
    seenBy: 'ticket' as const,
  };
  expect(firstSeen({ ...STUB, stub })).toEqual([
    ['seen by', 'a ticket'],
    ['running', 'not known'],
    ['so far on', '0 devices'],
  ]);
});

test('numbers and health are said, not shown', () => {
  expect([1, 1_200].map(devicesWords)).toEqual(['1 device', '1,200 devices']);
  expect([null, true, false].map(healthWords)).toEqual([
    'not known',
    'fails the health check',
    'does not fail the health check',
  ]);
});
