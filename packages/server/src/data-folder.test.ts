import { mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { holdDataFolder, installationKey } from './data-folder.ts';

const top = mkdtempSync(join(tmpdir(), 'tuesday-folder-'));
afterAll(() => rmSync(top, { recursive: true }));

test('a folder that one server holds is refused to another, by any of its names, until it is released', async () => {
  const folder = join(top, 'data');
  const held = await holdDataFolder(folder);
  if ('problem' in held) throw new Error(held.problem);
  symlinkSync(folder, join(top, 'other-name'));
  expect(await holdDataFolder(join(top, 'other-name'))).toEqual({
    problem: `${held.path} is in use by another server; stop it, or give --data`,
  });
  await held.release();
  const again = await holdDataFolder(join(top, 'other-name'));
  expect(again).toMatchObject({ path: held.path });
  if ('release' in again) await again.release();
});

test('an installation key is made once, and nobody else can read it', () => {
  const key = installationKey(top, 'seal.key');
  expect(key).toHaveLength(32);
  expect(installationKey(top, 'seal.key')).toEqual(key);
  expect(statSync(join(top, 'seal.key')).mode & 0o777).toBe(0o600);
});
