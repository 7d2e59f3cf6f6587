import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../testing/database.ts';
import {
  deviceSide,
  enrolDevices,
  handClock,
  NEW,
  outcome,
  report,
  setPhase,
  startRollout,
  tokenOf,
} from '../testing/fleet.ts';
import { HOURS_KEY } from '../policy/policy.ts';
import type { DeviceSide } from './assembly.ts';

/** Two equal databases: one is asked through memory, the other has to look each time. */
let databases: [FreshDatabase, FreshDatabase];

beforeAll(async () => {
  databases = [await freshDatabase(), await freshDatabase()];
  for (const { pool } of databases) await enrolDevices(pool, 3);
});
afterAll(async () => {
  for (const database of databases) await database.drop();
});

type Step =
  | { do: 'check-in'; device: number; body: number }
  | { do: 'outcome'; device: number; kind: 'installed' | 'rolled-back' }
  | { do: 'phase'; phase: 'soaking' | 'halted' | 'recalling' }
  | { do: 'hold'; device: number; held: string | null }
  | { do: 'hours'; hours: { from: string; to: string } | null }
  | { do: 'wait'; hours: number };

const BODIES = [
  report(),
  report({ health: { ok: false } }),
  report({}, NEW),
  report({ rolledBackFrom: [NEW], updates: 1 }),
  report({ environment: { zone: 'Asia/Kathmandu' } }),
  report({ environment: { zone: 'nowhere' } }),
];

const device = fc.nat({ max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant('check-in' as const), device, body: fc.nat({ max: 5 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('outcome' as const),
      device,
      kind: fc.constantFrom('installed' as const, 'rolled-back' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('phase' as const),
      phase: fc.constantFrom('soaking' as const, 'halted' as const, 'recalling' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('hold' as const), device, held: fc.constantFrom('no', null) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('hours' as const),
      hours: fc.constantFrom({ from: '22:00', to: '06:00' }, { from: '13:00', to: '17:30' }, null),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.constantFrom(1, 4, 9) }) },
);

async function perform(step: Step, side: DeviceSide, { pool }: FreshDatabase): Promise<string> {
  if (step.do === 'phase') {
    await setPhase(pool, step.phase);
    side.memory.forgetAnswers();
    return '';
  }
  if (step.do === 'hold') {
    await pool.query('UPDATE devices SET held = $2 WHERE device = $1', [`d${step.device}`, step.held]);
    side.memory.forgetAnswers();
    return '';
  }
  if (step.do === 'hours') {
    await setHours(pool, step.hours);
    side.memory.forgetAnswers();
    return '';
  }
  if (step.do === 'wait') return '';
  const body = step.do === 'check-in' ? BODIES[step.body] : outcome(step.kind);
  const verb = step.do === 'check-in' ? 'check-in' : 'outcomes';
  const answer = await side.door.answer(verb, tokenOf(`d${step.device}`), Buffer.from(JSON.stringify(body)));
  // What time it was there is said as of the answer that is repeated.
  return `${answer.status} ${answer.body.replace(/it is \d\d:\d\d there/, 'it is early there')}`;
}

async function setHours(
  pool: FreshDatabase['pool'],
  hours: { from: string; to: string } | null,
): Promise<void> {
  await pool.query(
    `INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = $2`,
    [HOURS_KEY, JSON.stringify(hours && { hours, zone: 'Europe/Berlin' })],
  );
}

async function everything({ pool }: FreshDatabase): Promise<unknown[]> {
  const devices = await pool.query('SELECT device, held, report FROM devices ORDER BY device');
  const members = await pool.query('SELECT device, state, exposed, recalled FROM members ORDER BY device');
  const contacts = await pool.query('SELECT device, last_seen FROM contacts ORDER BY device');
  return [devices.rows, members.rows, contacts.rows];
}

test('an answer from memory is the one that the database would have led to, and so is what is kept', async () => {
  let idle = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 25 }), async (steps) => {
      const clock = handClock();
      const sides = databases.map((database) => deviceSide(database, clock));
      const [fast, slow] = sides as [DeviceSide, DeviceSide];
      fast.memory.listening = true;
      for (const { pool } of databases) {
        await pool.query('TRUNCATE rollouts, members, outcomes, evidence_counts, evidence_flow CASCADE');
        await pool.query('UPDATE devices SET held = NULL, report = NULL, report_hash = NULL');
        await setHours(pool, { from: '22:00', to: '06:00' });
        await startRollout(pool, ['d0', 'd1', 'd2']);
      }
      for (const step of steps) {
        clock.time += step.do === 'wait' ? step.hours * 3_600_000 : 60_000;
        if (step.do === 'check-in') {
          const answer = fast.door.answer(
            'check-in',
            tokenOf(`d${step.device}`),
            Buffer.from(JSON.stringify(BODIES[step.body])),
          );
          if (!(answer instanceof Promise)) idle++;
          await answer;
        }
        expect(await perform(step, fast, databases[0])).toBe(await perform(step, slow, databases[1]));
      }
      for (const side of sides) await side.contacts.flush();
      expect(await everything(databases[0])).toEqual(await everything(databases[1]));
    }),
    { numRuns: 30 },
  );
  expect(idle).toBeGreaterThan(10);
});

test('while changes of other servers are not heard, nothing is answered from memory', async () => {
  const side = deviceSide(databases[0], handClock());
  const ask = () => side.door.answer('check-in', tokenOf('d0'), Buffer.from(JSON.stringify(report())));
  side.memory.listening = true;
  await setPhase(databases[0].pool, 'halted');
  await ask();
  expect(ask()).not.toBeInstanceOf(Promise);
  side.memory.listening = false;
  const asked = ask();
  expect(asked).toBeInstanceOf(Promise);
  await asked;
});

test('a device that waits for its hours is answered from memory until they begin, and is offered the release then', async () => {
  const [{ pool }] = databases;
  const clock = handClock();
  const side = deviceSide(databases[0], clock);
  side.memory.listening = true;
  await setPhase(pool, 'soaking');
  await pool.query('UPDATE members SET state = $1, exposed = false', ['waiting']);
  // Whatever the histories before have left.
  await pool.query('UPDATE devices SET held = NULL, report = NULL, report_hash = NULL');
  await setHours(pool, { from: '22:00', to: '06:00' });
  side.memory.forgetAnswers();
  // Kathmandu is 5:45 ahead: it is 14:45 there, and 22:00 at 16:15 UTC.
  const ask = async () => {
    const bytes = Buffer.from(JSON.stringify(report({ environment: { zone: 'Asia/Kathmandu' } })));
    return (await side.door.answer('check-in', tokenOf('d0'), bytes)).body;
  };
  const start = clock.time;
  expect(await ask()).toContain('This device takes updates between 22:00 and 06:00; it is 14:45 there.');
  clock.time = start + (7 * 60 + 14) * 60_000;
  const early = await ask();
  expect(early).toContain('"kind":"none"');
  clock.time = start + (7 * 60 + 15) * 60_000;
  expect(await ask()).toContain('"kind":"update"');
  await setPhase(pool, 'recalling');
  clock.time = start;
  const runs = report({ environment: { zone: 'Asia/Kathmandu' } }, NEW);
  const back = await side.door.answer('check-in', tokenOf('d0'), Buffer.from(JSON.stringify(runs)));
  expect(back.body).toContain('"kind":"recall"');
});
