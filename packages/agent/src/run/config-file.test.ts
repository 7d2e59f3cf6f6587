import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseConfig, readConfigFile } from './config-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const config = {
  folder: join(folder, 'device'),
  server: 'https://updates.example',
  device: 'd-1',
  hardware: 'th-1',
  rootFile: '/etc/tuesday/root.json',
};
const firmware = { kind: 'process', name: 'process' };
const withChecks = (...checks: object[]) => ({ ...config, health: { checks } });

/** [sentence, configuration, field] */
const wrong: [string, object, string][] = [
  ['without a server', { ...config, server: undefined }, 'server'],
  ['with a server that is no address', { ...config, server: 'updates' }, 'server'],
  [
    'without a time-out that makes sense',
    withChecks(firmware, { ...firmware, name: 'b' }, { ...firmware, name: 'c', timeoutMillis: 0 }),
    'health.checks.2.timeoutMillis',
  ],
  [
    'with a time-out in words',
    withChecks({ ...firmware, timeoutMillis: '5s' }),
    'health.checks.0.timeoutMillis',
  ],
  [
    'with a check of a kind that does not exist',
    withChecks({ kind: 'ping', name: 'ping' }),
    'health.checks.0.kind',
  ],
  ['with a check without a name', withChecks({ kind: 'process' }), 'health.checks.0.name'],
  ['with two checks of one name', withChecks(firmware, firmware), 'health.checks.1.name'],
  ['with a port out of range', withChecks({ kind: 'port', name: 'p', port: 65_536 }), 'health.checks.0.port'],
  [
    'with an address that is not HTTP',
    withChecks({ kind: 'http', name: 'h', url: 'file:///etc' }),
    'health.checks.0.url',
  ],
  [
    'with a broker that is not MQTT',
    withChecks({ kind: 'mqtt', name: 'm', url: 'http://x' }),
    'health.checks.0.url',
  ],
  [
    'with a unit that is an option',
    withChecks({ kind: 'unit', name: 'u', unit: 'x; reboot' }),
    'health.checks.0.unit',
  ],
  [
    'with a looking so often that nothing else would happen',
    withChecks({ ...firmware, everyMillis: 1 }),
    'health.checks.0.everyMillis',
  ],
  [
    'with an error code from nowhere',
    withChecks({ kind: 'error-code', name: 'e', from: { source: 'radio' } }),
    'health.checks.0.from.source',
  ],
  ['with no check at all', withChecks(), 'health.checks'],
  ['with a misspelt key in a check', withChecks({ ...firmware, timeout: 5 }), 'health.checks.0'],
  [
    'with an application of a kind that does not exist',
    { ...config, application: { kind: 'docker' } },
    'application.kind',
  ],
  [
    'with a program without a command',
    { ...config, application: { kind: 'program' } },
    'application.command',
  ],
  [
    'with an MQTT session that nobody can tell of',
    {
      ...withChecks(firmware, { kind: 'mqtt', name: 'm' }),
      application: { kind: 'unit', unit: 'th.service' },
    },
    'health.checks.1.url',
  ],
  [
    'with an error code that nobody can print',
    {
      ...withChecks({ kind: 'error-code', name: 'e', from: { source: 'firmware' } }),
      application: { kind: 'external' },
    },
    'health.checks.0.from',
  ],
  ['with a misspelt section', { ...config, helth: {} }, ''],
];

describe('a configuration', () => {
  test.each(wrong)('%s is refused, and the field is named', (_, given, field) => {
    const read = parseConfig(JSON.stringify(given));
    expect(read).toMatchObject({ refused: { code: 'config-invalid' } });
    if ('refused' in read) expect(read.refused.field ?? '').toBe(field);
  });

  test('that is not JSON, or not there, is refused', async () => {
    expect(parseConfig('{"folder":')).toMatchObject({ refused: { code: 'config-invalid' } });
    expect(await readConfigFile(join(folder, 'none.json'))).toMatchObject({
      refused: { code: 'config-invalid', because: expect.stringContaining('none.json') },
    });
  });

  test('of every kind of check is taken, with what is not said filled in', () => {
    const checks = [
      firmware,
      { kind: 'unit', name: 'u', unit: 'thermostat@a.service' },
      { kind: 'port', name: 'p', port: 1_883, byPast: false },
      { kind: 'http', name: 'h', url: 'http://127.0.0.1/health', contains: 'ok', everyMillis: 60_000 },
      { kind: 'mqtt', name: 'm', url: 'mqtt://broker.local' },
      { kind: 'error-code', name: 'e', from: { source: 'journal', unit: 'thermostat.service' } },
      { kind: 'command', name: 'c', command: '/usr/bin/true', holds: 'at-confirm' },
    ];
    const read = parseConfig(JSON.stringify(withChecks(...checks)));
    expect(read).toMatchObject({
      config: {
        health: {
          survivalMillis: 0,
          checks: checks.map((check) => ({ timeoutMillis: 5_000, holds: 'always', ...check })),
        },
      },
    });
  });

  test('that is wrong ends the agent with its reason before anything is written', () => {
    const file = join(folder, 'wrong.json');
    writeFileSync(file, JSON.stringify(withChecks({ ...firmware, timeoutMillis: -1 })));
    const main = join(import.meta.dirname, 'main.ts');
    const ended = spawnSync(process.execPath, [main, '--config', file], { encoding: 'utf8' });
    expect(ended.status).toBe(2);
    expect(ended.stderr).toContain('config-invalid: health.checks.0.timeoutMillis');
    expect(readdirSync(folder)).toEqual(['wrong.json']);
  });
});
