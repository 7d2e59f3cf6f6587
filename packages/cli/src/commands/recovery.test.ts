import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuse } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../index.ts';
import { campaignView } from '../testing/campaign.ts';
import { workplace } from '../testing/run-tuesday.ts';
import { scriptedServer } from '../testing/scripted-server.ts';

describe('recovery view', () => {
  test('says the server’s three sentences first, then who came back by which road', async () => {
    await using server = await scriptedServer({ viewRecovery: () => campaignView() });
    using place = workplace(server);
    const { code, stdout } = await place.tuesday(['recovery', 'view', 'rc-1']);
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(2, 5)).toEqual([
      '3 of 9 devices are healed.',
      'They are to run 3.2.6.',
      'next: Wait.',
    ]);
    expect(stdout).toContain('healed by relay through th-0007: 2');
    expect(stdout).toContain('do: publish a recovery release for it');
    const json = await place.tuesday(['recovery', 'view', 'rc-1', '--json']);
    expect(JSON.parse(json.stdout)).toEqual(campaignView());
  });

  test('an empty list teaches how to plan one', async () => {
    await using server = await scriptedServer({ listRecoveries: () => ({ recoveries: [] }) });
    using place = workplace(server);
    expect((await place.tuesday(['recovery', 'list'])).stdout).toContain('tuesday recovery preview');
  });
});

describe('acts on a campaign', () => {
  const acts: Array<[string[], object]> = [
    [
      ['plan', '--title', 'Cold', '--incident', 'i-1', '--release', '3.2.6', '--because', 'x'],
      { title: 'Cold', incident: 'i-1', release: '3.2.6', because: 'x' },
    ],
    [
      [
        'plan',
        '--title',
        'Cold',
        '--device',
        'a',
        '--device',
        'b',
        '--release',
        '3.2.6',
        '--roads',
        'relay,technician',
        '--visits-per-day',
        '3',
        '--wait-hours',
        '6',
        '--because',
        'x',
      ],
      {
        title: 'Cold',
        devices: ['a', 'b'],
        release: '3.2.6',
        roads: ['relay', 'technician'],
        visitsPerDay: 3,
        waitHours: 6,
        because: 'x',
      },
    ],
    [['start', 'rc-1', '--because', 'x'], { because: 'x' }],
    [['stop', 'rc-1', '--because', 'x'], { because: 'x' }],
    [['finish', 'rc-1', '--because', 'x'], { because: 'x' }],
    [['visit', 'rc-1', 'd1', '--because', 'x'], { because: 'x' }],
    [['give-up', 'rc-1', 'd1', '--because', 'x'], { because: 'x' }],
  ];
  test.each(acts)('%j sends what was typed', async (args, body) => {
    const view = () => campaignView();
    await using server = await scriptedServer({
      planRecovery: view,
      startRecovery: view,
      stopRecovery: view,
      finishRecovery: view,
      visitRecoveryDevice: view,
      giveUpRecoveryDevice: view,
    });
    using place = workplace(server);
    expect(await place.tuesday(['recovery', ...args])).toMatchObject({ code: 0, stderr: '' });
    expect(server.asked.map((one) => JSON.parse(one.body.toString()) as unknown)).toEqual([body]);
  });

  test.each([
    [
      'a road that there is not',
      ['plan', '--title', 'x', '--device', 'a', '--release', '3.2.6', '--roads', 'pigeon', '--because', 'x'],
    ],
    ['starting without a reason', ['start', 'rc-1']],
    ['a standing that there is not', ['devices', 'rc-1', '--standing', 'lost']],
  ])('%s is refused here', async (_, args) => {
    await using server = await scriptedServer({});
    using place = workplace(server);
    expect((await place.tuesday(['recovery', ...args])).code).toBe(EXIT.usage);
    expect(server.asked).toEqual([]);
  });

  test('a refusal of the server is said word for word', async () => {
    const refused = refuse('conflict', '2 devices are neither healed nor given up');
    await using server = await scriptedServer({ finishRecovery: { refused } });
    using place = workplace(server);
    const ran = await place.tuesday(['recovery', 'finish', 'rc-1', '--because', 'x']);
    expect(ran.code).toBe(EXIT.error);
    expect(ran.stderr).toContain('2 devices are neither healed nor given up');
  });
});

test('the technicians are written as CSV, whole', async () => {
  await using server = await scriptedServer({});
  server.files['/v1/recoveries/rc-1/technicians'] = 'day,device\r\n1,d1\r\n';
  using place = workplace(server);
  const ran = await place.tuesday(['recovery', 'technicians', 'rc-1', '--out', 'list.csv']);
  expect(ran).toMatchObject({ code: 0, stdout: 'list.csv: 18 bytes\n' });
  expect(readFileSync(join(place.folder, 'list.csv'), 'utf8')).toContain('1,d1');
});
