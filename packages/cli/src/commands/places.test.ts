import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../index.ts';
import { workplace } from '../testing/run-tuesday.ts';
import { scriptedServer } from '../testing/scripted-server.ts';
import { status } from '../testing/views.ts';

const fleets = {
  organisation: 'acme',
  fleets: [
    { fleet: 'indoor', name: 'Indoor', createdAt: 0 },
    { fleet: 'outdoor', name: 'Outdoor sensors', createdAt: 1_795_510_800_000 },
  ],
};

describe('the fleet that a command is about', () => {
  const rows: [sentence: string, args: string[], environment: Record<string, string>, string | undefined][] =
    [
      ['is that of the token where none is named', [], {}, undefined],
      ['comes from the flag', ['--fleet', 'outdoor'], {}, 'outdoor'],
      ['comes from the environment', [], { TUESDAY_FLEET: 'indoor' }, 'indoor'],
      ['comes from the flag rather than the environment', ['--fleet', 'a'], { TUESDAY_FLEET: 'b' }, 'a'],
      ['is none where the variable is empty', [], { TUESDAY_FLEET: '' }, undefined],
    ];
  test.each(rows)('%s', async (_, args, environment, fleet) => {
    await using server = await scriptedServer({ status: () => status });
    using place = workplace(server);
    expect((await place.tuesday(['status', ...args], environment)).code).toBe(EXIT.ok);
    expect(server.asked.map((asked) => asked.fleet)).toEqual([fleet]);
  });

  test('is kept by login', async () => {
    await using server = await scriptedServer({ status: () => status });
    using place = workplace();
    writeFileSync(join(place.folder, 'token'), 'tso1.kept');
    await place.tuesday(['login', '--server', server.url, '--token-file', 'token', '--fleet', 'outdoor']);
    await place.tuesday(['status']);
    expect(server.asked.map((asked) => asked.fleet)).toEqual(['outdoor', 'outdoor']);
  });

  test('with a name that is none is refused before anything is sent', async () => {
    await using server = await scriptedServer({ status: () => status });
    using place = workplace(server);
    const ran = await place.tuesday(['status', '--fleet', '../v1']);
    expect([ran.code, ran.stderr]).toEqual([EXIT.usage, expect.stringContaining('field: fleet')]);
    expect(server.asked).toEqual([]);
  });
});

test('fleets are listed with their names, and made', async () => {
  await using server = await scriptedServer({ listFleets: () => fleets, createFleet: () => fleets });
  using place = workplace(server);
  const listed = await place.tuesday(['fleet', 'list']);
  expect(listed.stdout.split('\n').map((line) => line.split(/  +/))).toEqual([
    ['fleet', 'name', 'since'],
    ['indoor', 'Indoor', '1970-01-01 00:00:00Z'],
    ['outdoor', 'Outdoor sensors', '2026-11-24 09:00:00Z'],
    [''],
  ]);
  await place.tuesday(['fleet', 'create', 'outdoor', '--name', 'Outdoor sensors']);
  expect(JSON.parse(server.asked.at(-1)?.body.toString() ?? '')).toEqual({
    fleet: 'outdoor',
    name: 'Outdoor sensors',
  });
});

test('a new organisation is answered with the link for its admin, and nothing else on stdout', async () => {
  const person = {
    name: 'vera',
    display: 'Vera Lind',
    email: null,
    state: 'invited' as const,
    roles: { acme: ['admin' as const] },
    factors: [],
    createdAt: 0,
  };
  const path = '/join#invitation=secret';
  await using server = await scriptedServer({
    createOrganisation: () => ({ person, invitation: 'secret', path, expiresAt: 0 }),
  });
  using place = workplace(server);
  const words = 'organisation create acme --name Acme --first-fleet indoor --admin vera';
  const ran = await place.tuesday([...words.split(' '), '--admin-name', 'Vera Lind']);
  expect([ran.code, ran.stdout]).toEqual([EXIT.ok, `${server.url}${path}\n`]);
  expect(JSON.parse(server.asked[0]?.body.toString() ?? '')).toEqual({
    organisation: 'acme',
    name: 'Acme',
    fleet: 'indoor',
    admin: { name: 'vera', display: 'Vera Lind' },
  });
});
