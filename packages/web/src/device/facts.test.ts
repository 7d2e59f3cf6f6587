import { expect, test } from 'vitest';
import { DEVICE } from '../testing/device-story.ts';
import { factsOf } from './facts.ts';

test('everything that a device says of itself is there, and nothing that it does not say', () => {
  expect(factsOf({ ...DEVICE, held: true })).toEqual([
    ['hardware', 'th-2'],
    ['held', 'yes: nothing is offered to it'],
    ['health', 'mqtt fails'],
    ['never worked here', 'broker'],
    ['error codes', '0x45'],
    ['journal-damaged', 'it calls no slot confirmed'],
    ['reached by', 'http'],
    ['agent', '0.1.0'],
    ['region', 'north'],
  ]);
  expect(factsOf({ ...DEVICE, report: null })).toEqual([['hardware', 'th-2']]);
});
