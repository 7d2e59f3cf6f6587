/** When a client speaks, and what it makes of answers that are late, wrong or newer than it. */
import type { Bench } from '../bench.ts';
import { type Case, Fails } from '../case.ts';
import { type Reply, refusal } from '../plane.ts';

/** Milliseconds between the last so many check-ins. */
function gaps(bench: Bench, count: number): number[] {
  const times = bench.checkIns.slice(-count - 1).map(({ at }) => at);
  return times.slice(1).map((at, index) => at - (times[index] ?? 0));
}

/** Difference between the upper and the lower quartile: a few late ones do not move it. */
function spreadOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? 0;
  return at(0.75) - at(0.25);
}

const seconds = (millis: number) => `${(millis / 1_000).toFixed(1)} s`;

/** Attempts that a client may make in the first ten poll intervals of an outage, and in the second half of them. */
const MOST = { all: 16, late: 6 };

const MALFORMED: readonly Reply[] = [
  { status: 200, body: '' },
  { status: 200, body: '<html>captive portal</html>', headers: { 'content-type': 'text/html' } },
  { status: 200, body: '[]' },
  { status: 200, body: '{"protocol":1,"pollAfterSeconds":"soon","offer":7}' },
  { status: 200, body: `{"protocol":1,"offer":${'['.repeat(5_000)}` },
  { status: 500, body: 'Internal Server Error', headers: { 'content-type': 'text/plain' } },
  'cut',
  'endless',
];

export const contactCases: readonly Case[] = [
  {
    name: 'polls-as-told',
    sentence: 'It checks in after pollAfterSeconds, with jitter of its own.',
    read: 'Timing',
    async run(bench) {
      bench.client.start();
      await bench.until('ten check-ins', () => bench.checkIns.length >= 10);
      const poll = bench.polls(1);
      const seen = gaps(bench, 8);
      // One that is late is the machine's doing: both ends share it.
      const [least = 0, most = 0] = [seen.toSorted((a, b) => a - b)[0], seen.toSorted((a, b) => b - a)[1]];
      if (least < 0.4 * poll || most > 2 * poll) {
        throw new Fails(`told ${seconds(poll)}, it came after ${seconds(least)} to ${seconds(most)}.`);
      }
      if (spreadOf(seen) < 0.04 * poll)
        throw new Fails(`its check-ins come every ${seconds(most)}, without jitter.`);
      bench.plane.pollAfterSeconds = bench.pollSeconds(4);
      await bench.nextCheckIn();
      const told = bench.clock.now();
      await bench.nextCheckIn();
      const later = bench.clock.now() - told;
      if (later < 2 * poll) throw new Fails(`told ${seconds(4 * poll)}, it came after ${seconds(later)}.`);
      return `told ${seconds(poll)} it came after ${seconds(least)} to ${seconds(most)}, told ${seconds(4 * poll)} after ${seconds(later)}.`;
    },
  },
  {
    name: 'backs-off',
    sentence: 'While the server is gone it asks ever more rarely, at random moments.',
    read: 'Timing',
    async run(bench) {
      bench.client.start();
      await bench.nextCheckIn();
      const from = bench.plane.messages.length;
      bench.plane.script = ({ verb }) => (verb === 'check-in' ? 'cut' : undefined);
      const attempts = () => bench.plane.messages.slice(from).filter(({ verb }) => verb === 'check-in');
      await bench.until('an attempt', () => attempts().length > 0);
      const start = bench.clock.now();
      const tooMany = () => attempts().length > MOST.all;
      await bench.never(
        `more than ${MOST.all} attempts came in ten poll intervals`,
        tooMany,
        bench.polls(10),
      );
      const { ends } = bench.client;
      if (ends.length >= 2)
        throw new Fails(`it ended ${ends.length} times, and each start forgets its back-off.`);
      const late = attempts().filter(({ at }) => at - start > bench.polls(5)).length;
      if (late > MOST.late) throw new Fails(`${late} attempts came in the second five poll intervals.`);
      const seen = attempts().length;
      await someMore(bench, () => attempts().length >= 4);
      const between = attempts()
        .map(({ at }, index, all) => at - (all[index - 1]?.at ?? at))
        .slice(1);
      if (isRegular(between))
        throw new Fails(`the waits (${between.map(seconds).join(', ')}) have no jitter.`);
      return `${seen} attempts in ten poll intervals, ${late} of them in the second half.`;
    },
  },
  {
    name: 'comes-back',
    sentence: 'After a short outage it comes back by itself.',
    read: 'Timing',
    async run(bench) {
      bench.client.start();
      await bench.nextCheckIn();
      let failures = 0;
      bench.plane.script = ({ verb }) => (verb === 'check-in' && failures++ < 3 ? 'cut' : undefined);
      await bench.until('a check-in after three failures', () => failures > 3);
      return 'the fourth check-in was answered, and the three before it were not.';
    },
  },
  {
    name: 'obeys-retry-after',
    sentence: 'It stays away for as long as a 503 with Retry-After says.',
    read: 'Timing',
    async run(bench) {
      bench.client.start();
      await bench.nextCheckIn();
      let told: number | undefined;
      const wait = bench.pollSeconds(4);
      bench.plane.script = ({ verb, at }) => {
        if (verb !== 'check-in' || told !== undefined) return undefined;
        told = at;
        return { ...refusal(503, 'busy'), headers: { 'retry-after': String(wait) } };
      };
      await bench.until('a check-in', () => told !== undefined);
      await bench.nextCheckIn();
      const after = bench.clock.now() - (told ?? 0);
      if (after < wait * 980) throw new Fails(`told ${wait} s, it came after ${seconds(after)}.`);
      return `told ${wait} s, it came after ${seconds(after)}.`;
    },
  },
  {
    name: 'survives-malformed-answers',
    sentence: 'No answer, however broken, ends it or makes it forget what it was told before.',
    read: 'Check-in',
    async run(bench) {
      bench.client.start();
      for (const reply of MALFORMED) {
        await bench.nextCheckIn();
        let given = false;
        bench.plane.script = ({ verb }) => {
          if (verb !== 'check-in' || given) return undefined;
          given = true;
          return reply;
        };
        await bench.until('a check-in', () => given);
      }
      await bench.nextCheckIn();
      const ends = bench.client.ends.length;
      if (ends > 0) throw new Fails(`it ended ${ends} times, last with ${bench.client.ends.at(-1)}.`);
      if (bench.outcomes().length > 0) throw new Fails('it reported an outcome, and nothing was offered.');
      return `${MALFORMED.length} broken answers, and it still checks in.`;
    },
  },
  {
    name: 'ignores-what-it-does-not-know',
    sentence: 'An offer of an unknown kind counts as none, and unknown fields change nothing.',
    read: 'Check-in',
    async run(bench) {
      bench.plane.offer = { kind: 'calibrate', offer: 'r0.c1', strength: { of: ['x', 1] } };
      bench.client.start();
      await bench.until('five check-ins', () => bench.checkIns.length >= 5);
      const slowest = Math.max(...gaps(bench, 3));
      if (slowest > 2 * bench.polls(1)) {
        throw new Fails(`it took the unknown offer for a failure and came after ${seconds(slowest)}.`);
      }
      if (bench.outcomes().length > 0)
        throw new Fails('it reported an outcome of an offer that it cannot know.');
      bench.publish([bench.release('3.2.5')]);
      const offer = bench.offer('3.2.5', { mood: { of: [1, 2] } });
      await bench.until('the outcome of an offer with an unknown field', () => bench.outcomes(offer)[0]);
      return 'it kept checking in as told, and took an offer with a field that it does not know.';
    },
  },
];

/** Three waits are what regularity can be told from; a client that waits for hours is regular enough. */
async function someMore(bench: Bench, enough: () => boolean): Promise<void> {
  await bench.until('a fourth attempt', enough, bench.polls(10)).catch((error: unknown) => {
    if (!(error instanceof Fails)) throw error;
  });
}

/** What clients without jitter multiply their waits by. */
const FACTORS = [1, 1.5, 2, 3];

/**
 * Whether each wait is the same multiple of the one before. Random waits are so by chance in fewer than one run in a
 * hundred; fewer than three waits never are.
 */
export function isRegular(waits: readonly number[]): boolean {
  const ratios = waits.slice(1).map((wait, index) => wait / Math.max(1, waits[index] ?? 1));
  if (ratios.length < 2) return false;
  return FACTORS.some((factor) => ratios.every((ratio) => Math.abs(ratio / factor - 1) < 0.04));
}
