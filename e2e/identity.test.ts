/** A person of the command line: invited, joined, signed in, and told apart from a token. The demo's clock runs fast. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatClock, startClock, wallClock } from '@tuesday/protocol';
import { TOTP, URI } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, ServerProcess } from './testing/server-process.ts';

const PASSWORD = 'four plain words here';
let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.make(formatClock(startClock(Date.parse('2026-11-24T09:00:00Z'), 240)));
  await server.start();
}, 120_000);
afterAll(async () => server.remove());

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The real command line of one person, with a home of its own. `answer` is typed once the secret was shown. */
function tuesday(
  who: string,
  args: string[],
  environment = {},
  answer?: (said: string) => string,
): Promise<Ran> {
  const home = join(server.folder, who);
  mkdirSync(home, { recursive: true });
  const env = { PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: home, ...environment };
  const child = spawn(process.execPath, [join(root, 'packages/cli/bin/tuesday.mjs'), ...args], {
    cwd: home,
    env,
  });
  const ran: Ran = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (part) => (ran.stdout += String(part)));
  child.stderr.on('data', (part) => {
    ran.stderr += String(part);
    if (answer && child.stdin.writable && ran.stderr.includes('otpauth://'))
      child.stdin.end(`${answer(ran.stderr)}\n`);
  });
  if (!answer) child.stdin.end();
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ran, code })));
}

/** The code of the phone, which shows the real time, so many steps away. */
function codeOf(url: string, steps: number): string {
  const totp = URI.parse(url);
  if (!(totp instanceof TOTP)) throw new Error(`not of time-based codes: ${url}`);
  return totp.generate({ timestamp: wallClock().now() + steps * 30_000 });
}

test('invited by the first token, a person joins, signs in, and acts with a code', async () => {
  const invited = await server.tuesday(
    'people',
    'invite',
    'alice',
    '--role',
    'main=admin,operator',
    '--email',
    'alice@example.com',
    '--json',
  );
  const { invitation, path } = JSON.parse(invited) as { invitation: string; path: string };
  let url = '';
  const joined = await tuesday(
    'alice',
    ['join', '--invitation', `${server.url}${path}`, '--json'],
    { TUESDAY_PASSWORD: PASSWORD },
    (said) => codeOf((url = /otpauth:\S+/.exec(said)?.[0] ?? ''), -1),
  );
  expect(joined).toMatchObject({ code: 0 });
  const { name, recoveryCodes } = JSON.parse(joined.stdout) as { name: string; recoveryCodes: string[] };
  expect([name, recoveryCodes.length]).toEqual(['alice', 10]);
  expect((await tuesday('alice', ['account', 'view'])).stdout).toMatch(/signed in by +session\n/);

  const again = await tuesday('bob', ['join', '--server', server.url, '--invitation', invitation]);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('invitation-invalid') });

  const logout = await tuesday('alice', ['logout']);
  expect(logout.code).toBe(0);
  const login = (code: string) =>
    tuesday('alice', ['login', '--server', server.url, '--name', 'alice', '--code', code], {
      TUESDAY_PASSWORD: PASSWORD,
    });
  expect(await login('000000')).toMatchObject({ code: 1, stderr: expect.stringContaining('sign-in-failed') });
  expect((await login(codeOf(url, 0))).code).toBe(0);

  const invite = ['people', 'invite', 'carol', '--role', 'main=viewer'];
  expect(await tuesday('alice', invite)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('factor-needed'),
  });
  const done = await tuesday('alice', [...invite, '--code', codeOf(url, 1)]);
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('/join#invitation=tsi1.') });

  const made = [
    'token',
    'create',
    'ci',
    '--roles',
    'operator',
    '--days',
    '1',
    '--code',
    recoveryCodes[0] ?? '',
  ];
  const secret = (await tuesday('alice', made)).stdout.trim();
  expect(secret).toMatch(/^tso1\./);
  const asToken = { TUESDAY_SERVER: server.url, TUESDAY_TOKEN: secret };
  expect((await tuesday('ci', ['account', 'view'], asToken)).stdout).toMatch(/signed in by +token\n/);
  const tokens = await tuesday('alice', ['token', 'list', '--json']);
  const { tokens: list } = JSON.parse(tokens.stdout) as { tokens: { token: string; label: string }[] };
  const ci = list.find(({ label }) => label === 'ci')!.token;
  expect((await tuesday('alice', ['token', 'revoke', ci])).code).toBe(0);
  expect((await tuesday('ci', ['account', 'view'], asToken)).code).toBe(1);

  const { entries } = await server.operator.call('listAudit', { query: { limit: 100 } });
  expect(entries.map(({ actor, verb, factor }) => `${actor} ${verb} ${factor}`)).toEqual([
    'engine token.create null',
    'engine fleet-key.create null',
    'operator person.invite null',
    'alice session.open totp',
    'alice session.open totp',
    'alice person.invite totp',
    'alice token.create recovery',
    'alice token.revoke null',
  ]);
}, 180_000);
