import { refuse } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../exit-codes.ts';
import { workplace } from '../testing/run-tuesday.ts';
import { scriptedServer } from '../testing/scripted-server.ts';
import { NOW } from '../testing/views.ts';

const FILTER = `environment.broker=="it's"`;

describe('devices that fit a filter', () => {
  test('are listed, and the next page is a line that a shell takes as it is', async () => {
    await using server = await scriptedServer({
      listDevices: () => ({
        devices: [
          {
            device: 'd1',
            hardware: 'th-2',
            version: '3.2.4',
            lastSeen: NOW,
            healthy: false,
            environment: {},
          },
        ],
        next: 'd1',
      }),
    });
    using place = workplace(server);
    const ran = await place.tuesday(['device', 'list', '--filter', FILTER, '--limit', '1']);
    expect(server.asked[0]?.query).toEqual({ filter: FILTER, limit: '1' });
    expect(ran.stdout).toMatch(/^d1 +th-2 +3\.2\.4 +unhealthy +2026-11-24 09:00:00Z$/m);
    expect(ran.stdout).toContain(
      String.raw`more: tuesday device list --filter 'environment.broker=="it'\''s"' --after d1`,
    );
  });

  test('are counted, and a count that stopped says so', async () => {
    let more = false;
    await using server = await scriptedServer({ countDevices: () => ({ devices: 10_000, more }) });
    using place = workplace(server);
    const count = async () => (await place.tuesday(['device', 'count', '--filter', 'held==true'])).stdout;
    expect(await count()).toBe('10000\n');
    more = true;
    expect(await count()).toBe('more than 10000\n');
  });

  test('a filter that cannot be read is a mistake of usage, in the words of the server', async () => {
    const refused = refuse('filter-invalid', 'the filter, at character 1: there is no field "x"', {
      field: 'filter.1',
    });
    await using server = await scriptedServer({ listDevices: { refused, status: 400 } });
    using place = workplace(server);
    const ran = await place.tuesday(['device', 'list', '--filter', 'x==1']);
    expect([ran.code, ran.stderr]).toEqual([EXIT.usage, expect.stringContaining('at character 1')]);
  });
});

describe('saved filters', () => {
  test('are saved, listed and deleted', async () => {
    const filters = [{ name: 'ill', filter: 'healthy==false', by: 'alice', at: NOW }];
    await using server = await scriptedServer({
      saveFilter: () => ({ filters }),
      listFilters: () => ({ filters }),
      deleteFilter: () => ({ filters: [] }),
    });
    using place = workplace(server);
    await place.tuesday(['filter', 'save', 'ill', 'healthy==false', '--replace']);
    expect(JSON.parse(server.asked[0]?.body.toString() ?? '')).toEqual({
      name: 'ill',
      filter: 'healthy==false',
      replace: true,
    });
    expect((await place.tuesday(['filter', 'list'])).stdout).toMatch(/^ill +alice +.*healthy==false$/m);
    expect(JSON.parse((await place.tuesday(['filter', 'list', '--json'])).stdout)).toEqual({ filters });
    expect((await place.tuesday(['filter', 'delete', 'ill'])).stdout).toContain('No filter is saved');
    expect(server.asked.at(-1)?.params).toEqual(['ill']);
  });
});

test('the history of a fleet says what nobody could know', async () => {
  await using server = await scriptedServer({
    viewFleetHistory: () => ({
      step: 'hour',
      silentAfter: '45m',
      points: [
        { at: NOW, devices: 240, silent: null, unhealthy: 3, versions: [{ version: '3.2.4', devices: 240 }] },
      ],
    }),
  });
  using place = workplace(server);
  const ran = await place.tuesday(['fleet', 'history', '--days', '2']);
  expect(server.asked[0]?.query).toEqual({ days: '2' });
  expect(ran.stdout).toMatch(/240 +– +3 +3\.2\.4 240\nsilent: not heard for 45m/);
});

test('the timeline of a device has a line for each event, and its boots', async () => {
  await using server = await scriptedServer({
    viewTimeline: () => ({
      entries: [
        { kind: 'act', at: NOW, by: 'alice', verb: 'device.hold', because: 'on the bench' },
        {
          kind: 'report',
          at: NOW,
          version: '3.2.4',
          active: 'a',
          slots: { a: { state: 'confirmed', version: '3.2.4' }, b: { state: 'bad', version: '3.2.5' } },
          bootAttempts: 0,
          healthy: false,
          failing: 'mqtt',
          errors: ['0x45'],
          trouble: [],
          transport: 'http',
        },
        {
          kind: 'outcome',
          at: NOW,
          offer: 'r1.u1',
          rollout: 'r1',
          outcome: 'refused',
          running: '3.2.4',
          code: 'no-space',
          errorCode: null,
          because: 'the disk is full',
        },
      ],
      boots: [{ at: NOW, slot: 'b', version: '3.2.5', on: 'trial', attempts: 2 }],
    }),
  });
  using place = workplace(server);
  const ran = await place.tuesday(['device', 'timeline', 'd1', '--limit', '2']);
  expect(ran.stdout).toContain('device.hold by alice: on the bench');
  expect(ran.stdout).toContain('runs 3.2.4 from a (confirmed), mqtt fails, 0x45; other slot: 3.2.5 bad');
  expect(ran.stdout).toContain('refused as no-space (r1.u1): the disk is full');
  expect(ran.stdout).toMatch(/b +3\.2\.5 +on trial, attempt 2/);
});
