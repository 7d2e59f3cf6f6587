import {
  goldenRule,
  planSchema,
  policySchema,
  rosterSchema,
  type Control,
  type Evidence,
  type Phase,
  type RolloutEvent,
} from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, verdictOf } from './decide.ts';
import { evidenceOf, NO_EVIDENCE } from './evidence.ts';
import { evolve, initialState } from './evolve.ts';
import { openness, stageRules } from './calendar/index.ts';
import { HALT_AT, judgeStage, PAUSE_AT } from './gate.ts';
import type { RolloutState, Situation } from './situation.ts';
import { line, QUIET, reading } from './testing/trials.ts';
import type { Acknowledgement } from './watch/index.ts';
import type { TrialReading } from './trial/index.ts';

const HOUR = 3_600_000;
const OPEN = Date.UTC(2026, 10, 24, 10); // Tuesday
const plan = planSchema.parse({
  name: 'p',
  release: '3.2.5',
  stages: [
    { share: 0.1, soak: '24h' },
    { share: 1, soak: '24h' },
  ],
});
const calendar = goldenRule('UTC');

function stateAfter(...events: Array<[RolloutEvent, number]>): RolloutState {
  let state = initialState();
  for (const [event, at] of events) {
    const next = evolve(state, event, at);
    if ('refused' in next) throw new Error(next.refused.because);
    state = next;
  }
  return state;
}
const begun: Array<[RolloutEvent, number]> = [
  [{ kind: 'started' }, OPEN],
  [{ kind: 'stage-opened', stage: 0 }, OPEN],
];
const soaking = stateAfter(...begun);
const passed = stateAfter(...begun, [{ kind: 'stage-passed', stage: 0 }, OPEN + 24 * HOUR]);
const paused = (state: RolloutState): RolloutState => ({ ...state, paused: ['operator'] });
const suspected: RolloutState = { ...soaking, paused: ['evidence'] };
const of = (counts: Parameters<typeof evidenceOf>[0]) => evidenceOf(counts, true);
const well = of({ proven: 20 });
const CONTROL: Control = { devices: 180, silent: 2 };

function situation(state: RolloutState, evidence: Evidence, now: number, control = CONTROL): Situation {
  return {
    state,
    plan,
    stages: [
      { size: 20, evidence },
      { size: 176, evidence: NO_EVIDENCE },
      { size: 4, evidence: NO_EVIDENCE },
    ],
    control,
    values: [],
    trial: QUIET,
    toRecall: 0,
    calendar,
    now,
  };
}
const told = (given: Situation, trial: TrialReading): Situation => ({ ...given, trial });
const kinds = (given: Situation) => {
  const decision = decide(given);
  return decision.kind === 'events' ? decision.events.map((event) => event.kind).join() : 'nothing';
};

describe('decide', () => {
  const bad = of({ proven: 15, failed: 5 });
  const day = OPEN + 24 * HOUR;
  test.each<[string, Situation, string]>([
    [
      'opens the first stage in the window',
      situation(stateAfter(begun[0]!), NO_EVIDENCE, OPEN),
      'stage-opened',
    ],
    ['opens nothing outside it', situation(stateAfter(begun[0]!), NO_EVIDENCE, OPEN + 3 * HOUR), 'nothing'],
    ['passes nothing before the soak is over', situation(soaking, well, day - 1), 'nothing'],
    ['passes a stage that is well when the soak is over', situation(soaking, well, day), 'stage-passed'],
    [
      'passes nothing while devices are pending',
      situation(soaking, of({ proven: 17, waiting: 3 }), day),
      'nothing',
    ],
    ['halts on failures before the soak is over', situation(soaking, bad, OPEN + HOUR), 'halted'],
    [
      'halts when the trial says so',
      told(situation(soaking, of({ proven: 15, silent: 5 }), OPEN + HOUR), reading(line(HALT_AT))),
      'halted',
    ],
    ['pauses on less', told(situation(soaking, well, OPEN + HOUR), reading(line(PAUSE_AT))), 'paused'],
    [
      'halts although it is paused for the evidence',
      told(situation(suspected, well, OPEN + HOUR), reading(line(HALT_AT))),
      'halted',
    ],
    [
      'pauses nothing for installs',
      told(situation(soaking, well, OPEN + HOUR), reading(line(PAUSE_AT, { channel: 'install' }))),
      'nothing',
    ],
    [
      'pauses nothing twice',
      told(situation(suspected, well, OPEN + HOUR), reading(line(PAUSE_AT))),
      'nothing',
    ],
    [
      'does not pause what a person let go on',
      told(situation({ ...soaking, waivedStage: 0 }, well, OPEN + HOUR), reading(line(PAUSE_AT))),
      'nothing',
    ],
    [
      'halts what a person let go on',
      told(situation({ ...soaking, waivedStage: 0 }, well, OPEN + HOUR), reading(line(HALT_AT))),
      'halted',
    ],
    [
      'does not pass what a person let go on while the evidence stands',
      told(situation({ ...soaking, waivedStage: 0 }, well, day), reading(line(PAUSE_AT))),
      'nothing',
    ],
    [
      'resumes when the evidence is gone',
      told(situation(suspected, well, OPEN + HOUR), reading(line(1))),
      'resumed',
    ],
    [
      'does not resume just below the pausing bound',
      told(situation(suspected, well, OPEN + HOUR), reading(line(PAUSE_AT - 0.1))),
      'nothing',
    ],
    [
      'does not resume for counters that do not add up',
      told(situation(suspected, well, OPEN + HOUR), { ...QUIET, wrong: 'x' }),
      'nothing',
    ],
    [
      'pauses for a signal from beside the trial',
      {
        ...situation(soaking, well, OPEN + HOUR),
        signals: [{ name: 'tickets', level: 'pause', because: '12 tickets name 0x45.' }],
      },
      'paused',
    ],
    [
      'does not pause for a note',
      {
        ...situation(soaking, well, OPEN + HOUR),
        signals: [{ name: 'tickets', level: 'note', because: '1 ticket names 0x45.' }],
      },
      'nothing',
    ],
    [
      'pauses for two of few that cannot be tested',
      told(situation(soaking, well, OPEN + HOUR), {
        ...reading(line(-9, { attribute: 'a', value: 'b', offered: { followed: 3, atRisk: 1, events: 2 } })),
        untestable: [{ stage: 0, attribute: 'a', value: 'b' }],
      }),
      'paused',
    ],
    [
      'opens nothing while an earlier stage is suspected',
      told(situation({ ...passed, waivedStage: 0 }, well, day), reading(line(PAUSE_AT))),
      'nothing',
    ],
    ['halts through a pause', situation(paused(soaking), bad, OPEN + HOUR), 'halted'],
    ['halts a stage that had passed', situation(passed, bad, day + HOUR), 'halted'],
    ['halts outside every window', situation(passed, bad, day + 90 * HOUR), 'halted'],
    ['passes nothing in a pause', situation(paused(soaking), well, day), 'nothing'],
    ['opens the next stage in the window', situation(passed, well, day), 'stage-opened'],
    ['opens no next stage outside it', situation(passed, well, day + 3 * HOUR), 'nothing'],
    [
      'opens no next stage when the one before is no longer well',
      situation(passed, of({ proven: 16, 'rolled-back': 3, failed: 1 }), day, { devices: 180, silent: 0 }),
      'halted',
    ],
    [
      'opens no next stage when proof is gone',
      situation(passed, of({ proven: 10, silent: 10 }), day, { devices: 180, silent: 100 }),
      'nothing',
    ],
    [
      'finishes a recall when nobody is left',
      situation({ ...soaking, phase: 'recalling' }, bad, day),
      'recall-finished',
    ],
  ])('%s', (_, given, expected) => expect(kinds(given)).toBe(expected));
});

const small = fc.integer({ min: 0, max: 3 });
const counts = fc.record({
  waiting: small,
  installed: small,
  proven: fc.integer({ min: 10, max: 60 }),
  failed: small,
  'rolled-back': small,
  silent: small,
});
const control = fc.integer({ min: 0, max: 60 }).map((silent) => ({ devices: 180, silent }));
const RANK = { pass: 2, unknown: 1, fail: 0 };
const gate = plan.stages[0]!.gate;

test('failure and silence in place of proof never make a verdict better, and silence is no better than proof', () => {
  const reached = { pass: 0, unknown: 0, fail: 0 };
  fc.assert(
    fc.property(
      counts,
      control,
      fc.constantFrom('failed', 'silent', 'rolled-back'),
      fc.constantFrom('proven', 'installed', 'waiting'),
      fc.boolean(),
      (given, compared, worse, from, soakOver) => {
        fc.pre(given[from] > 0);
        const judged = (now: typeof given) =>
          judgeStage({
            stage: 0,
            gate,
            evidence: of(now),
            control: compared,
            values: [],
            trial: QUIET,
            soakOver,
          }).kind;
        const before = judged(given);
        reached[before]++;
        const later = { ...given, [from]: given[from] - 1, [worse]: given[worse] + 1 };
        // A device that stops being pending by failing may finish a stage, but never with fewer proofs wanted.
        if (from === 'proven') expect(RANK[judged(later)]).toBeLessThanOrEqual(RANK[before]);
        else if (before === 'fail') expect(judged(later)).toBe('fail');
      },
    ),
    { numRuns: 1_500, seed: 3 },
  );
  for (const count of Object.values(reached)) expect(count).toBeGreaterThan(50);
});

const watching = stateAfter(
  ...begun,
  [{ kind: 'stage-passed', stage: 0 }, OPEN + 24 * HOUR],
  [{ kind: 'stage-opened', stage: 1 }, OPEN + 24 * HOUR],
  [{ kind: 'stage-passed', stage: 1 }, OPEN + 48 * HOUR],
  [{ kind: 'hold-out-opened' }, OPEN + 48 * HOUR],
);
const allPassed: RolloutState = { ...watching, phase: 'scheduled', stage: 1, openedAt: { 0: OPEN, 1: OPEN } };
const trials = fc.oneof(
  fc.constant(QUIET),
  fc
    .record({
      nats: fc.integer({ min: -50, max: 70 }).map((tenths) => tenths / 10),
      stage: fc.integer({ min: 0, max: 1 }),
      install: fc.boolean(),
    })
    .map(({ nats, stage, install }) =>
      reading(line(nats, { stage, channel: install ? 'install' : 'silence-1' })),
    ),
  fc.constant({ ...QUIET, wrong: 'a counter of entered is -1' }),
);
const ALL_WELL = { waiting: 0, installed: 0, proven: 20, failed: 0, 'rolled-back': 0, silent: 0 };
const valuesOf = (proven: number) => [
  { attribute: 'broker', value: 'x', evidence: of({ proven, installed: 4 - proven }), control: CONTROL },
];

test('what is decided is legal, opens only in the calendar after a pass in that very situation, and is not decided twice', () => {
  const reached: Record<string, number> = {};
  const state = fc.constantFrom(
    stateAfter(begun[0]!),
    soaking,
    passed,
    suspected,
    watching,
    allPassed,
    paused(soaking),
    paused(passed),
    { ...soaking, waivedStage: 0 },
  );
  fc.assert(
    fc.property(
      state,
      fc.oneof(counts, fc.constant(ALL_WELL)),
      control,
      trials,
      fc.integer({ min: 0, max: 4 }),
      // Any hour, and often one of the window in which a soak has just ended.
      fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(24, 25)),
      (from, given, compared, trial, proven, hours) => {
        const evidence = from.stage === null ? NO_EVIDENCE : of(given);
        const stages = [0, 1, 2].map((stage) => ({
          size: 20,
          evidence: from.openedAt[stage] === undefined ? NO_EVIDENCE : evidence,
        }));
        const here = {
          ...situation(from, evidence, OPEN + hours * HOUR, compared),
          stages,
          trial,
          values: valuesOf(proven),
        };
        const decision = decide(here);
        const opened = Object.keys(from.openedAt).map(Number);
        const failing = opened.some((stage) => verdictOf(here, stage).kind === 'fail');
        if (failing) expect(kinds(here)).toBe('halted');
        if (decision.kind === 'nothing') return;
        for (const event of decision.events) {
          reached[event.kind] = (reached[event.kind] ?? 0) + 1;
          const next = evolve(from, event, here.now);
          if ('refused' in next) throw new Error(next.refused.because);
          if (event.kind === 'halted') expect(failing).toBe(true);
          if (event.kind === 'stage-opened' || event.kind === 'hold-out-opened') {
            const rules = stageRules(calendar, here.plan, event.kind === 'stage-opened' ? event.stage : 3);
            expect(openness(rules, calendar.zone, here.now).open).toBe(true);
            expect(from.paused).toEqual([]);
            if (from.stage !== null) expect(verdictOf(here, from.stage).kind).toBe('pass');
          }
          if (
            ['stage-opened', 'hold-out-opened', 'stage-passed'].includes(event.kind) &&
            from.stage !== null
          ) {
            expect(trial.logWeighted).toBeLessThan(PAUSE_AT);
            expect(trial.wrong).toBeNull();
            expect(proven).toBeGreaterThan(0);
          }
          if (event.kind === 'resumed') expect(trial.logPausing).toBeLessThan(PAUSE_AT);
          const again = decide({ ...here, state: next });
          if (again.kind === 'events') expect(again.events).not.toContainEqual(event);
        }
      },
    ),
    { numRuns: 6_000, seed: 5 },
  );
  const kindsWanted = [
    'halted',
    'stage-passed',
    'stage-opened',
    'hold-out-opened',
    'paused',
    'resumed',
    'completed',
  ];
  for (const kind of kindsWanted) expect(reached[kind] ?? 0, kind).toBeGreaterThan(10);
});

test('a stage that waits says what is missing and when it is judged again', () => {
  const waiting = decide(situation(soaking, of({ proven: 15, waiting: 5 }), OPEN + 25 * HOUR));
  expect(waiting.because).toContain(
    '5 of 20 devices are not through, at most 2 may be: 5 pending, 15 proven.',
  );
  expect(waiting.because).toContain('judged again with every report, and after 45m at the latest');
});

test.each<Phase>(['completed', 'recalled', 'cancelled', 'draft', 'halted'])(
  '%s waits for a person',
  (phase) => {
    expect(
      decide({ ...situation(soaking, of({ failed: 20 }), OPEN), state: { ...soaking, phase } }),
    ).toMatchObject({ kind: 'nothing', lookAgainAt: null });
  },
);

describe('a broken glass', () => {
  const FRIDAY = OPEN + 3 * 24 * HOUR;
  const frozen = {
    ...calendar,
    freezes: [{ name: 'holidays', from: '2026-11-27', to: '2026-12-01', kind: 'freeze' as const }],
  };
  const started = stateAfter([{ kind: 'started' }, FRIDAY]);
  const glass = { because: 'kim broke the glass: 340 tickets', until: FRIDAY + HOUR };
  const at = (given: Situation, change: Partial<Situation> = {}): Situation => ({
    ...given,
    glass,
    ...change,
  });

  test.each<[string, Situation, string]>([
    ['opens a stage outside the window', at(situation(started, NO_EVIDENCE, FRIDAY)), 'stage-opened'],
    [
      'opens a stage inside a freeze',
      at(situation(started, NO_EVIDENCE, FRIDAY), { calendar: frozen }),
      'stage-opened',
    ],
    ['opens the next stage after a pass', at(situation(passed, well, FRIDAY)), 'stage-opened'],
    ['opens nothing at its end', at(situation(started, NO_EVIDENCE, FRIDAY + HOUR)), 'nothing'],
    [
      'opens nothing after a verdict that passed and no longer does',
      at(situation(passed, of({ proven: 10, silent: 10 }), FRIDAY)),
      'nothing',
    ],
    ['opens nothing while it is paused', at(situation(paused(started), NO_EVIDENCE, FRIDAY)), 'nothing'],
    [
      'shortens no soak',
      at(situation(soaking, well, OPEN + HOUR), { glass: { ...glass, until: OPEN + 2 * HOUR } }),
      'nothing',
    ],
  ])('%s', (_, given, kind) => expect(kinds(given)).toBe(kind));

  test('stands in the sentence of the stage that it opened, with what it waived', () => {
    expect(decide(at(situation(started, NO_EVIDENCE, FRIDAY))).because).toMatch(
      /outside the change window .* kim broke the glass: 340 tickets\.$/,
    );
  });
});

describe('the watch', () => {
  const roster = rosterSchema.parse({
    zone: 'UTC',
    rotations: [
      {
        name: 'office',
        people: ['alice'],
        from: '2026-11-23',
        hours: [{ days: ['tuesday', 'wednesday'], from: '09:00', to: '15:00' }],
      },
    ],
  });
  const { watch: rules } = policySchema.parse({ calendar });
  const scheduled = stateAfter([{ kind: 'started' }, OPEN]);
  const said = { person: 'alice', at: OPEN, standsIn: null };
  const watched = (at: number, acknowledged: Acknowledgement[]): Situation => ({
    ...situation(scheduled, NO_EVIDENCE, at),
    watch: { rollout: 'r-1', rules, roster, acknowledged },
  });
  const nobody = 'Stage 1 waits: nobody is on watch Tue 24 Nov 15:00–15:30 UTC.';

  test.each<[string, Situation, string, number | null]>([
    [
      'lets nothing open before whoever is on watch has said so',
      watched(OPEN, []),
      'Stage 1 waits: alice, on watch from Tue 24 Nov 10:00, has not acknowledged. tuesday watch acknowledge r-1',
      null,
    ],
    [
      'lets nothing open whose first hours nobody sees, and looks again when somebody does',
      watched(OPEN + 1.5 * HOUR, [said]),
      nobody,
      OPEN + 6 * 24 * HOUR + 23 * HOUR,
    ],
    [
      'is asked after the change window',
      watched(OPEN + 3 * HOUR, []),
      'Stage 1 waits for the change window',
      OPEN + 23 * HOUR,
    ],
  ])('%s', (_, given, because, lookAgainAt) => {
    expect(decide(given)).toMatchObject({
      kind: 'nothing',
      because: expect.stringContaining(because),
      lookAgainAt,
    });
  });

  test('lets a stage open when it is there and has said so, or when somebody stands in for this stage', () => {
    expect(kinds(watched(OPEN, [said]))).toBe('stage-opened');
    const late = OPEN + 1.5 * HOUR;
    expect(kinds(watched(late, [{ ...said, person: 'carol', standsIn: 0 }]))).toBe('stage-opened');
    expect(kinds(watched(late, [{ ...said, person: 'carol', standsIn: 1 }]))).toBe('nothing');
  });

  test('holds up no bad news', () => {
    const given = { ...situation(soaking, bad, OPEN), watch: watched(OPEN, []).watch };
    expect(kinds(given as Situation)).toBe('halted');
  });
  const bad = of({ proven: 15, failed: 5 });
});

describe('what was not tested', () => {
  const because = ['15 % of the fleet runs mosquitto 2.0.18; 3.2.5 was never tested there.'];
  const closed = { verdict: 'closed', because } as const;
  const scheduled = stateAfter([{ kind: 'started' }, OPEN]);
  const next = OPEN + 24 * HOUR;
  const by = (parity: Situation['plan']['parity'], given: Situation, of: Situation['parity'] = closed) => ({
    ...given,
    plan: { ...given.plan, ...(parity ? { parity } : {}) },
    parity: of,
  });
  const first = situation(scheduled, NO_EVIDENCE, OPEN);
  const second = situation(passed, well, next);
  const cap = (upTo: number) => ({ gap: 'cap', upTo }) as const;
  test.each<[string, Situation, string]>([
    ['keeps the first stage closed', by(undefined, first), 'nothing'],
    ['keeps every later stage closed', by({ gap: 'refuse' }, second), 'nothing'],
    ['keeps nothing closed where its devices are held', by({ gap: 'exclude' }, second), 'stage-opened'],
    ['lets a capped plan begin', by(cap(0.1), first), 'stage-opened'],
    ['stops a capped plan before the stage beyond its cap', by(cap(0.1), second), 'nothing'],
    ['stops a capped plan whose first stage is beyond its cap', by(cap(0.09), first), 'nothing'],
    [
      'is of no concern when everything was',
      by(undefined, second, { verdict: 'open', because: [] }),
      'stage-opened',
    ],
    [
      'is of no concern when nobody asks',
      by(undefined, second, { verdict: 'unasked', because: [] }),
      'stage-opened',
    ],
    [
      'is of no concern to a broken glass',
      { ...by(undefined, second), glass: { because: 'x', until: next + 1 } },
      'stage-opened',
    ],
  ])('%s', (_, given, expected) => {
    expect(kinds(given)).toBe(expected);
  });

  test('is said in its own words, and halts go before it', () => {
    expect(decide(by(undefined, first))).toMatchObject({ because: `Stage 1 waits: ${because[0]}` });
    const bad = situation(soaking, of({ proven: 10, failed: 10 }), next);
    expect(kinds(by(undefined, bad))).toBe('halted');
  });
});
