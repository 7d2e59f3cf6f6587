import { expect, test } from 'vitest';
import { fridayTable } from './friday-table.ts';

test('both Fridays stand side by side, with cost by part and the reading of the figures', () => {
  const happened = {
    name: 'as it happened',
    exposed: 12_000,
    harmed: 1_800,
    bricked: 234,
    haltedAfterHours: null,
    selfHealedWithin10MinShare: 0,
    recoveredWithin4hShare: 0.125,
    technicianVisits: 234,
    costUsd: { total: 289_300, fieldVisits: 35_100 },
    reading: '13 % of 1,800',
  };
  const should = { ...happened, name: 'as it should have', haltedAfterHours: 1.26, reading: 'ours' };
  const text = fridayTable({ scenarios: [happened, should] });
  expect(text.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['', 'as it happened', 'as it should have'],
    ['figures read', '13 % of 1,800', 'ours'],
    ['devices exposed', '12,000', '12,000'],
    ['devices harmed', '1,800', '1,800'],
    ['devices bricked', '234', '234'],
    ['halted after', 'never', '1.3 h'],
    ['healed themselves within 10 min', '0 %', '0 %'],
    ['recovered within 4 h', '12.5 %', '12.5 %'],
    ['technician visits', '234', '234'],
    ['', 'field visits', '$35,100', '$35,100'],
    ['cost', '$289,300', '$289,300'],
    [''],
    ["The incident's printed figures do not agree with each other, so both readings are priced:"],
    ['- 13 % of 1,800'],
    ['- ours'],
  ]);
});

test('how the dead came back stands beside the peers, and says who waits for a technician', () => {
  const back = { recoveredShare: 0.852, hoursUntilHalf: 0.9, hoursUntil90: null, hoursUntilLast: 9.03 };
  const text = fridayTable({
    scenarios: [
      {
        name: 'friday-with-relay',
        exposed: 12_000,
        harmed: 1_800,
        bricked: 266,
        haltedAfterHours: 20.5,
        selfHealedWithin10MinShare: 0,
        recoveredWithin4hShare: 0,
        technicianVisits: 266,
        costUsd: { total: 1 },
        reading: 'ours',
        recovery: {
          ...back,
          affected: 1_800,
          withoutUplink: 900,
          left: { alone: 258, island: 8, late: 0 },
          peers: [{ ...back, name: 'HTTP only', recoveredShare: 0.5 }],
        },
      },
    ],
  });
  const lines = text.split('\n').map((line) => line.split(/ {2,}/));
  expect(lines).toContainEqual(['back without a technician', 'rescue and relay', 'HTTP only']);
  expect(lines).toContainEqual(['by Sunday night', '85.2 %', '50 %']);
  expect(lines).toContainEqual(['90 % after', 'never', 'never']);
  expect(text).toContain('A technician goes to 266: 258 with nobody in reach, 8 whose');
});
