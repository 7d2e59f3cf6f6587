import type { FleetChange } from '@tuesday/protocol';
import { expect, test } from 'vitest';
import { concerns, type Wanted } from './line.ts';

const rows: [string, Pick<FleetChange, 'topic' | 'id'>, readonly Wanted[] | 'any', boolean][] = [
  ['a topic is heard whichever one it is', { topic: 'incident', id: 'i-1' }, ['incident'], true],
  ['one thing is heard', { topic: 'incident', id: 'i-1' }, ['incident i-1'], true],
  ['another thing of its topic is not', { topic: 'incident', id: 'i-11' }, ['incident i-1'], false],
  ['a change of any of them is a change of each', { topic: 'incident', id: null }, ['incident i-1'], true],
  ['a device is not the devices', { topic: 'device', id: 'd1' }, ['devices'], false],
  ['and the devices are not a device', { topic: 'devices', id: null }, ['device d1'], false],
  ['after a gap everything is read', { topic: 'everything', id: null }, ['policy'], true],
  ['but not what is never told', { topic: 'everything', id: null }, [], false],
  ['that the stream is open changes nothing', { topic: 'begin', id: null }, 'any', false],
  ['the log hears of what it has no word for', { topic: 'other', id: null }, 'any', true],
  ['the log does not grow by reports', { topic: 'devices', id: null }, 'any', false],
];

test.each(rows)('%s', (_, change, wanted, heard) => {
  expect(concerns({ ...change, at: 0 }, wanted)).toBe(heard);
});
