import { refuse } from '@tuesday/protocol';
import { expect, test } from 'vitest';
import { workplace } from '../testing/run-tuesday.ts';
import { scriptedServer } from '../testing/scripted-server.ts';

const at = Date.UTC(2026, 10, 24, 9);
const halted = { topic: 'rollout', id: 'r1', at };

test('prints a line a change, leaves out what is none, and goes on after the last one it heard', async () => {
  await using server = await scriptedServer({});
  let streams = 0;
  const no = { refused: refuse('unauthenticated', 'The token is not valid any more.'), status: 401 };
  Object.defineProperties(server.script, {
    watchFleet: {
      get: () => {
        streams += 1;
        if (streams === 1)
          return { events: [{ topic: 'begin', id: null, at }, { topic: 'x' }, halted], ids: ['6', '7', '8'] };
        return streams === 2 ? { events: [{ topic: 'devices', id: null, at }] } : no;
      },
    },
    viewFleet: { get: () => no },
  });
  using place = workplace(server);
  const ran = await place.tuesday(['fleet', 'watch', '--since', '5']);
  expect(ran.stdout.trim().split('\n')).toEqual([
    '2026-11-24 09:00:00Z  rollout r1',
    '2026-11-24 09:00:00Z  devices have reported',
  ]);
  expect(ran.stderr).toContain('connecting again');
  expect(ran.stderr).toContain('The token is not valid any more.');
  const asked = server.asked.filter(({ route }) => route === 'watchFleet');
  expect(asked.map(({ query }) => query['since'])).toEqual(['5', '5', '5']);
  expect(asked.map(({ after }) => after)).toEqual([undefined, '8', '8']);
});

test('prints an object a line as JSON, with the number to go on from', async () => {
  const no = { refused: refuse('unauthenticated', 'no'), status: 401 };
  await using server = await scriptedServer({ viewFleet: no });
  let streams = 0;
  Object.defineProperty(server.script, 'watchFleet', {
    get: () => (streams++ === 0 ? { events: [halted], ids: ['8'] } : no),
  });
  using place = workplace(server);
  const ran = await place.tuesday(['fleet', 'watch', '--json']);
  const [first = ''] = ran.stdout.split('\n');
  expect(JSON.parse(first)).toEqual({ seq: 8, ...halted });
});

test('refuses a number that is none, and names the flag', async () => {
  await using server = await scriptedServer({});
  using place = workplace(server);
  const ran = await place.tuesday(['fleet', 'watch', '--since', 'yesterday']);
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('--since yesterday')]);
  expect(server.asked).toEqual([]);
});
