/** What has to be true after any chaos. */
import { expect } from 'vitest';
import { type Aftermath, type Chaos, INTENDED } from './survive-chaos.ts';

export function requireSound({ records, accepted, counted, lostPackets }: Aftermath, chaos: Chaos): void {
  expect(records).toHaveLength(chaos.agents);
  const odd = <T>(of: (record: Aftermath['records'][number]) => T, expected: T) =>
    records
      .filter((record) => JSON.stringify(of(record)) !== JSON.stringify(expected))
      .map((record) => [record.device, of(record)]);
  // All of them run the intended release, for good.
  expect(odd(({ running, state }) => `${running} ${state}`, `${INTENDED} confirmed`)).toEqual([]);
  // No double installs: the factory wrote slot a, the update slot b; one trial, one boot of it, one confirmation.
  expect(odd(({ slotWrites }) => slotWrites, { 'slot-a': 1, 'slot-b': 1 })).toEqual([]);
  expect(odd(({ controls }) => controls, ['a/-/0', 'a/b/0', 'a/b/1', 'b/-/0'])).toEqual([]);
  // No lost outcomes, none doubled, none made up: what any outbox ever held is what the server has, once.
  expect(odd(({ waiting }) => waiting, 0)).toEqual([]);
  expect(records.map(({ device, outcomes }) => [device, [...outcomes].sort()])).toEqual(
    records.map(({ device }) => [device, [...(accepted.get(device) ?? [])].sort()]),
  );
  // The evidence adds up: counters that were moved one by one under fire agree with the rows.
  const [rows, counters] = counted;
  expect(counters).toEqual(rows);
  expect(Object.values(rows).reduce((sum, devices) => sum + devices, 0)).toBe(chaos.agents);
  // Nobody went back, so nobody is said to have.
  expect(rows['rolled-back'] ?? 0).toBe(0);
  // There was chaos.
  expect(lostPackets).toBeGreaterThan(5 * chaos.agents);
  const jumps = records.map((record) => record.jumps);
  expect(jumps.filter(({ ahead }) => ahead > 0).length).toBeGreaterThan(chaos.agents / 10);
  expect(jumps.filter(({ back }) => back > 0).length).toBeGreaterThan(chaos.agents / 10);
}
