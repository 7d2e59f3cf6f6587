import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PlanCalendarView, presetPolicy, refuse } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../index.ts';
import { workplace } from '../testing/run-tuesday.ts';
import { scriptedServer } from '../testing/scripted-server.ts';

const view: PlanCalendarView = {
  preset: 'golden-rule',
  zone: 'America/New_York',
  start: 0,
  stages: [
    {
      stage: 0,
      share: 0.01,
      opensAt: 1,
      opens: 'Tue 24 Nov 09:00',
      soakEndsAt: 2,
      readyAt: 0,
      passedOver: [
        { day: '2026-11-20', weekday: 'Friday', because: 'Friday 20 Nov is outside the change window.' },
      ],
      because: 'Tue 24 Nov 09:00, because Friday is outside the window.',
    },
  ],
  finishedAt: 3,
  summary: '1 % Tue 24 Nov 09:00.',
};
const PLAN = 'name: p\nrelease: 3.2.5\nstages:\n  - share: 1\n    soak: 24h\n';
const flags = '--policy golden-rule --start 2026-11-20T17:30 --zone America/New_York --country US'.split(' ');

describe('plan calendar', () => {
  test('asks the server for exactly what was typed, and prints its words', async () => {
    await using server = await scriptedServer({ planCalendar: () => view });
    using place = workplace(server);
    writeFileSync(join(place.folder, 'plan.yaml'), PLAN);
    const ran = await place.tuesday(['plan', 'calendar', '--plan', 'plan.yaml', ...flags]);
    expect(ran.code).toBe(EXIT.ok);
    expect(ran.stdout).toContain('1 % Tue 24 Nov 09:00.');
    expect(ran.stdout).toContain('stage 1  2026-11-20  Friday 20 Nov is outside the change window.');
    expect(JSON.parse(server.asked[0]?.body.toString() ?? '')).toMatchObject({
      preset: 'golden-rule',
      startLocal: '2026-11-20T17:30',
      zone: 'America/New_York',
      country: 'US',
      plan: { release: '3.2.5' },
    });
    const json = await place.tuesday(['plan', 'calendar', '--plan', 'plan.yaml', ...flags, '--json']);
    expect(JSON.parse(json.stdout)).toEqual(view);
  });

  test('says what to do where no server is known', async () => {
    using place = workplace();
    writeFileSync(join(place.folder, 'plan.yaml'), PLAN);
    const ran = await place.tuesday(['plan', 'calendar', '--plan', 'plan.yaml', ...flags]);
    expect([ran.code, ran.stdout]).toEqual([EXIT.error, '']);
    expect(ran.stderr).toContain('No server is known.');
    expect(ran.stderr).toContain('npm start');
  });

  test('knows the presets', async () => {
    using place = workplace();
    const ran = await place.tuesday(['plan', 'calendar', '--plan', 'plan.yaml', '--policy', 'friday']);
    expect(ran.code).toBe(EXIT.usage);
    expect(ran.stderr).toContain('golden-rule, chapter-plan');
  });
});

describe('calendar', () => {
  test('import sends the file as it is and says what was left out', async () => {
    await using server = await scriptedServer({
      importFreezes: () => ({ imported: 2, skipped: ['Audit: it is cancelled'] }),
    });
    using place = workplace(server);
    writeFileSync(join(place.folder, 'a.ics'), 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n');
    const ran = await place.tuesday(['calendar', 'import', 'a.ics', '--because', 'works holidays']);
    expect(ran.stdout).toBe('2 freezes imported\nskipped: Audit: it is cancelled\n');
    expect(JSON.parse(server.asked[0]?.body.toString() ?? '')).toEqual({
      ics: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n',
      because: 'works holidays',
    });
    const none = await place.tuesday(['calendar', 'import', 'b.ics', '--because', 'x']);
    expect([none.code, none.stderr]).toEqual([EXIT.usage, expect.stringContaining('b.ics: cannot be read')]);
  });

  test('export writes the file byte for byte, and prints a refusal as one', async () => {
    await using server = await scriptedServer({});
    const text = 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n';
    server.files['/v1/calendar.ics'] = text;
    using place = workplace(server);
    const ran = await place.tuesday(['calendar', 'export', '--out', 'fleet.ics']);
    expect(ran.code).toBe(EXIT.ok);
    expect(readFileSync(join(place.folder, 'fleet.ics'), 'utf8')).toBe(text);
    delete server.files['/v1/calendar.ics'];
    server.script.exportCalendar = { refused: refuse('forbidden', 'no role of yours lets you read') };
    const refused = await place.tuesday(['calendar', 'export']);
    expect([refused.code, refused.stdout]).toEqual([EXIT.refused, '']);
    expect(refused.stderr).toContain('no role of yours lets you read');
  });
});

describe('policy set', () => {
  const policy = presetPolicy('golden-rule', 'Europe/Berlin');
  test('takes a preset in the fleet’s own zone, and says when a second person is wanted', async () => {
    await using server = await scriptedServer({
      viewPolicy: () => ({ policy, calendar: policy.calendar }),
      setPolicy: () => ({ policy, approval: 'a-7' }),
    });
    using place = workplace(server);
    const ran = await place.tuesday([
      'policy',
      'set',
      '--preset',
      'chapter-plan',
      '--country',
      'DE',
      '--because',
      'x',
    ]);
    expect(ran.stdout).toContain('tuesday approval view a-7');
    const asked = server.asked.find(({ route }) => route === 'setPolicy');
    expect(JSON.parse(asked?.body.toString() ?? '')).toMatchObject({
      policy: { preset: 'chapter-plan', calendar: { zone: 'Europe/Berlin' }, holidays: { country: 'DE' } },
    });
  });
});
