import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuditEntryView } from '@tuesday/protocol';
import { type AskStretch, newestBefore } from './newest.ts';
import { commandOf, queryOf, searchIn, startOfDay } from './search.ts';
import { actorWords, originWords, verbWords } from './words.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 24, 8);

function entry(seq: number, at: number): AuditEntryView {
  return {
    seq,
    at,
    fleet: 'f',
    actor: 'alice',
    person: 'alice',
    origin: null,
    factor: null,
    verb: 'x',
    object: 'y',
    because: 'z',
    before: null,
    after: null,
    previous: '0'.repeat(64),
    hash: '0'.repeat(64),
  };
}

/** The server: in order, half-open, one page at a time. */
function serverOf(log: readonly AuditEntryView[], most: number): AskStretch {
  return ({ from = 0, until = Infinity, after = 0 }) => {
    const fits = log.filter(({ seq, at }) => seq > after && at >= from && at < until);
    const entries = fits.slice(0, most);
    return Promise.resolve({ entries, next: fits.length > most ? (entries.at(-1)?.seq ?? null) : null });
  };
}

async function all(ask: AskStretch): Promise<AuditEntryView[]> {
  const found: AuditEntryView[] = [];
  let until: number | undefined;
  for (;;) {
    const page = await newestBefore(ask, NOW, until);
    found.push(...page.entries);
    if (page.older === null) return found;
    until = page.older;
  }
}

describe('the log, newest first', () => {
  test('an empty log has a beginning', async () => {
    expect(await newestBefore(serverOf([], 1_000), NOW)).toEqual({ entries: [], older: null });
  });

  test('an entry of a clock that ran ahead is not missed', async () => {
    const page = await newestBefore(serverOf([entry(1, NOW + DAY)], 1_000), NOW);
    expect(page.entries.map(({ seq }) => seq)).toEqual([1]);
  });

  test('paging backwards shows every entry once, newest first, however many fell into an hour', async () => {
    let pages = 0;
    let crowded = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 400 * DAY }), { maxLength: 160, size: 'max' }),
        fc.boolean(),
        async (ages, crowd) => {
          const instants = ages.map((age) => NOW - (crowd ? age % 5 : age));
          const log = instants.sort((a, b) => a - b).map((at, index) => entry(index + 1, at));
          const found = await all(serverOf(log, 50));
          expect(found.map(({ seq }) => seq)).toEqual(log.map(({ seq }) => seq).toReversed());
          if (log.length > 40) pages++;
          if (crowd && log.length > 50) crowded++;
        },
      ),
      { numRuns: 150 },
    );
    expect(pages).toBeGreaterThan(20);
    expect(crowded).toBeGreaterThan(10);
  });
});

describe('a search', () => {
  test('survives the way through the address, and what is no day is dropped', () => {
    const search = searchIn('?actor=alice&verb=rollout.halt&object=r%201&from=2026-11-24&until=yesterday');
    expect(search).toEqual({
      actor: 'alice',
      verb: 'rollout.halt',
      object: 'r 1',
      from: '2026-11-24',
      until: '',
    });
    expect(searchIn(queryOf(search))).toEqual(search);
    expect(commandOf({ ...search, until: '2026-11-25' }, 'Europe/Berlin')).toBe(
      'tuesday audit list --actor alice --verb rollout.halt --object "r 1" --since 2026-11-23T23:00Z --until 2026-11-25T23:00Z',
    );
  });

  test.each([
    ['winter', '2026-11-24', 'Europe/Berlin', Date.UTC(2026, 10, 23, 23)],
    ['the day the clocks go back', '2026-10-25', 'Europe/Berlin', Date.UTC(2026, 9, 24, 22)],
    ['the day after', '2026-10-26', 'Europe/Berlin', Date.UTC(2026, 9, 25, 23)],
    ['the day they go forward in New York', '2026-03-08', 'America/New_York', Date.UTC(2026, 2, 8, 5)],
    ['a zone ahead by a half hour', '2026-11-24', 'Asia/Kolkata', Date.UTC(2026, 10, 23, 18, 30)],
  ])('a day begins on the zone’s wall: %s', (_, day, zone, expected) => {
    expect(startOfDay(day, zone)).toBe(expected);
  });
});

describe('an entry in words', () => {
  test.each([
    ['rollout.stage-opened', 'rollout: stage opened'],
    ['person.set-roles', 'person: set roles'],
    ['check-in', 'check in'],
  ])('%s', (verb, expected) => {
    expect(verbWords(verb)).toBe(expected);
  });

  test('says from where, and with which proof', () => {
    expect(originWords({ origin: '10.0.0.7', factor: 'totp' })).toBe('from 10.0.0.7, proved by code');
    expect(originWords({ origin: 'engine', factor: null })).toBe('by the engine itself');
    expect(actorWords({ actor: 'ci', person: 'bob' })).toBe('ci (bob)');
    expect(actorWords({ actor: 'bob', person: 'bob' })).toBe('bob');
  });
});
