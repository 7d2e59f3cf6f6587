import { expect, test } from 'vitest';
import { changeAbout } from './changes.ts';

test.each([
  ['rollout r-1', 'rollout', 'r-1'],
  ['ticket hook h-1', 'ticket hook', 'h-1'],
  ['notice channel on call', 'notice channel', 'on call'],
  ['device th 0042', 'device', 'th 0042'],
  ['policy', 'policy', null],
  ['7 tickets', 'tickets', null],
  ['something new n-1', 'other', null],
  ['', 'other', null],
])('an audit entry about "%s" is a change of %s %s', (object, topic, id) => {
  expect(changeAbout(object)).toEqual({ topic, id });
});
