import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('without any setting it listens on loopback, embeds its parts, and devices poll each quarter of an hour', () => {
  expect(readConfig([], {})).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    databaseUrl: undefined,
    mqttUrl: undefined,
    pollMillis: 900_000,
    offeredPollMillis: 900_000,
    shard: 0,
  });
});

test('a flag wins over a variable, and an empty variable counts as not set', () => {
  const config = readConfig(['--port', '1'], { TUESDAY_PORT: '2', TUESDAY_POLL: '', TUESDAY_SHARD: '3' });
  expect(config).toMatchObject({ port: 1, pollMillis: 900_000, shard: 3 });
});

test.each<[string, string[], Record<string, string>]>([
  ['TUESDAY_PORT', [], { TUESDAY_PORT: '65536' }],
  ['--port', ['--port', 'x'], {}],
  ['DATABASE_URL', [], { DATABASE_URL: 'mysql://secret@host/db' }],
  ['MQTT_URL', [], { MQTT_URL: 'mqtt:/x' }],
  ['TUESDAY_POLL', [], { TUESDAY_POLL: '15' }],
  ['TUESDAY_CLOCK', [], { TUESDAY_CLOCK: 'fast' }],
  ['--shard', ['--shard', '-1'], {}],
  ['TUESDAY_PUBLIC_URL', [], { TUESDAY_PUBLIC_URL: 'javascript:alert(1)' }],
  ['TUESDAY_SMTP_URL', [], { TUESDAY_SMTP_URL: 'http://user:secret@host' }],
  ['TUESDAY_MAIL_FROM', [], { TUESDAY_SMTP_URL: 'smtp://user:secret@host' }],
  ['TUESDAY_SMTP_URL', [], { TUESDAY_MAIL_FROM: 'a@example.com' }],
  ['TUESDAY_MAIL_FROM', [], { TUESDAY_SMTP_URL: 'smtp://h', TUESDAY_MAIL_FROM: 'a@example.com\r\nBcc: b@c' }],
  ['--prot', ['--prot', '1'], {}],
])('a setting that does not parse is named: %s', (name, args, environment) => {
  const config = readConfig(args, environment);
  expect(config).toMatchObject({ problem: expect.stringContaining(name) });
  expect(JSON.stringify(config)).not.toContain('secret');
});
