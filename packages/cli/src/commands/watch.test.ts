import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuse, type RosterView } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../index.ts';
import { workplace } from '../testing/run-tuesday.ts';
import { scriptedServer } from '../testing/scripted-server.ts';

const NINE = Date.UTC(2026, 10, 24, 9);
const roster: RosterView = {
  roster: { zone: 'UTC', rotations: [], overrides: [] },
  now: { people: ['alice'], until: NINE + 3_600_000 },
  shifts: [
    { from: NINE, until: NINE + 3_600_000, people: ['alice'] },
    { from: NINE + 3_600_000, until: NINE + 7_200_000, people: [] },
  ],
};
const channel = {
  channel: 'n-1',
  name: 'hook',
  kinds: [],
  by: 'webhook',
  to: 'example.com',
  createdAt: NINE,
  lastDeliveredAt: null,
  failure: null,
  waiting: 0,
};
const bodyOf = (asked: { body: Buffer } | undefined) =>
  JSON.parse(asked?.body.toString() ?? 'null') as unknown;

describe('tuesday watch', () => {
  test('view names who is on watch, and the hours of nobody', async () => {
    await using server = await scriptedServer({ viewRoster: () => roster });
    using place = workplace(server);
    const { stdout } = await place.tuesday(['watch', 'view']);
    expect(stdout).toContain('on watch now: alice until 2026-11-24 10:00:00Z');
    expect(stdout).toMatch(/2026-11-24 10:00:00Z\s+2026-11-24 11:00:00Z\s+nobody/);
  });

  test('set sends the roster of a file, and names the line that is wrong', async () => {
    await using server = await scriptedServer({ setRoster: () => roster });
    using place = workplace(server);
    const file = (text: string) => writeFileSync(join(place.folder, 'roster.yaml'), text);
    const set = () => place.tuesday(['watch', 'set', '--file', 'roster.yaml', '--because', 'x']);
    file('zone: UTC\nrotations:\n  - name: office\n    people: [alice]\n    from: 2026-11-23\n');
    expect((await set()).code).toBe(EXIT.ok);
    expect(bodyOf(server.asked[0])).toMatchObject({
      because: 'x',
      roster: { zone: 'UTC', rotations: [{ people: ['alice'], days: 7, at: '09:00' }] },
    });
    file('zone: UTC\nrotations:\n  - name: office\n    persons: [alice]\n    from: 2026-11-23\n');
    const wrong = await set();
    expect(wrong.code).toBe(EXIT.usage);
    expect(wrong.stderr).toContain('roster.yaml:4: rotations.0.persons: is not a field here');
  });

  test('import lists what it skipped, and says when there is no such file', async () => {
    const answer = { imported: 1, skipped: ['line 14, "Zoe": it names nobody of this organisation'] };
    await using server = await scriptedServer({ importRoster: () => answer });
    using place = workplace(server);
    writeFileSync(join(place.folder, 's.ics'), 'BEGIN:VCALENDAR');
    const ran = await place.tuesday(['watch', 'import', 's.ics', '--because', 'x']);
    expect(ran.stdout).toBe(`1 taken\nskipped: ${answer.skipped[0]}\n`);
    expect((await place.tuesday(['watch', 'import', 'no.ics', '--because', 'x'])).code).toBe(EXIT.usage);
  });

  test('acknowledge takes over only when told to, and prints the server’s no word for word', async () => {
    const view = { rollout: 'r1', required: true, people: [], gaps: [], because: 'Stage 1 is watched.' };
    await using server = await scriptedServer({ acknowledgeWatch: () => view });
    using place = workplace(server);
    await place.tuesday(['watch', 'acknowledge', 'r1']);
    await place.tuesday(['watch', 'acknowledge', 'r1', '--take-over']);
    expect(server.asked.map(bodyOf)).toEqual([{ takeOver: false }, { takeOver: true }]);
    const refused = refuse('nobody-watches', 'bob is not on watch.', {
      try: 'tuesday watch acknowledge r1 --take-over',
    });
    server.script = { acknowledgeWatch: { refused } };
    const ran = await place.tuesday(['watch', 'acknowledge', 'r1']);
    expect([ran.code, ran.stderr]).toEqual([
      EXIT.refused,
      'refused  nobody-watches\nbob is not on watch.\ntry: tuesday watch acknowledge r1 --take-over\n',
    ]);
  });
});

describe('tuesday notify', () => {
  test('add shows the signing secret once, and reads other secrets from a file', async () => {
    await using server = await scriptedServer({ addChannel: () => ({ channel, secret: 'whsec_x' }) });
    using place = workplace(server);
    writeFileSync(join(place.folder, 'key'), 'routing-key-0123\n');
    const hook = ['notify', 'add', 'hook', '--by', 'webhook', '--url', 'https://example.com/hook'];
    const made = await place.tuesday([...hook, '--kinds', 'halted', 'paused']);
    expect(made.stdout).toBe('n-1\nsigning secret, shown once: whsec_x\n');
    await place.tuesday(['notify', 'add', 'pd', '--by', 'pagerduty', '--secret-file', 'key']);
    await place.tuesday(['notify', 'add', 'm', '--by', 'email', '--to', 'a@example.com', 'b@example.com']);
    expect(server.asked.map(bodyOf)).toEqual([
      { name: 'hook', kinds: ['halted', 'paused'], to: { by: 'webhook', url: 'https://example.com/hook' } },
      { name: 'pd', kinds: [], to: { by: 'pagerduty', routingKey: 'routing-key-0123' } },
      { name: 'm', kinds: [], to: { by: 'email', addresses: ['a@example.com', 'b@example.com'] } },
    ]);
  });

  test.each<[string, string[]]>([
    ['a service that nobody knows', ['--by', 'pigeon']],
    ['a pager without its key', ['--by', 'pagerduty']],
  ])('add refuses %s here', async (_, flags) => {
    await using server = await scriptedServer({});
    using place = workplace(server);
    expect((await place.tuesday(['notify', 'add', 'x', ...flags])).code).toBe(EXIT.usage);
    expect(server.asked).toEqual([]);
  });

  test('fails, when it tests a channel, if nothing arrived', async () => {
    const because = 'example.com has not taken it: answered 403';
    await using server = await scriptedServer({ testChannel: () => ({ delivered: false, because }) });
    using place = workplace(server);
    const ran = await place.tuesday(['notify', 'test', 'n-1']);
    expect([ran.code, ran.stdout]).toEqual([EXIT.error, `${because}\n`]);
  });
});

test('tuesday rollout acknowledge says that one is at it', async () => {
  await using server = await scriptedServer({ acknowledgeHalt: () => ({ ok: true }) });
  using place = workplace(server);
  expect((await place.tuesday(['rollout', 'acknowledge', 'r1'])).stdout).toBe('acknowledged\n');
  expect(server.asked[0]).toMatchObject({ route: 'acknowledgeHalt', params: ['r1'] });
});
