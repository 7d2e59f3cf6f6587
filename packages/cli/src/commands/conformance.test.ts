import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../index.ts';
import { workplace } from '../testing/run-tuesday.ts';

const BIN = fileURLToPath(new URL('../../bin/tuesday.mjs', import.meta.url));

describe('tuesday conformance', () => {
  test('lists each case with its sentence and where to read', async () => {
    using place = workplace();
    const ran = await place.tuesday(['conformance', '--list', '--json']);
    const cases = JSON.parse(ran.stdout) as Array<{ name: string; sentence: string; read: string }>;
    expect(cases.length).toBeGreaterThan(45);
    for (const one of cases) expect(one.sentence).toMatch(/^[A-Z].*\.$/);
    expect(cases.find(({ name }) => name === 'asks-before-the-leap')?.read).toBe('docs/clients.md, Leap');
  });

  test.each<[string, string[], string]>([
    ['without a command', ['--fast'], '--device'],
    ['with a case that there is not', ['--device', 'true', '--only', 'enrols-twice'], 'enrols-twice'],
    ['with a folder that holds something', ['--device', 'true', '--keep', '/'], 'not empty'],
    ['with a rate of nothing', ['--device', 'true', '--rate', '0'], 'above zero'],
  ])('%s is refused', async (_, args, says) => {
    using place = workplace();
    const ran = await place.tuesday(['conformance', ...args]);
    expect([ran.code, ran.stdout]).toEqual([EXIT.usage, '']);
    expect(ran.stderr).toContain(says);
  });

  test('a client that says nothing fails, with its last words and where to read', async () => {
    using place = workplace();
    const client = 'echo "no radio"; exec sleep 60';
    const ran = await place.tuesday([
      'conformance',
      '--device',
      client,
      '--only',
      'enrols-once',
      '--limit',
      '1',
      '--fast',
    ]);
    expect(ran.code).toBe(EXIT.error);
    expect(ran.stdout).toMatch(/^FAIL {2}enrols-once/);
    expect(ran.stdout).toContain('a check-in did not come.');
    expect(ran.stdout).toContain('read: docs/clients.md, Enrolment');
    expect(ran.stdout).toContain('| no radio');
    expect(ran.stderr).toContain('0 passed, 1 failed, 0 not shown');
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'ended by %s leaves no client behind, nor its children',
    async (signal) => {
      using place = workplace();
      const client = `sleep 600 & echo $! > child; echo $$ > client; wait`;
      const args = ['conformance', '--device', client, '--only', 'enrols-once', '--keep', place.folder];
      const child = spawn(process.execPath, [BIN, ...args], { cwd: place.folder, stdio: 'ignore' });
      const files = ['child', 'client'].map((name) => join(place.folder, name));
      while (!files.every((file) => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'))) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await ended;
      // Killed is not dead yet: on a busy machine that takes a moment. The test's own limit ends the wait.
      for (const file of files) await death(readFileSync(file, 'utf8').trim());
    },
  );
});

async function death(pid: string): Promise<void> {
  while (!isDead(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Gone, or killed and not collected yet by whoever inherited it. */
function isDead(pid: string): boolean {
  try {
    return / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}
