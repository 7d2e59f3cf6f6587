import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { readJson, removeFile, writeWhole } from './whole-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'whole-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a file that is replaced whole', () => {
  test.each<[string, string | undefined]>([
    ['nothing', undefined],
    ['an empty file', ''],
    ['a torn file', '{"journal":1,"slo'],
    ['garbage', '\0\0\0\0\u0007'],
  ])('%s reads as nothing', async (_, content) => {
    const file = join(folder, 'odd.json');
    if (content !== undefined) writeFileSync(file, content);
    expect(await readJson(file)).toBeUndefined();
  });

  test('a write that was cut leaves the version before, and the next write succeeds', async () => {
    const file = join(folder, 'cut.json');
    await writeWhole(file, '{"version":1}');
    writeFileSync(`${file}.new`, '{"version":2,"rest":"…');
    truncateSync(`${file}.new`, 7);
    expect(await readJson(file)).toEqual({ version: 1 });
    await writeWhole(file, '{"version":3}');
    expect(await readJson(file)).toEqual({ version: 3 });
  });

  test('removing what is not there changes nothing', async () => {
    await removeFile(join(folder, 'never.json'));
    expect(await readJson(join(folder, 'never.json'))).toBeUndefined();
  });

  test('a process that is killed while it writes always leaves a whole version, and never an older one', async () => {
    const file = join(folder, 'killed.json');
    let seen = 0;
    let restarts = 0;
    for (let round = 0; round < 12; round++) {
      const told = await writeUntilKilled(file, seen + 1, (round * 37) % 60);
      const found = (await readJson(file)) as { version: number; end: string } | undefined;
      if (told === 0 && found === undefined) continue;
      expect(found?.end).toBe('whole');
      expect(found?.version).toBeGreaterThanOrEqual(told);
      seen = found?.version ?? seen;
      restarts++;
    }
    expect(restarts).toBeGreaterThanOrEqual(8);
  });
});

/** @returns the last version that the process called durable */
async function writeUntilKilled(file: string, from: number, afterMillis: number): Promise<number> {
  const program = `
    import { writeWhole } from ${JSON.stringify(join(import.meta.dirname, 'whole-file.ts'))};
    for (let version = ${from}; ; version++) {
      const body = JSON.stringify({ version, filling: 'x'.repeat(50_000), end: 'whole' });
      await writeWhole(${JSON.stringify(file)}, body);
      process.stdout.write(version + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.on('data', (data: Buffer) => (told += data.toString()));
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  await sleep(afterMillis);
  child.kill('SIGKILL');
  await once(child, 'close');
  const lines = told.split('\n').slice(0, -1);
  return Number(lines.at(-1) ?? 0);
}
