import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Composition, type PlanCalendarView, planSchema, type Prices } from '@tuesday/protocol';
import { fridayIncident, nextFridayEvening, playWhatIfs } from '@tuesday/simulator/rehearsal';
import { expect, test } from 'vitest';
import { EXIT } from '../index.ts';
import { workplace } from '../testing/run-tuesday.ts';
import { scriptedServer } from '../testing/scripted-server.ts';
import { rolloutView } from '../testing/views.ts';

const composition: Composition = {
  devices: 400,
  cells: [
    { environment: { broker: 'a', region: 'eu' }, devices: 340 },
    { environment: { broker: 'b', region: 'eu' }, devices: 60 },
  ],
  silence: [{ minutes: 45, share: 0.01 }],
  troublePerDay: 0.005,
  source: 'a fleet for the test',
};
const PLAN = `name: p\nrelease: 3.2.5\nstages:\n  - {share: 0.2, soak: 24h}\n  - {share: 1, soak: 24h}\n`;

test('plays the plan against the composition of the control plane, and attaches the table', async () => {
  await using server = await scriptedServer({
    viewComposition: () => composition,
    attachRehearsal: () => rolloutView('scheduled', 'x'),
  });
  using place = workplace(server);
  writeFileSync(join(place.folder, 'plan.yaml'), PLAN);
  const args = ['rehearse', '--plan', 'plan.yaml', '--runs', '2', '--rollout', 'r1'];
  const { stdout, code } = await place.tuesday([...args, '--json']);
  expect(code).toBe(EXIT.ok);
  const made = JSON.parse(stdout) as {
    devices: number;
    source: string;
    rows: { fault: string; halted: number }[];
  };
  expect(made).toMatchObject({ devices: 400, source: composition.source, runs: 2, seed: 1 });
  expect(made.rows.find(({ fault }) => fault === 'brick')?.halted).toBe(1);
  expect(server.asked.map(({ route }) => route)).toEqual(['viewComposition', 'attachRehearsal']);
});

test('rehearses with the example fleet where no control plane is known, and says so', async () => {
  using place = workplace();
  writeFileSync(join(place.folder, 'plan.yaml'), PLAN);
  writeFileSync(join(place.folder, 'fleet.json'), JSON.stringify(composition));
  const example = await place.tuesday(['rehearse', '--plan', 'plan.yaml', '--runs', '1', '--json']);
  expect(example.stderr).toContain('rehearsed with the example fleet of 12000 thermostats');
  expect(JSON.parse(example.stdout)).toMatchObject({ devices: 12_000 });
  const given = await place.tuesday([
    'rehearse',
    '--plan',
    'plan.yaml',
    '--runs',
    '1',
    '--fleet',
    'fleet.json',
  ]);
  expect(given.stdout).toContain('a fleet for the test');
  expect(given.stdout).toContain('a good release is halted in');
});

test.each<[string, string, string]>([
  ['not JSON', '{', 'fleet.json: is not JSON'],
  [
    'a count below one',
    JSON.stringify({ ...composition, cells: [{ environment: {}, devices: 0 }] }),
    'fleet.json: cells.0.devices',
  ],
  [
    'a fleet of nobody',
    JSON.stringify({ ...composition, devices: 0, cells: [] }),
    'the fleet has no devices',
  ],
])('a composition that is %s is refused with the field', async (_, text, words) => {
  using place = workplace();
  writeFileSync(join(place.folder, 'plan.yaml'), PLAN);
  writeFileSync(join(place.folder, 'fleet.json'), text);
  const { stderr, code } = await place.tuesday(['rehearse', '--plan', 'plan.yaml', '--fleet', 'fleet.json']);
  expect([code, stderr]).toEqual([EXIT.usage, expect.stringContaining(words)]);
});

const PRICES: Prices = {
  currency: 'EUR',
  perTicket: 20,
  perVisit: 100,
  replacementsPerVisit: 0,
  perMillionReconnects: 0,
  goodwillPerHarmed: 1,
  ticketsPerHarmed: 0.5,
};
const TUESDAY = Date.parse('2026-11-24T09:00:00Z');
const CALENDAR: PlanCalendarView = {
  preset: 'golden-rule',
  zone: 'Europe/Berlin',
  start: TUESDAY,
  stages: [0, 1].map((stage) => ({
    stage,
    share: [0.2, 1][stage] as number,
    opensAt: TUESDAY + stage * 48 * 3_600_000,
    opens: 'Tue',
    soakEndsAt: null,
    readyAt: null,
    passedOver: [],
    because: 'the window is open',
  })),
  finishedAt: null,
  summary: 'two stages',
};
const SHIFTS = [{ from: TUESDAY, until: TUESDAY + 200 * 3_600_000, people: ['alice'] }];
const controlPlane = () =>
  scriptedServer({
    viewComposition: () => composition,
    viewPrices: () => ({ prices: PRICES, setBy: null, setAt: null, source: 'a test' }),
    viewRoster: () => ({
      roster: { zone: 'UTC', rotations: [], overrides: [] },
      shifts: SHIFTS,
      now: { people: [], until: null },
    }),
    planCalendar: () => CALENDAR,
    attachRehearsal: () => rolloutView('scheduled', 'x'),
    viewRollout: () => rolloutView('scheduled', 'x'),
  });
const AT = ['--at', '2026-11-24T09:00:00Z', '--runs', '3', '--seed', '4'];

test('what-ifs give what the simulator gives for prices, roster and calendar of the fleet', async () => {
  await using server = await controlPlane();
  using place = workplace(server);
  writeFileSync(join(place.folder, 'plan.yaml'), PLAN);
  const line = 'name=Slow; harm=silent; share=20; after=4-30';
  const args = ['rehearse', '--plan', 'plan.yaml', '--friday', '--what-if', line, ...AT];
  const { stdout, stderr } = await place.tuesday([
    ...args,
    '--slice',
    'broker=b',
    '--name',
    'Mine',
    '--json',
  ]);
  expect(stderr).toBe('');
  const stages = [
    { share: 0.2, soak: '24h' },
    { share: 1, soak: '24h' },
  ];
  const made = playWhatIfs(
    [
      // Of the two values of the fleet, the one that is nearest to the incident's.
      ...fridayIncident({ attribute: 'broker', value: 'b' }),
      { ...fridayIncident({ attribute: 'broker', value: 'b' })[1], name: 'Mine' },
      { ...fridayIncident()[1], name: 'Slow', slice: null, share: 0.2, after: { from: 4, to: 30 } },
    ],
    {
      plan: planSchema.parse({ name: 'p', release: '3.2.5', stages }),
      composition,
      prices: PRICES,
      shifts: SHIFTS,
      calendar: CALENDAR.stages.map(({ opensAt }) => opensAt as number),
      now: TUESDAY,
      friday: nextFridayEvening(TUESDAY, 'Europe/Berlin'),
      runs: 3,
      seed: 4,
    },
  );
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(made)));
  expect(made.results[0]?.whatIf.name).toBe('The Friday incident');
});

test('what-ifs about the plan of a rollout are attached to it below the catalogue, and shown side by side', async () => {
  await using server = await controlPlane();
  using place = workplace(server);
  const args = ['rehearse', '--plan-of', 'r1', '--rollout', 'r1', '--harm', 'none', '--name', 'Good', ...AT];
  const { stdout, code } = await place.tuesday(args);
  expect([code, stdout]).toEqual([EXIT.ok, expect.stringContaining('Good: The release is good.')]);
  const attached = server.asked.find(({ route }) => route === 'attachRehearsal');
  const { rows } = JSON.parse(attached?.body.toString() ?? '{}') as { rows: { fault: string }[] };
  expect(rows.map(({ fault }) => fault)).toEqual(expect.arrayContaining(['incident', 'Good']));
});

test.each<[string, string[], string]>([
  ['a flag', ['--share', 'most'], '--share: use a number of percent'],
  ['a line', ['--what-if', 'harm=fire'], '--what-if 1: harm: use one of silent'],
  ['no plan', ['--plan-of', 'r1'], 'name one plan'],
])('what is wrong with %s is said by its name', async (_, args, words) => {
  using place = workplace();
  const { stderr, code } = await place.tuesday(['rehearse', '--plan', 'plan.yaml', ...args]);
  expect([code, stderr]).toEqual([EXIT.usage, expect.stringContaining(words)]);
});
