import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readResetReason } from './reset-file.ts';

const top = mkdtempSync(join(tmpdir(), 'reset-file-'));
afterAll(() => rmSync(top, { recursive: true }));

test.each([
  ['a reason with the end of its line', 'watchdog\n', 'watchdog'],
  ['a reason without one', 'brown-out', 'brown-out'],
  ['a word that is no reason', 'gremlins', 'unknown'],
  ['two reasons', 'panic asked', 'unknown'],
  ['nothing', '', 'unknown'],
])('%s is read as it should be', async (_, text, reason) => {
  const file = join(top, 'reason');
  writeFileSync(file, text);
  expect(await readResetReason(file)).toBe(reason);
});

test.each([
  ['no file is configured', undefined],
  ['the file is not there', join(top, 'nowhere')],
])('it is unknown when %s', async (_, file) => {
  expect(await readResetReason(file)).toBe('unknown');
});
