import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Guarded, startGuarded } from './guard.ts';
import { endLeftOver, processesWith } from './left-over.ts';

const env = { PATH: process.env['PATH'] ?? '' };
const shell = (script: string, cleanUp?: string): Guarded =>
  startGuarded({
    argv: ['/bin/sh', '-c', script],
    env,
    cwd: '/',
    ...(cleanUp === undefined ? {} : { cleanUp }),
  });

async function said(stream: NodeJS.ReadableStream, word: string): Promise<void> {
  let text = '';
  for await (const piece of stream) if ((text += String(piece)).includes(word)) return;
  throw new Error(`ended without "${word}": ${text}`);
}

async function untilMarked(mark: string, count: number): Promise<void> {
  while ((await processesWith(new Set([mark]))).length < count)
    await new Promise((done) => setTimeout(done, 20));
}

async function untilNone(mark: string): Promise<void> {
  while ((await processesWith(new Set([mark]))).length > 0) await new Promise((done) => setTimeout(done, 20));
}

describe('a guarded process', () => {
  test.each([0, 1, 69, 82])('ends with its own exit code: %i', async (code) => {
    expect(await shell(`exit ${code}`).ended).toBe(code);
  });

  test('is ended with all that it started, daemons that left its session included', async () => {
    const guarded = shell('setsid sleep 600 & sleep 601 & (sleep 602 & sleep 603) & echo up; exec sleep 604');
    await said(guarded.output, 'up');
    await untilMarked(guarded.mark, 4);
    await guarded.kill();
    expect(await processesWith(new Set([guarded.mark]))).toEqual([]);
  });

  test('is ended with what it is just starting', async () => {
    const busy = 'while :; do (sleep 601 & setsid sleep 602 & exec sleep 603) & sleep 0.01; done';
    for (let round = 0; round < 5; round++) {
      const guarded = shell(`echo up; ${busy}`);
      await said(guarded.output, 'up');
      await guarded.kill();
      expect(await processesWith(new Set([guarded.mark]))).toEqual([]);
    }
  });

  test('has an input of its own, which ends with us and not before, whatever it makes of it', async () => {
    const program =
      'process.stdin.on("end", () => process.exit(1)).resume(); setTimeout(() => process.exit(7), 50)';
    const argv = [process.execPath, '-e', program];
    const all = Array.from({ length: 12 }, () => startGuarded({ argv, env, cwd: '/' }).ended);
    expect(new Set(await Promise.all(all))).toEqual(new Set([7]));
  });

  test('is over when it is, although somebody who took off the mark holds its output', async () => {
    const guarded = shell('env -i setsid sleep 600 & echo $!; exec sleep 601');
    const [piece] = (await once(guarded.output, 'data')) as [Buffer];
    await guarded.kill();
    process.kill(Number(String(piece).trim()), 'SIGKILL');
  });

  test('leaves nothing of what it started when it ends by itself', async () => {
    const guarded = shell('setsid sleep 600 >/dev/null 2>&1 & exit 3');
    expect(await guarded.ended).toBe(3);
    expect(await processesWith(new Set([guarded.mark]))).toEqual([]);
  });

  test('has its cleaning up done, also when it is ended', async () => {
    const folder = `/tmp/tuesday-guard-${process.pid}`;
    const guarded = shell(`mkdir ${folder}; echo up; exec sleep 600`, `rmdir ${folder}`);
    await said(guarded.output, 'up');
    await guarded.kill();
    const { existsSync } = await import('node:fs');
    expect(existsSync(folder)).toBe(false);
  });

  test('does not outlive whoever started it, not even by SIGKILL', async () => {
    const guard = fileURLToPath(new URL('guard.ts', import.meta.url));
    const program = `
      import { startGuarded } from ${JSON.stringify(guard)};
      const g = startGuarded({ argv: ['/bin/sh', '-c', 'setsid sleep 600 & echo up; exec sleep 601'], env: process.env, cwd: '/' });
      g.output.on('data', () => process.stdout.write(g.mark + '\\n'));`;
    const runner = spawn(process.execPath, ['--input-type=module', '-e', program], { env, stdio: 'pipe' });
    const [line] = (await once(runner.stdout, 'data')) as [Buffer];
    const mark = line.toString().trim();
    // While a process becomes another program, nobody can read its environment.
    await expect
      .poll(async () => (await processesWith(new Set([mark]))).length, { timeout: 10_000 })
      .toBeGreaterThanOrEqual(2);
    runner.kill('SIGKILL');
    await untilNone(mark);
  });

  test('is found by its mark and ended when the guard was killed, too', async () => {
    const guarded = shell('echo up; exec sleep 600');
    await said(guarded.output, 'up');
    process.kill(guarded.pid, 'SIGKILL');
    // The guard's own watcher may be quicker than we are; what counts is that nothing is left.
    await endLeftOver(new Set([guarded.mark]));
    await untilNone(guarded.mark);
    expect(await endLeftOver(new Set([guarded.mark]))).toBe(0);
  });
});
