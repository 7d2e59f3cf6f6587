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
  ['TUESDAY_MIRRORS', [], { TUESDAY_MIRRORS: 'https://cdn.example, ftp://cdn.example' }],
  ['--mirrors', ['--mirrors', 'https://user:pass@cdn.example'], {}],
  ['TUESDAY_PUBLIC_URL', [], { TUESDAY_PUBLIC_URL: 'https://ota.example/console' }],
  ['--trust-proxy', ['--trust-proxy', '10.0.0.0/33'], {}],
  ['TUESDAY_TRUST_PROXY', [], { TUESDAY_TRUST_PROXY: 'true' }],
  ['TUESDAY_OIDC_ISSUER', [], { TUESDAY_OIDC_CLIENT_SECRET: 'secret' }],
  [
    'TUESDAY_OIDC_ISSUER',
    [],
    {
      TUESDAY_OIDC_ISSUER: 'http://login.example',
      TUESDAY_OIDC_CLIENT_ID: 'x',
      TUESDAY_OIDC_CLIENT_SECRET: 'secret',
    },
  ],
])('a setting that does not parse is named: %s', (name, args, environment) => {
  const config = readConfig(args, environment);
  expect(config).toMatchObject({ problem: expect.stringContaining(name) });
  expect(JSON.stringify(config)).not.toContain('secret');
});

test('a provider is set by its three parts, and its button has a label', () => {
  const config = readConfig(['--public-url', 'https://ota.example/', '--trust-proxy', '10.0.0.0/8, ::1'], {
    TUESDAY_OIDC_ISSUER: 'https://login.example',
    TUESDAY_OIDC_CLIENT_ID: 'tuesday',
    TUESDAY_OIDC_CLIENT_SECRET: 'x',
  });
  expect(config).toMatchObject({
    publicUrl: 'https://ota.example',
    trustProxy: '10.0.0.0/8,::1',
    oidc: { issuer: 'https://login.example', clientId: 'tuesday', label: 'Single sign-on' },
  });
});

test('the secret for the provider is no flag, because everybody can list flags', () => {
  expect(readConfig(['--oidc-client-secret', 'x'], {})).toMatchObject({
    problem: expect.stringContaining('--oidc-client-secret'),
  });
});

test('mirrors are addresses in their order, without a slash at the end', () => {
  const config = readConfig([], { TUESDAY_MIRRORS: 'https://cdn.example/ota/, http://10.0.0.7' });
  expect(config).toMatchObject({ mirrors: ['https://cdn.example/ota', 'http://10.0.0.7'] });
});
