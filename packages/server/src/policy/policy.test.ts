import {
  isRefused,
  planSchema,
  type Policy,
  type PolicyInput,
  policySchema,
  presetPolicy,
  RefusedByServer,
} from '@tuesday/protocol';
import { nextOpening, policyRules, whyNot } from '@tuesday/rollout';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { importFreezes } from './icalendar/import-freezes.ts';
import { readInForce, readPolicy, writePolicy } from './policy.ts';
import { type Loosening, setPolicy } from './set.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await testPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

const START = Date.UTC(2026, 10, 20, 17, 30);
const golden = presetPolicy('golden-rule', 'Europe/Berlin');
beforeEach(async () => {
  plane.clock.time = START;
  await writePolicy(plane.database.db, golden);
});

const but = (change: Partial<PolicyInput>): Policy => policySchema.parse({ ...golden, ...change });
const calendar = (change: Partial<PolicyInput['calendar']>) =>
  but({ calendar: { ...golden.calendar, ...change } });
const freeze = { kind: 'freeze', name: 'fair', from: '2026-12-01', to: '2026-12-02' } as const;
const set = (policy: Policy) => plane.client.call('setPolicy', { body: { policy, because: 'a test' } });
/** With the consent of whoever has to give it. */
async function setAgreed(policy: Policy): Promise<Policy> {
  const agreed = async () => ({ approval: null });
  const answer = await setPolicy(plane.context, plane.actor, { policy, because: 'a test' }, agreed);
  if (isRefused(answer)) throw new Error(answer.refused.because);
  return answer.policy;
}
const refusal = async (call: Promise<unknown>) => {
  const error = await call.catch((cause: unknown) => cause);
  if (!(error instanceof RefusedByServer)) throw new Error('it was not refused');
  return error.refusal;
};
const lastAudit = async () =>
  plane.database.db
    .selectFrom('installation.audit_entries')
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();

describe('a policy is refused', () => {
  test.each<[string, () => Policy, string, RegExp]>([
    ['without windows', () => calendar({ windows: [] }), 'calendar.windows', /no stage could open/],
    [
      'whose freezes leave no opening',
      () =>
        calendar({
          freezes: [
            { ...freeze, to: '2031-01-01' },
            { ...freeze, from: '2026-11-01' },
          ],
        }),
      'calendar.windows',
      /no stage/,
    ],
    [
      'whose last stage can never open',
      () => calendar({ lastStageWindows: [] }),
      'calendar.lastStageWindows',
      /no last stage/,
    ],
    [
      'of a country that does not exist',
      () => but({ holidays: { country: 'ZZ' } }),
      'holidays.country',
      /ZZ/,
    ],
    [
      'of a region that does not exist',
      () => but({ holidays: { country: 'DE', region: 'XX' } }),
      'holidays.region',
      /no region XX/,
    ],
    [
      'with a recurrence that nobody can follow',
      () => calendar({ freezes: [freeze, { ...freeze, rrule: 'FREQ=NEVER' }] }),
      'calendar.freezes.1.rrule',
      /FREQ must not be/,
    ],
    [
      'with a recurrence that never comes',
      () => calendar({ freezes: [{ ...freeze, rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }] }),
      'calendar.freezes.0.rrule',
      /cannot be followed/,
    ],
    [
      'with a month that does not exist',
      () => calendar({ freezes: [{ ...freeze, rrule: 'FREQ=YEARLY;BYMONTH=13' }] }),
      'calendar.freezes.0.rrule',
      /BYMONTH/,
    ],
    [
      'with more freezes than can be kept',
      () =>
        calendar({
          freezes: Array.from({ length: 8 }, () => ({
            ...freeze,
            to: '2026-12-01T01:00',
            rrule: 'FREQ=DAILY',
          })),
        }),
      'calendar.freezes',
      /4000 are the most/,
    ],
    [
      'whose devices have an hour a day',
      () => but({ deviceHours: { from: '22:00', to: '23:00' } }),
      'deviceHours.to',
      /60 minutes/,
    ],
    [
      'with a freeze of another century',
      () => calendar({ freezes: [{ ...freeze, from: '0026-12-01' }] }),
      'calendar.freezes.0.from',
      /1970/,
    ],
  ])('%s', async (_, policy, field, because) => {
    const refused = await refusal(set(policy()));
    expect(refused).toMatchObject({ code: 'policy-invalid', field });
    expect(refused.because).toMatch(because);
    expect(await readPolicy(plane.database.db)).toEqual(golden);
  });

  test('and told which countries and regions there are', async () => {
    expect((await refusal(set(but({ holidays: { country: 'ZZ' } })))).try).toContain('US');
    expect((await refusal(set(but({ holidays: { country: 'DE', region: 'XX' } })))).try).toContain('BY');
  });
});

describe('a policy that is set', () => {
  test('is shown with holidays and recurring freezes written out for two years', async () => {
    const yearly = { ...freeze, name: 'closing', from: '2020-12-24', to: '2020-12-27', rrule: 'FREQ=YEARLY' };
    await set(
      but({ holidays: { country: 'DE', region: 'BY' }, calendar: { ...golden.calendar, freezes: [yearly] } }),
    );
    const { calendar, policy } = await plane.client.call('viewPolicy');
    expect(policy.calendar.freezes).toEqual([yearly]);
    const names = calendar.freezes.map(({ name, from, to, kind }) => [kind, name, from, to]);
    expect(names).toContainEqual(['freeze', 'closing', '2026-12-24', '2026-12-27']);
    expect(names).toContainEqual(['freeze', 'closing', '2027-12-24', '2027-12-27']);
    // Epiphany is a holiday in Bavaria, not in Berlin.
    expect(names).toContainEqual(['holiday', 'Epiphany', '2027-01-06', '2027-01-07']);
    expect(names).toContainEqual(['holiday', 'Good Friday', '2028-04-14', '2028-04-15']);
    expect(calendar.freezes.every((one) => one.rrule === undefined)).toBe(true);
  });

  test('stays written out two years ahead as the days go by', async () => {
    await set(but({ holidays: { country: 'DE' } }));
    const last = async () =>
      (await readInForce(plane.database.db, plane.clock.time)).calendar.freezes.at(-1)?.from ?? '';
    const before = await last();
    plane.clock.time += 400 * 86_400_000;
    expect((await last()) > before).toBe(true);
    // And the same day gives the same object: a tick costs no more than the reading.
    expect(await readInForce(plane.database.db, plane.clock.time)).toBe(
      await readInForce(plane.database.db, plane.clock.time + 1),
    );
  });

  test('that can no longer be written out closes everything and says why, and can be replaced', async () => {
    await writePolicy(plane.database.db, but({ holidays: { country: 'ZZ' } }));
    const { calendar } = await readInForce(plane.database.db, plane.clock.time);
    const rules = policyRules(calendar).ordinary;
    expect(nextOpening(rules, plane.clock.time)).toBeNull();
    expect(whyNot(rules, plane.clock.time).join(' ')).toContain(
      'the holidays of the country ZZ are not known',
    );
    expect(await setAgreed(golden)).toEqual(golden);
  });

  test('is called by the name of a preset only while its windows are the preset’s', async () => {
    const changed = calendar({ windows: [{ days: ['tuesday'], from: '09:00', to: '10:00' }] });
    expect((await setAgreed({ ...changed, preset: 'golden-rule' })).preset).toBe('custom');
    expect((await setAgreed(golden)).preset).toBe('golden-rule');
  });

  test('tells all servers, because devices may be offered something else', async () => {
    const listener = await plane.database.pool.connect();
    try {
      const heard: string[] = [];
      listener.on('notification', ({ payload }) => heard.push(payload ?? ''));
      await listener.query('LISTEN tuesday');
      await set(but({ deviceHours: { from: '22:00', to: '06:00' } }));
      await listener.query('SELECT 1');
      expect(heard).toContain('{"kind":"offers"}');
      await listener.query('UNLISTEN *');
    } finally {
      listener.release();
    }
  });
});

describe('a second person', () => {
  const asked: Loosening[] = [];
  const ask = async (_: unknown, loosening: Loosening) => {
    asked.push(loosening);
    return { approval: 'a-1' };
  };
  const given = (policy: Policy) => setPolicy(plane.context, plane.actor, { policy, because: 'a test' }, ask);
  beforeEach(() => void asked.splice(0));

  test('is asked before the rules are loosened, and the old ones stay in force until then', async () => {
    const looser = presetPolicy('chapter-plan', 'Europe/Berlin');
    expect(await given(looser)).toEqual({ policy: golden, approval: 'a-1' });
    expect(asked[0]?.reasons.join(' ')).toContain('The last stage could open Fri 27 Nov 09:00');
    expect(asked[0]).toMatchObject({ before: golden, after: looser, because: 'a test' });
    expect(await readPolicy(plane.database.db)).toEqual(golden);
  });

  test('is not asked when they are tightened', async () => {
    const tighter = but({ holidays: { country: 'DE' }, approvals: { needed: 2 } });
    expect(await given(tighter)).toEqual({ policy: tighter, approval: null });
    expect(asked).toEqual([]);
    expect(await lastAudit()).toMatchObject({ verb: 'policy.set', object: 'policy', because: 'a test' });
  });

  test('is not asked where nobody has to consent', async () => {
    const alone = but({ approvals: { needed: 0 } });
    await writePolicy(plane.database.db, alone);
    expect(await given({ ...alone, watch: { ...alone.watch, required: false } })).toMatchObject({
      approval: null,
    });
    expect(asked).toEqual([]);
    const entry = await lastAudit();
    expect(entry.verb).toBe('policy.loosen');
    expect(entry.because).toContain('Nobody would have to be on watch');
  });

  test('that cannot be asked undoes the change', async () => {
    const refused = { code: 'conflict', because: 'no', try: 'x' } as const;
    const answer = await setPolicy(
      plane.context,
      plane.actor,
      { policy: but({ approvals: { needed: 0 } }), because: 'x' },
      async (trx) => {
        await writePolicy(trx, but({ approvals: { needed: 0 } }));
        return { refused };
      },
    );
    expect(answer).toEqual({ refused });
    expect(await readPolicy(plane.database.db)).toEqual(golden);
  });
});

const ics = (...names: string[]) =>
  [
    'BEGIN:VCALENDAR',
    ...names.flatMap((name, index) => [
      'BEGIN:VEVENT',
      `UID:${name}`,
      `SUMMARY:${name}`,
      `DTSTART;VALUE=DATE:2026120${index + 1}`,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ].join('\r\n');
const because = 'works holidays';

describe('an import of freezes', () => {
  test('adds them to those that are there, by one person, in one audit entry', async () => {
    await set(calendar({ freezes: [freeze] }));
    const answer = await plane.client.call('importFreezes', { body: { ics: ics('one', 'two'), because } });
    expect(answer).toEqual({ imported: 2, skipped: [] });
    const { freezes } = (await readPolicy(plane.database.db)).calendar;
    expect(freezes.map(({ name, from, to }) => [name, from, to])).toEqual([
      ['fair', '2026-12-01', '2026-12-02'],
      ['one', '2026-12-01', '2026-12-02'],
      ['two', '2026-12-02', '2026-12-03'],
    ]);
    expect(await lastAudit()).toMatchObject({ verb: 'policy.import-freezes', because });
  });

  test('again changes nothing and says so', async () => {
    const body = { ics: ics('one'), because };
    await plane.client.call('importFreezes', { body });
    const { seq } = await lastAudit();
    expect(await plane.client.call('importFreezes', { body })).toEqual({
      imported: 0,
      skipped: ['one (2026-12-01): it is there already'],
    });
    expect((await lastAudit()).seq).toBe(seq);
  });

  test('takes all of a file or nothing', async () => {
    const broken = ics('one', 'two', 'three').replace('20261203', '20261303');
    expect(
      await refusal(plane.client.call('importFreezes', { body: { ics: broken, because } })),
    ).toMatchObject({
      code: 'calendar-invalid',
      because: expect.stringContaining('line 15: DTSTART') as string,
      field: 'ics',
    });
    expect((await readPolicy(plane.database.db)).calendar.freezes).toEqual([]);
  });

  test('of ten people at once keeps the freezes of all of them', async () => {
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        importFreezes(plane.context, plane.actor, { ics: ics(`from ${index}`), because }),
      ),
    );
    expect((await readPolicy(plane.database.db)).calendar.freezes).toHaveLength(10);
  });

  test('of what was exported finds everything there already', async () => {
    await set(
      but({
        holidays: { country: 'US' },
        calendar: { ...golden.calendar, freezes: [freeze, { ...freeze, name: 'x', rrule: 'FREQ=YEARLY' }] },
      }),
    );
    const answer = await fetch(plane.client.url('exportCalendar'), {
      headers: { authorization: `Bearer ${plane.token}` },
    });
    expect(answer.headers.get('content-type')).toContain('text/calendar');
    const text = await answer.text();
    const again = await plane.client.call('importFreezes', { body: { ics: text, because } });
    expect(again.imported).toBe(0);
    expect(again.skipped).toContain('Change window: a window is no freeze');
    expect(again.skipped.join('\n')).toContain('Thanksgiving Day (2026-11-26): it is there already');
  });
});

describe('the planner', () => {
  const plan = planSchema.parse({
    name: 'thermostat 3.2.5',
    release: '3.2.5',
    stages: [
      { share: 0.01, pace: '6h', soak: '18h' },
      { share: 0.1, pace: '4h', soak: '44h' },
      { share: 1, pace: '12h', soak: '60h' },
    ],
  });
  const incident = { plan, startLocal: '2026-11-20T17:30', zone: 'America/New_York', country: 'US' };

  test.each([
    [
      'golden-rule',
      '100 % Tue 1 Dec 09:00, because Friday is outside the window and Thursday is Thanksgiving Day.',
    ],
    ['chapter-plan', '100 % Fri 27 Nov 09:00.'],
  ] as const)(
    'shows the incident’s own plan under %s, whatever the fleet’s own rules and releases are',
    async (preset, end) => {
      const view = await plane.client.call('planCalendar', { body: { ...incident, preset } });
      expect(view.summary).toBe(`1 % Tue 24 Nov 09:00, 10 % Wed 25 Nov 09:00, ${end}`);
      expect(view).toMatchObject({ preset, zone: 'America/New_York' });
      expect(new Date(view.start).toISOString()).toBe('2026-11-20T22:30:00.000Z');
    },
  );

  test('takes the fleet’s own rules when no preset is named', async () => {
    const frozen = calendar({ freezes: [{ ...freeze, from: '2026-11-24', to: '2026-11-25' }] });
    await writePolicy(plane.database.db, { ...frozen, watch: { ...frozen.watch, required: false } });
    const view = await plane.client.call('planCalendar', { body: { plan } });
    expect(view.stages[0]?.opens).toBe('Wed 25 Nov 09:00');
    expect(view.stages[0]?.passedOver.at(-1)?.because).toBe('Tuesday 24 Nov is in the freeze "fair".');
  });

  test('finds no opening while nobody is on the roster, and says so; a preset is a question about the calendar', async () => {
    await writePolicy(plane.database.db, golden);
    const own = await plane.client.call('planCalendar', { body: { plan } });
    expect(own.stages[0]).toMatchObject({ opensAt: null });
    expect(own.stages[0]?.because).toContain('nobody is on watch');
    const preset = await plane.client.call('planCalendar', { body: { plan, preset: 'golden-rule' } });
    expect(preset.stages[0]?.opens).toBe('Tue 24 Nov 09:00');
  });

  test.each<[string, object, string]>([
    ['a zone', { zone: 'Mars/Base' }, 'zone'],
    ['a country', { country: 'ZZ' }, 'country'],
    ['a region', { region: 'XX' }, 'region'],
    ['a day', { startLocal: '2026-02-30T10:00' }, 'startLocal'],
    ['one start of two', { start: 0 }, 'startLocal'],
  ])('names %s that does not exist', async (_, change, field) => {
    const body = { ...incident, ...change };
    expect(await refusal(plane.client.call('planCalendar', { body }))).toMatchObject({
      code: 'bad-request',
      field,
    });
  });
});
