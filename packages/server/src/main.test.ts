import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkInAnswerSchema, enrolAnswerSchema } from '@tuesday/protocol';
import { afterAll, expect, test } from 'vitest';
import { report } from './testing/fleet.ts';
import { post } from './testing/server.ts';

const top = mkdtempSync(join(tmpdir(), 'tuesday-main-'));
// PostgreSQL's own user has to pass through.
chmodSync(top, 0o711);
const folder = join(top, 'data');
const children: ChildProcess[] = [];

afterAll(async () => {
  for (const child of children)
    if (child.exitCode === null && child.signalCode === null) await end(child, 'SIGTERM');
  rmSync(top, { recursive: true, force: true });
});

function launch(environment: Record<string, string> = {}): ChildProcess {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'main.ts'), '--port', '0', '--data', folder],
    {
      env: { ...process.env, DATABASE_URL: '', TUESDAY_CLOCK: '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  children.push(child);
  return child;
}

async function start(): Promise<{ child: ChildProcess; url: string }> {
  const child = launch();
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
  const said = JSON.parse(line) as { ready: boolean; url: string; mqtt: string };
  expect(said).toMatchObject({ ready: true, mqtt: expect.stringMatching(/^mqtt:\/\/127\.0\.0\.1:\d+$/) });
  return { child, url: said.url };
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return code;
}

async function failure(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  let text = '';
  child.stderr?.on('data', (data: Buffer) => (text += data.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, text };
}

test('what it acknowledged survives kill -9 of the server, and it ends in order when asked', async () => {
  const first = await start();
  expect(await failure(launch())).toMatchObject({
    code: 1,
    text: expect.stringContaining('in use by another server'),
  });
  for (const name of ['operator.json', 'fleet.json'])
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  const { fleetKey } = JSON.parse(readFileSync(join(folder, 'fleet.json'), 'utf8')) as { fleetKey: string };
  const enrolled = await post(
    first,
    '/device/v1/enrol',
    fleetKey,
    '{"protocol":1,"device":"d1","hardware":"th-2"}',
  );
  const { token } = enrolAnswerSchema.parse(JSON.parse(enrolled.text));
  const answered = await post(first, '/device/v1/check-in', token, JSON.stringify(report()));
  await end(first.child, 'SIGKILL');
  expect(answered.status).toBe(200);

  const second = await start();
  const taken = await post(
    second,
    '/device/v1/enrol',
    fleetKey,
    '{"protocol":1,"device":"d1","hardware":"th-2"}',
  );
  expect(taken.status).toBe(409);
  const again = await post(second, '/device/v1/check-in', token, JSON.stringify(report()));
  expect(checkInAnswerSchema.parse(JSON.parse(again.text)).offer.kind).toBe('none');
  const { server } = JSON.parse(readFileSync(join(folder, 'operator.json'), 'utf8')) as { server: string };
  expect(server).toBe(second.url);
  expect(await end(second.child, 'SIGINT')).toBe(0);
});

test('a bad setting is one line and exit code 2', async () => {
  const { code, text } = await failure(launch({ TUESDAY_POLL: 'often' }));
  expect(code).toBe(2);
  expect(text.trim().split('\n')).toEqual([expect.stringContaining('TUESDAY_POLL')]);
});
