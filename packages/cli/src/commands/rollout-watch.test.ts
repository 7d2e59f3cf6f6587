import { refuse } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { workplace } from '../testing/run-tuesday.ts';
import { scriptedServer } from '../testing/scripted-server.ts';
import { rolloutView } from '../testing/views.ts';

const soaking = rolloutView('soaking', 'Stage 1 soaks.', { offered: 24, pending: 20, installed: 4 });
const halted = rolloutView('halted', '4 of 4 devices on broker 2.0.18 went wrong.', {
  offered: 24,
  pending: 20,
  rolledBack: 4,
});

describe('watching a rollout', () => {
  test('prints a line a change and ends with 5 when it is halted', async () => {
    await using server = await scriptedServer({
      watchRollout: { events: [soaking, soaking, { not: 'a rollout' }, halted] },
    });
    using place = workplace(server);
    const ran = await place.tuesday(['rollout', 'watch', 'r1']);
    expect(ran.code).toBe(5);
    expect(ran.stdout.trim().split('\n')).toEqual([
      '2026-11-24 09:00:00Z  soaking  stage 1 of 2: 4 installed, 20 pending. Stage 1 soaks.',
      '2026-11-24 09:00:00Z  halted  stage 1 of 2: 4 rolled back, 20 pending. 4 of 4 devices on broker 2.0.18 went wrong.',
    ]);
  });

  test('prints an object a line as JSON and ends with 0 when it is completed', async () => {
    const events = [soaking, rolloutView('completed', 'Everybody is proven.')];
    await using server = await scriptedServer({ watchRollout: { events } });
    using place = workplace(server);
    const ran = await place.tuesday(['rollout', 'watch', 'r1', '--json']);
    expect(ran.code).toBe(0);
    const lines = ran.stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(events);
  });

  test('takes a stream up again that ended too early', async () => {
    await using server = await scriptedServer({});
    const later = { events: [halted] };
    let streams = 0;
    Object.defineProperty(server.script, 'watchRollout', {
      get: () => (streams++ === 0 ? { events: [soaking] } : later),
    });
    using place = workplace(server);
    const ran = await place.tuesday(['rollout', 'watch', 'r1']);
    expect([ran.code, streams]).toEqual([5, 2]);
    expect(ran.stderr).toContain('connecting again');
  });

  test('is refused in the words of the server', async () => {
    const refused = refuse('not-found', 'There is no rollout r9.');
    const no = { refused, status: 404 };
    await using server = await scriptedServer({ watchRollout: no, viewRollout: no });
    using place = workplace(server);
    const ran = await place.tuesday(['rollout', 'watch', 'r9']);
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('There is no rollout r9.')]);
  });
});

test('the view shows bars, counts, the guilty value, the sentence and the next look', async () => {
  await using server = await scriptedServer({ viewRollout: () => halted });
  using place = workplace(server);
  const { stdout } = await place.tuesday(['rollout', 'view', 'r1']);
  expect(stdout).toContain('✗✗✗✗✗░░░░░░░░░░░░░░░░░░░░░░░░░ soak 50 % of 24h');
  expect(stdout).toContain('24 of 240 took it, 4 went wrong');
  expect(stdout).toContain('culprit: broker 2.0.18, 4 of 4 went wrong');
  expect(stdout).toContain('only a person can move it now');
});
