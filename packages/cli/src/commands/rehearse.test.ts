import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Composition } from '@tuesday/protocol';
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
